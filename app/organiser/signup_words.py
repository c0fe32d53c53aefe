"""What happened to one sign-up, and what was answered, in the reader's words."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.auth.facts import HistoryEntry
from app.base.timezones import to_local
from app.events.facts import Offer, QuestionView
from app.events.standings import WORDS as STANDINGS
from app.organiser.words import CHANNELS, action_words, booking_words, change_text, moment_words
from app.registration.facts import Signup
from app.registration.letters.snapshots import answer_text

FIELDS: dict[str, Any] = {
    "contact_name": lazy_gettext("Name of the contact"),
    "desk": lazy_gettext("At which reception"),
    "organisation": lazy_gettext("Organisation"),
    "email": lazy_gettext("E-mail address"),
    "telephone": lazy_gettext("Telephone number"),
    "fax": lazy_gettext("Fax number"),
    "postal_address": lazy_gettext("Postal address"),
    "note": lazy_gettext("Remarks"),
    "reason": lazy_gettext("Reason"),
    "channel": lazy_gettext("How it reached us"),
    "told": lazy_gettext("How we handle personal data"),
    "beyond": lazy_gettext("Beyond the places, because"),
    "merged_into": lazy_gettext("Became part of"),
    "merged": lazy_gettext("Took in"),
    "coming": lazy_gettext("Answer whether they come"),
    "contact_attends": lazy_gettext("The contact comes, too"),
    "answers_kept": lazy_gettext("Answers of the person before"),
}
VALUES: dict[str, dict[str, Any]] = {
    "channel": CHANNELS,
    "told": {"yes": lazy_gettext("told")},
    "coming": {"yes": lazy_gettext("comes"), "no": lazy_gettext("cannot come")},
    "answers_kept": {"yes": lazy_gettext("taken over"), "no": lazy_gettext("not taken over")},
}
"""Words for fields that hold codes."""
Words = Mapping[str, Any] | Callable[[str], str]
"""Words of the values of a field, or what finds them."""
BY_MEETING: dict[str, Words] = {"booking": booking_words, "attendance": moment_words}
"""Fields of which there is one for each person and meeting."""
NEVER_TOLD: Words = {"": ""}
KINDS: dict[str, tuple[Any, Words]] = {
    "person": (lazy_gettext("Name, reading, organisation and role"), {}),
    "standing": (lazy_gettext("Standing"), STANDINGS),
    "arrangements": (lazy_gettext("Arrangements (changed)"), NEVER_TOLD),
}
"""Fields of which there is one for each person, with the words of their values."""
ACTORS: dict[str, Any] = {
    "visitor": lazy_gettext("The person themselves"),
    "system": lazy_gettext("By itself"),
    "desk": lazy_gettext("Reception"),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer: to which meeting's question, of whom ('' where it was asked once)."""

    meeting: str
    label: str
    name: str
    text: str
    event_id: int
    question_id: int
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """One act in words: ``at`` local; ``changes`` are (what, what became of it, '' if not told)."""

    at: datetime
    who: Any
    what: Any
    changes: tuple[tuple[Any, str], ...]


def said(signup: Signup, offer: Offer, *, arrangements: bool) -> tuple[Said, ...]:
    """All answers of a sign-up: those about what is to be arranged, or all others."""
    asked = [one for one in offer.questions if one.is_arrangement is arrangements]
    return tuple(found for one in asked for found in _said(signup, offer, one))


def _said(signup: Signup, offer: Offer, question: QuestionView) -> Iterator[Said]:
    for person in signup.people if question.asked == "person" else (None,):
        text = answer_text(signup, question, person)
        if text:
            yield Said(
                meeting=offer.meeting(question.event_id).title,
                label=question.label,
                name=person.name if person else "",
                text=text,
                event_id=question.event_id,
                question_id=question.id,
                person_id=person.id if person else None,
            )


def history(
    entries: Collection[HistoryEntry], signup: Signup, offer: Offer, zone: str
) -> tuple[Done, ...]:
    """The acts on a sign-up; what is to be arranged is never told, only that it changed."""
    return tuple(
        Done(
            at=to_local(one.at, zone),
            who=one.who or ACTORS.get(one.actor, ""),
            what=action_words(one.action),
            changes=tuple(_changes(one, signup, offer)),
        )
        for one in entries
    )


def field_in_words(name: str, stored: Any, signup: Signup, offer: Offer) -> tuple[str, str] | None:
    """What a field of the history is called and its value; None for one that is not told here."""
    told = _field(name, signup, offer)
    return None if told is None else (str(told[0]), _value(stored, told[1]))


def _changes(entry: HistoryEntry, signup: Signup, offer: Offer) -> Iterator[tuple[Any, str]]:
    for name in {**entry.before, **entry.after}:
        told = _field(name, signup, offer)
        if told is not None:
            label, words = told
            old, new = (_value(side.get(name), words) for side in (entry.before, entry.after))
            yield label, change_text(old, new, known=name in entry.before)


def _field(name: str, signup: Signup, offer: Offer) -> tuple[Any, Words] | None:
    """What a field of ``registration.history`` is called, and the words of its values."""
    kind, _space, key = name.partition(" ")
    if name in FIELDS:
        return FIELDS[name], VALUES.get(name, {})
    if kind in KINDS:
        return KINDS[kind]
    if kind in BY_MEETING:
        return _at_meeting(key, signup, offer), BY_MEETING[kind]
    if kind == "answer":
        return _answer(key, offer)
    return None


def _at_meeting(key: str, signup: Signup, offer: Offer) -> str:
    """Whose participation it is, and in what."""
    person, _dash, event = key.partition("-")
    name = next((one.name for one in signup.people if str(one.id) == person), "")
    title = next((one.title for one in offer.meetings if str(one.id) == event), "")
    return str(_("%(name)s: %(meeting)s", name=name, meeting=title))


def _answer(key: str, offer: Offer) -> tuple[Any, Words] | None:
    question_id = key.partition("-")[0]
    question = next((one for one in offer.questions if str(one.id) == question_id), None)
    if question is None or question.is_arrangement:
        return None
    return question.label, {str(choice.id): choice.label for choice in question.choices}


def _value(stored: Any, words: Words) -> str:
    if stored is None or words == NEVER_TOLD:
        return ""
    if isinstance(stored, bool):
        return str(_("Yes") if stored else _("No"))
    text = str(stored)
    if not isinstance(words, Mapping):
        return words(text)
    if text in words:
        return str(words[text])
    parts = text.split(", ")
    return _(", ").join(words[one] for one in parts) if set(parts) <= set(words) else text
