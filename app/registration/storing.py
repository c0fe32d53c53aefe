"""Writing people, bookings and answers: rows from an entry and what the rules made of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from app.base.text import group_key, search_key, sort_key, telephone_digits
from app.events.facts import Offer
from app.registration.facts import (
    NOBODY_TOLD,
    AnswerEntry,
    Entry,
    NoticeTold,
    PersonEntry,
    PersonView,
    Signup,
)
from app.registration.locking import Day
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.rules import Outcome, identity, show_number


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Where an entry goes: its sign-up, and its people's ids in the order of the entry."""

    day: Day
    row: Registration
    entry: Entry
    people: tuple[int, ...]


def store_people(
    day: Day,
    row: Registration,
    entry: Entry,
    signup: Signup | None,
    told: NoticeTold = NOBODY_TOLD,
) -> Stored:
    """Insert new people, bring the others up to date.

    Args:
        day: the meetings, locked.
        row: the sign-up.
        entry: what it is to be.
        signup: as it was, None where new.
        told: of the privacy notice, to those who are new.
    """
    known = {person.id for person in signup.people} if signup else set()
    kept = [one for one in entry.people if one.participant_id in known]
    if kept:
        was = {person.id: person for person in signup.people} if signup else {}
        day.session.execute(
            update(Participant), [{"id": one.participant_id, **_told(one)} for one in kept]
        )
        anew = [one.participant_id for one in kept if _is_other(one, was[one.participant_id or 0])]
        if anew:
            changed = update(Participant).where(Participant.id.in_(anew))
            day.session.execute(changed.values(changed_at=day.moment))
    new = [
        Participant(
            registration_id=row.id,
            position=len(known) + place,
            **_told(one),
            **notice_values(day, told),
        )
        for place, one in enumerate(p for p in entry.people if p.participant_id not in known)
    ]
    day.session.put_many(new)
    made = iter(new)
    people = [
        one.participant_id if one.participant_id in known else next(made).id for one in entry.people
    ]
    return Stored(day=day, row=row, entry=entry, people=tuple(i for i in people if i is not None))


def notice_values(day: Day, told: NoticeTold) -> dict[str, Any]:
    """What a person keeps of the privacy notice that they are told just now."""
    at = day.moment if told.version else None
    return {"notice_version": told.version, "told_by": told.by, "noticed_at": at}


def _is_other(one: PersonEntry, was: PersonView) -> bool:
    return any(getattr(was, name) != value for name, value in _told(one).items())


def _told(one: PersonEntry) -> dict[str, str]:
    return {
        "name": one.name,
        "reading": one.reading,
        "organisation": one.organisation,
        "role": one.role,
        "standing": one.standing,
    }


def store_bookings(
    to: Stored,
    outcomes: Sequence[Outcome],
    first: Mapping[tuple[int, int], int],
    *,
    is_new: bool = False,
    beyond: str = "",
) -> tuple[Booking, ...]:
    """Insert and update what the rules decided; return the new rows.

    Args:
        to: the sign-up and its people.
        outcomes: one for each person at each meeting.
        first: (place of the person, meeting id) → the booking that a duplicate repeats.
        is_new: whether nothing can be there yet.
        beyond: why the office gives places though none is free.
    """
    kept = {} if is_new else _bookings(to)
    new = []
    for outcome in outcomes:
        wish = outcome.wish
        values = _values(to, outcome, first.get((wish.person, wish.event_id)))
        values["beyond"] = beyond if outcome.beyond else ""
        booking = kept.pop((to.people[wish.person], wish.event_id), None)
        if booking is None:
            common = {"event_id": wish.event_id, "created_at": to.day.moment}
            new.append(Booking(participant_id=to.people[wish.person], **common, **values))
            continue
        if outcome.state == "waiting" and not outcome.requeued:
            values["queued_at"] = booking.queued_at
        if outcome.state == "confirmed" and not outcome.beyond and booking.state == "confirmed":
            values["beyond"] = booking.beyond  # the reason stays as long as the place does
        for name, value in values.items():
            setattr(booking, name, value)
    _rename(to, kept)
    to.day.session.put_many(new)
    to.day.session.flush()
    return tuple(new)


def _rename(to: Stored, cancelled: Mapping[tuple[int, int], Booking]) -> None:
    """What is cancelled is found by the same name as what is not."""
    places = {one: place for place, one in enumerate(to.people)}
    for (participant_id, _event), booking in cancelled.items():
        for name, value in _told_keys(to, to.entry.people[places[participant_id]]).items():
            setattr(booking, name, value)


