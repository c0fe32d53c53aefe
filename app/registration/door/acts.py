"""What was done with a sign-up until now, as its personal page tells: what, when and by whom."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.auth.audit import ACCOUNT, SYSTEM, VISITOR
from app.auth.facts import HistoryEntry
from app.auth.queries import list_acts
from app.base.timezones import to_local
from app.events.facts import Offer
from app.registration.concerned import TOLD
from app.registration.facts import Signup
from app.web.locale import gettext

WHAT: dict[str, Any] = {
    "registration.created": _("The sign-up was made"),
    "registration.entered": _("The sign-up was made"),
    "registration.swapped": _("Somebody else comes in place of a person"),
    "registration.merged": _("Several sign-ups were made one"),
    "registration.changed": _("The sign-up was changed"),
    "registration.cancelled": _("A cancellation"),
    "registration.coming": _("Answered: you will take part"),
    "registration.not_coming": _("Answered: you can no longer take part; it was cancelled"),
    "registration.another": _("Counted as another person of the same name"),
    "registration.moved_up": _("Moved up from the waiting list"),
    "registration.link_renewed": _("The personal link was replaced by a new one"),
}
"""What concerns the person; who looked at what is none of it."""
WHO: dict[str, Any] = {
    VISITOR: _("by you"),
    ACCOUNT: _("by our office"),
    SYSTEM: _("automatically"),
}
FIELDS: dict[str, Any] = {
    "contact_name": _("Who signs up"),
    "contact_attends": _("Who signs up"),
    "organisation": _("Organisation"),
    "email": _("E-mail address"),
    "telephone": _("Telephone number"),
    "note": _("Message to the office"),
    "arrangements": _("What we should arrange"),
}
"""What the form calls them."""
TOLD_IN_FULL = ("registration.changed", "registration.cancelled", "registration.swapped")
MOST = 20
"""More than anybody reads."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line: ``at`` in the zone of the meetings."""

    at: datetime
    what: str
    who: str


def acts_of(signup: Signup, offer: Offer) -> tuple[Act, ...]:
    """The latest acts on a sign-up and on its meetings, newest first, by one query."""
    on = {"registration": (signup.registration_id,), "event": tuple(signup.event_ids)}
    found = list_acts(on, signup.created_at)
    return tuple(dict.fromkeys(_acts(found, signup, offer)))[:MOST]


def _acts(entries: tuple[HistoryEntry, ...], signup: Signup, offer: Offer) -> Iterator[Act]:
    """Several people who move up together are one line: they are equal."""
    for one in entries:
        what = _what(one, signup, offer)
        if what:
            zone = offer.meetings[0].zone
            yield Act(at=to_local(one.at, zone), what=what, who=str(WHO.get(one.actor, "")))


def _what(one: HistoryEntry, signup: Signup, offer: Offer) -> str:
    if one.subject == "registration":
        what = str(WHAT.get(one.action, ""))
        fields = _fields(one, signup, offer) if one.action in TOLD_IN_FULL else ""
        return gettext("%(what)s: %(fields)s", what=what, fields=fields) if fields else what
    title = next((m.title for m in offer.meetings if m.id == one.subject_id), "")
    if one.action == "event.called_off":
        return gettext("%(meeting)s was called off", meeting=title)
    if one.action == "event.changed" and set(one.fields) & set(TOLD):
        return gettext("%(meeting)s: time, place or online address was changed", meeting=title)
    return ""


def _fields(one: HistoryEntry, signup: Signup, offer: Offer) -> str:
    """What an act was about, in words of the form: contact, people, what was answered."""
    words = [FIELDS[name] for name in FIELDS if name in one.fields]
    words += _of_people(one.fields, signup, offer)
    labels = {str(question.id): question.label for question in offer.questions}
    words += [
        labels.get(name.removeprefix("answer ").partition("-")[0], "")
        for name in one.fields
        if name.startswith("answer ")
    ]
    return gettext(", ").join(dict.fromkeys(str(word) for word in words if word))


def _of_people(fields: Collection[str], signup: Signup, offer: Offer) -> Iterator[str]:
    """Whose details changed, and who came, went or attends otherwise at which meeting."""
    for person in signup.people:
        of = [m.title for m in offer.meetings if f"booking {person.id}-{m.id}" in fields]
        for title in of:
            yield gettext("%(name)s (%(meeting)s)", name=person.name, meeting=title)
        if not of and f"person {person.id}" in fields:
            yield gettext("%(name)s", name=person.name)
