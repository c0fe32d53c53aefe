"""What two sign-ups are as one: who is the same person, which place, answer and note is kept. Pure.

The first one's word counts; what it does not say is taken from the second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.events.facts import Offer
from app.registration import placing, wishes
from app.registration.facts import (
    AnswerEntry,
    AnswerView,
    BookingView,
    Entry,
    PersonEntry,
    PersonView,
    Signup,
)
from app.registration.models import LIVE
from app.registration.rules import Held, Meeting, Plan, Refused, bare, check_picks

DETAILS = ("reading", "organisation", "role", "standing")
CONTACT = ("organisation", "email", "telephone", "fax", "postal_address")


@dataclass(frozen=True, kw_only=True)
class Union:
    """Two sign-ups as one.

    ``contact``: the first with what it lacked; ``entry``: what a form would send of both together;
    ``both``: the first with everybody's kept bookings and all answers, by which plans are made;
    ``held``: all that is taken now. ``partners``: id of a person of the second → who they are in
    the first; ``added``: those of the second who are somebody else.
    """

    contact: Signup
    entry: Entry
    both: Signup
    held: tuple[Held, ...]
    partners: Mapping[int, int]
    added: tuple[PersonView, ...]

    @property
    def result(self) -> Signup:
        """What will be there: the first with everybody, and of the answers those that are kept."""
        every = [(one.participant_id, one.answers) for one in self.entry.people]
        every.append((None, self.entry.answers))
        answers = tuple(row for whose, said in every for row in _rows(whose, said))
        return replace(self.both, answers=answers)


def _rows(whose: int | None, said: Sequence[AnswerEntry]) -> Iterator[AnswerView]:
    for one in said:
        chosen: list[tuple[int | None, str]] = [(choice, "") for choice in one.choice_ids]
        for choice, text in chosen or [(None, one.text)]:
            yield AnswerView(
                question_id=one.question_id,
                participant_id=whose,
                choice_id=choice,
                text=text,
                held=False,
            )


def unite(first: Signup, second: Signup, offer: Offer) -> Union:
    """``first`` with ``second`` in it."""
    partners = pair_up(first.coming, second.coming)
    of_second = {partners[p.id]: p for p in second.coming if p.id in partners}
    people = [_joined(one, of_second.get(one.id)) for one in first.coming]
    added = tuple(
        person
        for one in second.coming
        if one.id not in partners and (person := _joined(one, None)).bookings
    )
    contact = _contact(first, second)
    answers = tuple(
        replace(one, participant_id=partners.get(one.participant_id or 0, one.participant_id))
        for one in second.answers
    )
    both = replace(contact, people=(*people, *added), answers=(*first.answers, *answers))
    return Union(
        contact=contact,
        entry=_entry(both, (first, second), partners, offer),
        both=both,
        held=(*wishes.held(first), *wishes.held(second)),
        partners=partners,
        added=added,
    )


def plan_of(
    union: Union, offer: Offer, meetings: Sequence[Meeting], now: datetime
) -> Plan | Refused:
    """What becomes of it by the rules, with the office acting at ``now`` (aware)."""
    wanted = wishes.wishes(union.entry, offer, union.both)
    planned = placing.plan(meetings, union.held, wanted, now, by_office=True)
    if isinstance(planned, Refused):
        return planned
    picks = tuple(wishes.picks(union.entry, offer, planned.outcomes, union.both))
    return check_picks(picks, wishes.choices_left(offer, union.both)) or planned


def pair_up(first: Sequence[PersonView], second: Sequence[PersonView]) -> dict[int, int]:
    """Who of the second is who of the first: by the same name, else by the same reading."""
    found: dict[int, int] = {}
    for name in ("name", "reading"):
        for one in second:
            if one.id in found:
                continue
            said = bare(getattr(one, name))
            same = (
                other.id
                for other in first
                if said and bare(getattr(other, name)) == said and other.id not in found.values()
            )
            other = next(same, None)
            if other is not None:
                found[one.id] = other
    return found


def _joined(one: PersonView, other: PersonView | None) -> PersonView:
    """A person with the better of two bookings at each meeting, and details the first lacked."""
    if other is None:
        return replace(one, bookings=tuple(b for b in one.bookings if _is_real(b)))
    events = dict.fromkeys(b.event_id for p in (one, other) for b in p.bookings)
    kept = (_better(one.booking(event), other.booking(event)) for event in sorted(events))
    details = {name: getattr(one, name) or getattr(other, name) for name in DETAILS}
    return replace(one, bookings=tuple(b for b in kept if b is not None), **details)


def _is_real(booking: BookingView | None) -> bool:
    return booking is not None and booking.active and not booking.is_duplicate


def _better(one: BookingView | None, other: BookingView | None) -> BookingView | None:
    """A place before a turn, an earlier turn before a later, both before a request."""
    real = [b for b in (one, other) if b is not None and _is_real(b)]
    return min(real, key=lambda b: (LIVE.index(b.state), b.position or 0), default=None)


def _contact(first: Signup, second: Signup) -> Signup:
    given = {name: getattr(first, name) or getattr(second, name) for name in CONTACT}
    notes = dict.fromkeys(note for note in (first.note, second.note) if note)
    may_fail = first.email_may_fail if first.email else second.email_may_fail
    return replace(first, **given, note="\n".join(notes), email_may_fail=may_fail)


def _entry(
    both: Signup, apart: tuple[Signup, Signup], partners: Mapping[int, int], offer: Offer
) -> Entry:
    first, second = apart
    theirs = {mine: other for other, mine in partners.items()}
    people = []
    for one in both.people:
        ways = {b.event_id: b.way for b in one.bookings}
        if not ways:
            continue
        own = wishes.answers_of(first, one.id, offer, ways)
        other = wishes.answers_of(second, theirs.get(one.id, one.id), offer, ways)
        people.append(
            PersonEntry(
                participant_id=one.id,
                name=one.name,
                reading=one.reading,
                organisation=one.organisation,
                role=one.role,
                standing=one.standing,
                ways=ways,
                answers=_answers(own, other),
            )
        )
    events = {event for one in people for event in one.ways}
    once = (wishes.answers_of(signup, None, offer, events) for signup in apart)
    whole = replace(wishes.entry_of(both, offer), people=tuple(people), answers=_answers(*once))
    return wishes.only_asked(whole, offer)


def _answers(
    own: tuple[AnswerEntry, ...], other: tuple[AnswerEntry, ...]
) -> tuple[AnswerEntry, ...]:
    said = {one.question_id for one in own}
    return (*own, *(one for one in other if one.question_id not in said))
