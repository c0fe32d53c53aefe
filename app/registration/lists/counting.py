"""How many: by state and way, by organisation, by answer.

These read every booking of a meeting, so no list waits for them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all

from app.db import db
from app.mail.models import OutboxLetter
from app.registration.lists.finding import RosterFilter, conditions, is_lost
from app.registration.models import Answer, Booking, ErasedAnswer, Participant

ORGANISATIONS = 100
"""Of one page."""
_ACTIVE = ("confirmed", "waiting")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Exact counts of what a filter finds: bookings by (meeting, way, state), and people.

    ``everybody``: the people of the same meetings without any filter, cancelled ones included.
    """

    by_event: Mapping[tuple[int, str, str], int]
    found: int
    everybody: int

    def in_state(self, state: str, event_id: int | None = None, way: str = "") -> int:
        """Bookings of one state: at one meeting or all, by one way or any."""
        return sum(
            number
            for (event, by, at), number in self.by_event.items()
            if at == state and event_id in {None, event} and way in {"", by}
        )


def count(wanted: RosterFilter) -> Totals:
    """Exact counts of what a filter finds, by three queries at most."""
    query = (
        select(Booking.event_id, Booking.way, Booking.state, func.count())
        .where(*conditions(wanted, counted=True))
        .group_by(Booking.event_id, Booking.way, Booking.state)
    )
    counted = {(event, way, state): n for event, way, state, n in db.session.execute(query)}
    # At one meeting everybody has one booking.
    found = sum(counted.values()) if wanted.at_one else count_people(wanted)
    whole = RosterFilter(event_ids=wanted.event_ids)
    everybody = count_people(whole) if wanted.narrows else found
    return Totals(by_event=counted, found=found, everybody=everybody)


def count_people(wanted: RosterFilter) -> int:
    """How many people a filter finds, each once, by one query."""
    if wanted.at_one:
        query = select(func.count()).select_from(Booking).where(*conditions(wanted, counted=True))
    else:
        query = select(func.count(Booking.participant_id.distinct())).where(
            *conditions(wanted, counted=True)
        )
    return db.session.scalar(query) or 0


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    """An organisation as somebody writes it ('' for none), and a booking of one of its people.

    ``people``: (meeting, state) → how many are signed up or wait.
    """

    name: str
    booking_id: int
    people: Mapping[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Organisations:
    """A page of organisations, those with most people first; ``number``: how many there are."""

    lines: tuple[OrganisationLine, ...]
    number: int


def list_organisations(
    wanted: RosterFilter, page: int = 1, size: int = ORGANISATIONS
) -> Organisations:
    """The organisations that the people found name, by two queries; cancelled ones do not count."""
    of: Any = _key(wanted)
    query = (
        select(
            *(of, Booking.event_id, Booking.state),
            *(func.count(), func.min(Booking.participant_id)),
        )
        .where(*conditions(wanted, counted=True), Booking.state.in_(_ACTIVE))
        .group_by(of, Booking.event_id, Booking.state)
    )
    counts: dict[str, dict[tuple[int, str], int]] = defaultdict(dict)
    somebody: dict[str, int] = {}
    for key, event_id, state, number, participant_id in db.session.execute(query):
        counts[key][event_id, state] = number
        somebody[key] = participant_id
    order = sorted(counts, key=lambda key: (-max(counts[key].values()), key))
    shown = order[(page - 1) * size : page * size]
    named = _named(wanted.event_ids, [somebody[key] for key in shown])
    return Organisations(
        lines=tuple(
            OrganisationLine(name=name, booking_id=booking_id, people=counts[key])
            for key in shown
            for name, booking_id in [named[key]]
        ),
        number=len(order),
    )


def _key(wanted: RosterFilter) -> Any:
    """What the organisations are told apart by.

    The index of organisations does not hold what some filters ask for; SQLite must not go by it
    then, but by the one that holds everything.
    """
    if any((wanted.letters, wanted.channel, wanted.way, wanted.role, wanted.standing)):
        return func.coalesce(Booking.organisation_key, "")
    return Booking.organisation_key


def _named(event_ids: Sequence[int], people: Sequence[int]) -> dict[str, tuple[str, int]]:
    """By key: the organisation as one of these people writes it, and a booking of theirs."""
    query = (
        select(Booking.organisation_key, Participant.organisation, Booking.id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.participant_id.in_(people), Booking.event_id.in_(event_ids))
    )
    return {key: (name, booking_id) for key, name, booking_id in db.session.execute(query)}


def count_answers(
    question_ids: Sequence[int], wanted: RosterFilter | None = None
) -> dict[tuple[int, int | None], int]:
    """By (question, choice): how many chose it; by (question, None): how many wrote a text.

    Answers that were erased since count, too, unless only those of some people are ``wanted``:
    whose they were is not known any more.
    """
    own = select(Answer.question_id, Answer.choice_id, literal(1).label("number"))
    own = own.where(Answer.question_id.in_(question_ids))
    if wanted is not None and wanted.narrows:
        every = own.where(_of_these(wanted)).subquery()
    else:
        gone = select(ErasedAnswer.question_id, ErasedAnswer.choice_id, ErasedAnswer.number)
        gone = gone.where(ErasedAnswer.question_id.in_(question_ids))
        every = union_all(own, gone).subquery()
    query = select(every.c.question_id, every.c.choice_id, func.sum(every.c.number)).group_by(
        every.c.question_id, every.c.choice_id
    )
    return {(question, choice): int(n) for question, choice, n in db.session.execute(query)}


def _of_these(wanted: RosterFilter) -> ColumnElement[bool]:
    """Whether an answer is one of the people found, or of their sign-up as a whole."""
    fits = conditions(wanted, counted=True)
    people = Answer.participant_id.in_(select(Booking.participant_id).where(*fits))
    signups = Answer.registration_id.in_(select(Booking.registration_id).where(*fits))
    return or_(people, and_(Answer.participant_id.is_(None), signups))


def count_standings(wanted: RosterFilter) -> dict[tuple[int, str], int]:
    """By (meeting, standing): how many of those found have a place; '' where it is not known."""
    query = (
        select(Booking.event_id, Booking.standing, func.count())
        .where(*conditions(wanted, counted=True), Booking.state == "confirmed")
        .group_by(Booking.event_id, Booking.standing)
    )
    return {(event, code): number for event, code, number in db.session.execute(query)}


def count_by_event() -> dict[tuple[int, str, str], int]:
    """Bookings of every meeting by (event, way, state), in one query over one index."""
    query = select(Booking.event_id, Booking.way, Booking.state, func.count()).group_by(
        Booking.event_id, Booking.way, Booking.state
    )
    return {(event, way, state): n for event, way, state, n in db.session.execute(query)}


def count_failed_letters() -> dict[int, int]:
    """Letters that could not be sent, by meeting."""
    query = (
        select(Booking.event_id, func.count(OutboxLetter.id.distinct()))
        .select_from(OutboxLetter)
        .join(Booking, Booking.registration_id == OutboxLetter.registration_id)
        .where(is_lost())
        .group_by(Booking.event_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
