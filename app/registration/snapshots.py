"""The state of a sign-up as a letter tells it, and what is different in the next: pure.

A snapshot is plain JSON kept with the letter. So a letter says what changed since the last letter
that really went, whatever happened in between; and an invite is sent for exactly what it changes.
It holds no arrangement: of those only the version at which they last changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.events.facts import MeetingView, Offer, QuestionView
from app.registration.facts import PersonView, Signup

Snapshot = Mapping[str, Any]
CONTACT = ("email", "telephone", "organisation")
PLACE = ("venue", "address")


def take(signup: Signup, offer: Offer) -> dict[str, Any]:
    """The state of ``signup`` in the language of ``offer``; moments as ISO text in UTC."""
    return {
        "contact": {name: getattr(signup, name) for name in CONTACT},
        "arranged": signup.arranged_version,
        "people": {str(person.id): person.name for person in signup.people},
        "events": {
            str(meeting.id): _event(meeting, signup, offer)
            for meeting in offer.meetings
            if any(person.booking(meeting.id) for person in signup.people)
        },
    }


def _event(meeting: MeetingView, signup: Signup, offer: Offer) -> dict[str, Any]:
    bookings = [(person, person.booking(meeting.id)) for person in signup.people]
    return {
        "title": meeting.title,
        "spans": [[span.start.isoformat(), span.end.isoformat()] for span in meeting.spans],
        "zone": meeting.zone,
        "venue": meeting.venue_name,
        "address": meeting.venue_address,
        "online": meeting.online_url,
        "cancelled": meeting.status == "cancelled",
        "bookings": {
            str(person.id): [booking.way, booking.state]
            for person, booking in bookings
            if booking is not None
        },
        "answers": {
            f"{question.id}:{who.id if who else ''}": answer_text(signup, question, who)
            for question in offer.questions_of(meeting.id)
            if not question.is_arrangement and question.choices
            for who in (signup.people if question.asked == "person" else (None,))
            if _is_answered(signup, question, who)
        },
    }


def _is_answered(signup: Signup, question: QuestionView, who: PersonView | None) -> bool:
    return bool(_answers(signup, question, who))


def _answers(signup: Signup, question: QuestionView, who: PersonView | None) -> list[Any]:
    person = who.id if who else None
    return [
        one
        for one in signup.answers
        if one.question_id == question.id and one.participant_id == person
    ]


def answer_text(signup: Signup, question: QuestionView, who: PersonView | None) -> str:
    """What was answered, in words: the labels of the choices, else the text."""
    rows = _answers(signup, question, who)
    labels = {choice.id: choice.label for choice in question.choices}
    chosen = [labels[one.choice_id] for one in rows if one.choice_id in labels]
    return "、".join(chosen) if chosen else next((one.text for one in rows if one.text), "")


ChangeKind = Literal[
    "time",
    "venue",
    "online",
    "called_off",
    "added",
    "cancelled",
    "confirmed",
    "waiting",
    "way",
    "answer",
    "name",
    "contact",
    "arranged",
]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is different; ``before`` and ``after`` as the snapshots have them."""

    kind: ChangeKind
    event: str = ""
    person: str = ""
    what: str = ""
    before: Any = None
    after: Any = None


