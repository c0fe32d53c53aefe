"""Two people at once at one sign-up: the form of a day compared person by person.

People are known by who they are, not by their places in the form, which move as others come and go.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from app.organiser.clashes import (
    Clash,
    Difference,
    asked,
    difference,
    is_changed,
    plain,
    read,
    weigh,
    written,
)
from app.registration.forms.layout import Ground
from app.registration.forms.office import office_values
from app.registration.forms.person import PersonPart
from app.registration.forms.questions import Asked
from app.registration.forms.signup import DayForm
from app.registration.forms.values import Typed, put_person, remove_person

TOGETHER = {"contact_name": "absent", "organisation": "same"}
"""Fields that make sense with another alone, and which."""
_OF_PERSON = re.compile(r"p\d+-")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field of the form; ``name``: of whom it speaks, '' where of the sign-up.

    ``arranges``: whether it says what is to be arranged for somebody.
    """

    field: Field
    name: str
    arranges: bool


Parts = dict[str, Part]


def stored_form(ground: Ground) -> DayForm:
    """The form as things are; ``shown`` knows what its page shows."""
    assert ground.signup is not None  # noqa: S101  # only what is stored can be changed by two
    form = DayForm(ground, office_values(ground.signup, ground.offer))
    form["version"].data, form["shown"].data = str(ground.signup.version), _written(form)
    return form


def merge(ground: Ground, values: Typed) -> tuple[DayForm, Clash]:
    """Take over what only somebody else changed; sent again, it is a change of what is stored.

    Args:
        ground: with the sign-up as it is stored now.
        values: what was typed, looked through.
    """
    stored, typed = stored_form(ground), DayForm(ground, values)
    shown = typed["shown"].data or ""
    if ground.signup is None or not ground.signup.active:
        shown = ""  # all of it was cancelled: whoever typed decides about each field
    theirs, mine = _parts(stored), _parts(typed)
    both, meanwhile = weigh(_plain(mine), _plain(theirs), shown, _group_of)
    clash = Clash(
        both=tuple(_difference(theirs[key], mine[key]) for key in both),
        meanwhile=tuple(_difference(theirs[key], mine[key]) for key in meanwhile),
    )
    for key in meanwhile:
        mine[key].field.data = theirs[key].field.data
    if "email" in meanwhile:
        typed["email_kept"].data = stored["email_kept"].data
    merged, people = _with_people(stored, typed, read(shown))
    form = DayForm(ground, merged)
    form["version"].data, form["shown"].data = stored["version"].data, stored["shown"].data
    return form, replace(
        clash, both=clash.both + people.both, meanwhile=clash.meanwhile + people.meanwhile
    )


def _with_people(
    stored: DayForm, typed: DayForm, shown: dict[str, str] | None
) -> tuple[Typed, Clash]:
    """What was typed with those whom the other one put in, without those whom they took out."""
    merged = typed.values
    both: list[Difference] = []
    meanwhile: list[Difference] = []
    here, there = _known(typed), _known(stored)
    gone = [one for key, one in here.items() if key not in there]
    for person in reversed(gone):  # those behind move up
        taken = typed.count > 1 and not _was_changed(person, shown)
        (meanwhile if taken else both).append(_leaves(person))
        if taken:
            merged = remove_person(merged, person.place)
            merged.poplist("seen")  # it names people by their places, which move
    for person in [one for key, one in there.items() if key not in here]:
        is_new = shown is not None and shown.keys().isdisjoint(_plain(_of_person(person)))
        taken = is_new and int(merged["people"]) < typed.ground.most_people
        if taken:
            merged = put_person(merged, stored.values, person.place)
            meanwhile.append(_comes(person))
        elif _was_changed(person, shown):
            both.append(_comes(person))
    return merged, Clash(both=tuple(both), meanwhile=tuple(meanwhile))


def _known(form: DayForm) -> dict[int, PersonPart]:
    return {one.known.id: one for one in form.people if one.known}


def _was_changed(person: PersonPart, shown: dict[str, str] | None) -> bool:
    return any(is_changed(*one, shown) for one in _plain(_of_person(person)).items())


def _parts(form: DayForm) -> Parts:
    """Every field that somebody fills in, by a key that is the same in the form of another."""
    every = {key: part for person in form.people for key, part in _of_person(person).items()}
    arranging = _names([one for one in form.once if one.question.is_arrangement])
    for one in asked(form):
        if not _OF_PERSON.match(one.name):
            every[one.name] = Part(field=one, name="", arranges=one.name in arranging)
    return every


def _of_person(person: PersonPart) -> Parts:
    who = f"i{person.known.id}-" if person.known else f"n{person.place}-"
    name, arranging = person["name"].data or "", _names(person.arrangements)
    return {
        who + one.name.removeprefix(person.prefix): Part(
            field=one, name=name, arranges=one.name in arranging
        )
        for one in asked(person.fields.values())
        if one.name.startswith(person.prefix)
    }


def _names(every: Iterable[Asked]) -> set[str]:
    return {part.field.name for one in every for part in (one, *one.more)}


def _written(form: DayForm) -> str:
    return written(_plain(_parts(form)))


def _plain(parts: Parts) -> dict[str, Any]:
    return {key: plain(one.field) for key, one in parts.items()}


def _group_of(key: str) -> str:
    who, dash, name = key.rpartition("-")
    return who + dash + TOGETHER.get(name, name)


def _difference(stored: Part, typed: Part) -> Difference:
    """Both values; arrangements are not shown to whoever did not ask to see them."""
    told = difference(stored.field, typed.field)
    if typed.arranges:
        hidden = _("Arrangements (changed)")
        told = replace(told, stored=hidden, typed=hidden)
    if not typed.name:
        return told
    return replace(told, label=_("%(name)s: %(what)s", name=typed.name, what=told.label))


def _comes(person: PersonPart) -> Difference:
    return Difference(label=person["name"].data or "", stored=_("comes"), typed=_("None"))


def _leaves(person: PersonPart) -> Difference:
    return Difference(label=person["name"].data or "", stored=_("None"), typed=_("comes"))
