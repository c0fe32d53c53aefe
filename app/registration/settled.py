"""What can no longer be changed: it stays as it is, whatever a form says. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.events.facts import Offer
from app.events.rules import change_open
from app.registration import wishes
from app.registration.facts import Entry, PersonEntry, PersonView, Signup


@dataclass(frozen=True)
class _Settled:
    """A sign-up, the meetings whose time for changes is over, and questions asked no longer."""

    before: Signup
    offer: Offer
    people: Mapping[int, PersonView]
    meetings: Collection[int]
    questions: Collection[int]


def keep(entry: Entry, before: Signup, offer: Offer, moment: datetime) -> Entry:
    """The entry with what is settled as it is in ``before``, and the rest as it was asked for."""
    meetings = {one.id for one in offer.meetings if not change_open(one.facts, moment)}
    known = _Settled(
        before=before,
        offer=offer,
        people={person.id: person for person in before.people},
        meetings=meetings,
        questions={q.id for q in offer.questions if q.closed or q.event_id in meetings},
    )
    people = [_person(known, one) for one in entry.people]
    named = {one.participant_id for one in people}
    people += [one for one in _left_out(known) if one.participant_id not in named]
    coming = {event_id for one in people for event_id in one.ways}
    stored = wishes.answers_of(before, None, offer, coming)
    answers = tuple(one for one in entry.answers if one.question_id not in known.questions)
    answers += tuple(one for one in stored if one.question_id in known.questions)
    return replace(entry, people=tuple(one for one in people if one.ways), answers=answers)


def _person(known: _Settled, one: PersonEntry) -> PersonEntry:
    ways = {event_id: way for event_id, way in one.ways.items() if event_id not in known.meetings}
    answers = tuple(a for a in one.answers if a.question_id not in known.questions)
    person = known.people.get(one.participant_id or 0)
    if person is not None:
        if settled := _settled_ways(known, person):
            one = _as_known(one, person)  # a place is not handed on once the time is over
            ways |= settled
        stored = wishes.answers_of(known.before, person.id, known.offer, ways)
        answers += tuple(a for a in stored if a.question_id in known.questions)
    return replace(one, ways=ways, answers=answers)


def _as_known(one: PersonEntry, person: PersonView) -> PersonEntry:
    return replace(
        one,
        name=person.name,
        reading=person.reading,
        organisation=person.organisation,
        role=person.role,
        standing=person.standing,
    )


def _left_out(known: _Settled) -> list[PersonEntry]:
    """Everybody with a settled meeting, as they are, for forms that leave them out."""
    whole = wishes.entry_of(known.before, known.offer)
    return [
        replace(one, ways=_settled_ways(known, known.people[one.participant_id]))
        for one in whole.people
        if one.participant_id is not None
    ]


def _settled_ways(known: _Settled, person: PersonView) -> dict[int, str]:
    return {b.event_id: b.way for b in person.bookings if b.active and b.event_id in known.meetings}