def compare(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What is different, meeting by meeting in the order of ``after``, then people and contact."""
    found: list[Change] = []
    for key, event in after["events"].items():
        found += _compare_event(key, before["events"].get(key), event)
    for key, name in after["people"].items():
        old = before["people"].get(key)
        if old is not None and old != name:
            found.append(Change(kind="name", person=key, before=old, after=name))
    for name in CONTACT:
        old, new = before["contact"][name], after["contact"][name]
        if old != new:
            found.append(Change(kind="contact", what=name, before=old, after=new))
    if before["arranged"] != after["arranged"]:
        found.append(Change(kind="arranged"))
    return tuple(found)


def _compare_event(key: str, old: Snapshot | None, new: Snapshot) -> list[Change]:
    found: list[Change] = []
    if old is not None and _concerns(old) and _concerns(new):
        found += _compare_facts(key, old, new)
    bookings = old["bookings"] if old is not None else {}
    for person, (way, state) in new["bookings"].items():
        change = _compare_booking(bookings.get(person), way, state)
        if change:
            had = bookings.get(person, [None])[0]
            found.append(Change(kind=change, event=key, person=person, before=had, after=way))
    answers = old["answers"] if old is not None else {}
    for which in {**answers, **new["answers"]}:
        was, now = answers.get(which, ""), new["answers"].get(which, "")
        question, _colon, person = which.partition(":")
        still = not person or new["bookings"].get(person, ["", "cancelled"])[1] != "cancelled"
        if old is not None and was != now and still and person in {"", *bookings}:
            found.append(
                Change(
                    kind="answer", event=key, person=person, what=question, before=was, after=now
                )
            )
    return found


def _concerns(event: Snapshot) -> bool:
    """Whether anybody still comes or waits: who does not is not told of a change."""
    return any(state != "cancelled" for _way, state in event["bookings"].values())


def _compare_facts(key: str, old: Snapshot, new: Snapshot) -> list[Change]:
    if new["cancelled"]:
        return [] if old["cancelled"] else [Change(kind="called_off", event=key)]
    found = []
    if old["spans"] != new["spans"]:
        found.append(Change(kind="time", event=key, before=old["spans"], after=new["spans"]))
    if any(old[name] != new[name] for name in PLACE):
        place = [" ".join(filter(None, (one["venue"], one["address"]))) for one in (old, new)]
        found.append(Change(kind="venue", event=key, before=place[0], after=place[1]))
    online = [way for way, state in new["bookings"].values() if (way, state) == ("online", CAME)]
    if old["online"] != new["online"] and online:
        found.append(Change(kind="online", event=key, before=old["online"], after=new["online"]))
    return found


CAME = "confirmed"


def _compare_booking(had: list[str] | None, way: str, state: str) -> ChangeKind | None:
    if had is None or had[1] == "cancelled":
        return None if state == "cancelled" else "added"
    if state == "cancelled":
        return "cancelled"
    if had[1] != state:
        return "confirmed" if state == "confirmed" else "waiting"
    return "way" if had[0] != way else None


@dataclass(frozen=True, kw_only=True)
class InviteChange:
    """A calendar object that goes with a letter: 'REQUEST' or 'CANCEL' of one meeting."""

    event: str
    method: Literal["REQUEST", "CANCEL"]
    facts: Snapshot


def invites(before: Snapshot | None, after: Snapshot) -> tuple[InviteChange, ...]:
    """Which calendar objects bring a calendar from ``before`` to ``after``, and no other."""
    had = before["events"] if before else {}
    found = []
    for key in {**had, **after["events"]}:
        old, new = had.get(key), after["events"].get(key)
        comes, came = _comes(new), _comes(old)
        if comes and (not came or _entry(old, before) != _entry(new, after)):
            found.append(InviteChange(event=key, method="REQUEST", facts=new or {}))
        elif came and not comes:
            found.append(InviteChange(event=key, method="CANCEL", facts=old or {}))
    return tuple(found)


def _comes(event: Snapshot | None) -> bool:
    """Whether anybody has a place at a meeting that takes place."""
    if event is None or event["cancelled"] or not event["spans"]:
        return False
    return any(state == CAME for _way, state in event["bookings"].values())


def _entry(event: Snapshot | None, whole: Snapshot | None) -> Any:
    """All that a calendar shows of a meeting."""
    if event is None or whole is None:
        return None
    shown = ("title", "spans", "zone", "venue", "address", "online")
    people = {
        whole["people"][person]: way
        for person, (way, state) in event["bookings"].items()
        if state == CAME
    }
    return {**{name: event[name] for name in shown}, "people": people}