def _bookings(to: Stored) -> dict[tuple[int, int], Booking]:
    """What is there already, cancelled bookings included: each person has one a meeting."""
    found = to.day.session.scalars(select(Booking).where(Booking.participant_id.in_(to.people)))
    return {(one.participant_id, one.event_id): one for one in found}


def _values(to: Stored, outcome: Outcome, duplicate_of: int | None) -> dict[str, Any]:
    person = to.entry.people[outcome.wish.person]
    duplicate = outcome.wish.duplicate
    return {
        "way": outcome.wish.way,
        "state": "duplicate" if duplicate else outcome.state,
        "queued_at": to.day.moment if outcome.state == "waiting" else None,
        "seats": outcome.wish.seats,
        "duplicate_of": duplicate_of if duplicate else None,
        **_told_keys(to, person),
    }


def _told_keys(to: Stored, person: PersonEntry) -> dict[str, Any]:
    """What a booking repeats of its person and sign-up, so that lists read one index."""
    number = show_number(to.day.number_letter, to.row.number)
    return {
        "registration_id": to.row.id,
        "channel": to.row.channel,
        **keys_of(person, to.entry, number),
    }


def keys_of(person: PersonEntry, entry: Entry, number: str) -> dict[str, Any]:
    """What a booking repeats of its person, for lists and for knowing them again."""
    return {
        "identity": identity(person.name, person.reading, entry.email, entry.telephone),
        "role_key": group_key(person.role),
        "organisation_key": group_key(person.organisation),
        "standing": person.standing,
        "sort_key": sort_key(person.reading, person.name),
        "search_key": search_key_of(person, entry, number),
    }


def search_key_of(person: PersonEntry, entry: Entry, number: str) -> str:
    """All by which the office may look for this person."""
    return search_key(
        person.name,
        person.reading,
        person.organisation,
        number,
        "" if entry.contact_name == person.name else entry.contact_name,
        entry.email,
        entry.telephone,
        telephone_digits(entry.telephone),
    )


def cancel_bookings(day: Day, booking_ids: Collection[int], state: str = "cancelled") -> None:
    """Cancel or decline these bookings, in whatever state they are."""
    if booking_ids:
        day.session.execute(
            update(Booking)
            .where(Booking.id.in_(booking_ids))
            .values(state=state, queued_at=None, duplicate_of=None)
        )


def store_answers(
    to: Stored, offer: Offer, outcomes: Sequence[Outcome], *, is_new: bool = False
) -> tuple[Answer, ...]:
    """Put the answers of the entry in place of those that are there; return the new rows."""
    if not is_new:
        day, row = to.day, to.row
        day.session.execute(delete(Answer).where(Answer.registration_id == row.id))
    placed = {
        (outcome.wish.person, outcome.wish.event_id)
        for outcome in outcomes
        if outcome.state == "confirmed" and not outcome.wish.duplicate
    }
    rows = tuple(_answers(to, offer, placed))
    to.day.session.write_many(rows)
    return rows


def _answers(to: Stored, offer: Offer, placed: Collection[tuple[int, int]]) -> Iterator[Answer]:
    event_of = {question.id: question.event_id for question in offer.questions}
    anybody = {event_id for _person, event_id in placed}
    for place, person in enumerate(to.entry.people):
        for one in person.answers:
            held = (place, event_of[one.question_id]) in placed
            yield from _rows(to, one, to.people[place], held=held)
    for one in to.entry.answers:
        yield from _rows(to, one, None, held=event_of[one.question_id] in anybody)


def _rows(to: Stored, one: AnswerEntry, person: int | None, *, held: bool) -> Iterator[Answer]:
    given: list[tuple[int | None, str]] = [(choice, "") for choice in one.choice_ids]
    if one.text:
        given.append((None, one.text))
    for choice_id, text in given:
        yield Answer(
            question_id=one.question_id,
            registration_id=to.row.id,
            participant_id=person,
            choice_id=choice_id,
            text=text,
            held=held and choice_id is not None,
        )


def arrangements(entry: Entry, offer: Offer) -> frozenset[tuple[object, ...]]:
    """All that is to be arranged, to see whether it has changed."""
    special = {question.id for question in offer.questions if question.is_arrangement}
    every: list[tuple[int | None, AnswerEntry]] = [(None, one) for one in entry.answers]
    every += [(person.participant_id, one) for person in entry.people for one in person.answers]
    return frozenset(
        (person, one.question_id, one.choice_ids, one.text)
        for person, one in every
        if one.question_id in special and (one.choice_ids or one.text)
    )
