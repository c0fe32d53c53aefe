"""Who is signed up already: looked up for many rows at a time, the same few queries each time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.base.timezones import to_local
from app.events.models import Event, EventQuestion, Series
from app.registration.imports.fates import Known
from app.registration.imports.questions import ids_of
from app.registration.lists.export import ROWS
from app.registration.lists.said import Said, Whose, of_person, read_said
from app.registration.marks import digest_of, digest_of_answers
from app.registration.models import LIVE, Answer, Booking, Participant, Registration
from app.registration.rules import show_number

ACTIVE = LIVE
LOOKED_UP = 1000
"""Values in one query: databases limit how many there may be."""


def event_of(session: Session, event_id: int) -> Any:
    """``series_id``, ``number_letter``, ``zone`` and ``state`` of a meeting."""
    query = select(Event.series_id, Series.number_letter, Event.zone, Event.state)
    found = session.execute(
        query.join(Series, Series.id == Event.series_id).where(Event.id == event_id)
    )
    return found.one()


def by_numbers(
    session: Session, event_id: int, series_id: int, numbers: Collection[int]
) -> Mapping[int, list[Known]]:
    """Everybody of these sign-ups who has a booking at the meeting, by number."""
    found: dict[int, list[Known]] = defaultdict(list)
    query = ROWS.where(
        Booking.event_id == event_id, Registration.series_id == series_id, Registration.erased == ""
    )
    for some in some_of(numbers):
        _collect(session, event_id, query.where(Registration.number.in_(some)), found, "number")
    return found


def by_ids(session: Session, event_id: int, participants: Collection[int]) -> Mapping[int, Known]:
    """These people with a booking at the meeting, by their ids."""
    found: dict[int, list[Known]] = defaultdict(list)
    query = ROWS.where(Booking.event_id == event_id)
    for some in some_of(participants):
        _collect(session, event_id, query.where(Participant.id.in_(some)), found, "participant_id")
    return {person: rows[0] for person, rows in found.items()}


def by_identities(
    session: Session, event_ids: Sequence[int], identities: Collection[str]
) -> Mapping[str, dict[int, int]]:
    """Who comes or waits under these identities: identity → meeting → participant."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for some in some_of(identities):
        query = select(Booking.identity, Booking.event_id, Booking.participant_id).where(
            Booking.event_id.in_(event_ids), Booking.identity.in_(some), Booking.state.in_(ACTIVE)
        )
        for same, event_id, participant_id in session.execute(query.order_by(Booking.id.desc())):
            found[same][event_id] = participant_id
    return found


def some_of(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The different ones of these values in their order, a thousand at a time."""
    rest = iter(sorted(set(values)))
    while some := tuple(islice(rest, LOOKED_UP)):
        yield some


def ways_of_signups(
    session: Session, event_id: int, registrations: Collection[int]
) -> Mapping[int, set[str]]:
    """By which ways anybody of these sign-ups comes to the meeting, or may."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in some_of(registrations):
        query = select(Booking.registration_id, Booking.way).where(
            Booking.event_id == event_id,
            Booking.registration_id.in_(some),
            Booking.state.in_(ACTIVE),
        )
        for registration_id, way in session.execute(query):
            found[registration_id].add(way)
    return found


def digest_of_all(known: Known) -> str:
    """Stands for all that an import can change of somebody."""
    return f"{digest_of(known)}-{digest_of_answers(known.said)}"


def _collect(
    session: Session, event_id: int, query: Any, found: dict[int, list[Known]], key: str
) -> None:
    rows = session.execute(query).all()
    bound = _bound(session, rows)
    said = read_said(session, [row.registration_id for row in rows], ids_of(event_id))
    for row in rows:
        found[getattr(row, key)].append(_known(row, bound, said))


def _bound(session: Session, rows: Sequence[Any]) -> set[tuple[int, int | None]]:
    """(sign-up, person or None) of answers to what only those are asked who come one way."""
    ids = [row.registration_id for row in rows]
    query = (
        select(Answer.registration_id, Answer.participant_id)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .where(Answer.registration_id.in_(ids), or_(EventQuestion.way != "", Answer.held.is_(True)))
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def _known(
    row: Any, bound: Collection[tuple[int, int | None]], said: Mapping[Whose, Mapping[int, Said]]
) -> Known:
    whose = {(row.registration_id, row.participant_id), (row.registration_id, None)}
    created = to_local(row.created_at, row.zone).replace(tzinfo=None, second=0, microsecond=0)
    return Known(
        participant_id=row.participant_id,
        registration_id=row.registration_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        role=row.role,
        standing=row.standing,
        email=row.email,
        telephone=row.telephone,
        fax=row.fax or "",
        postal_address=row.postal_address or "",
        note=row.note,
        way=row.way,
        state=row.state,
        channel=row.channel,
        contact="" if row.contact_name == row.name else row.contact_name,
        created=created,
        bound=not whose.isdisjoint(bound),
        said=of_person(said, row.registration_id, row.participant_id),
    )
