"""Who signed up twice, as the office reads it: from the second sign-up to the first, and back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal_column, or_, select
from sqlalchemy.orm import aliased

from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, Series
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number

PAGE = 100
MOST = 200
"""Of one sign-up, and as far as those of a meeting are counted: beyond it there are just many."""
# Written out, since SQLite takes an index over some rows only for a condition without a value.
_TWICE = Booking.state == literal_column("'duplicate'")

_first: Any = aliased(Booking)
_first_person: Any = aliased(Participant)
_first_row: Any = aliased(Registration)
_DUPLICATES = (
    select(
        *(Booking.id, Booking.event_id, Booking.way, Booking.created_at),
        *(Participant.name, Participant.reading, Participant.organisation),
        *(Registration.id.label("registration_id"), Registration.number),
        *(Registration.link_version, Registration.email, Registration.telephone),
        Registration.merged_into,
        *(_first.id.label("first_booking"), _first.state.label("first_state")),
        *(_first_row.id.label("first_id"), _first_row.number.label("first_number")),
        *(Series.number_letter, Event.zone),
    )
    .join(Participant, Participant.id == Booking.participant_id)
    .join(Registration, Registration.id == Participant.registration_id)
    .join(_first, _first.id == Booking.duplicate_of)
    .join(_first_person, _first_person.id == _first.participant_id)
    .join(_first_row, _first_row.id == _first_person.registration_id)
    .join(Series, Series.id == Registration.series_id)
    .join(Event, Event.id == Booking.event_id)
    .where(_TWICE)
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Somebody who was signed up already; ``created_at`` local to the meeting.

    ``merged``: the office has made the two one, so there is nothing to decide.
    """

    booking_id: int
    event_id: int
    registration_id: int
    link_version: int
    number: str
    name: str
    reading: str
    organisation: str
    email: str
    telephone: str
    way: str
    created_at: datetime
    first_booking_id: int
    first_registration_id: int
    first_number: str
    first_state: str
    merged: bool = False


def list_pairs(event_id: int, before: int | None = None) -> tuple[tuple[Pair, ...], int | None]:
    """Up to ``PAGE`` of a meeting who are signed up twice, the latest first, by one query.

    Args:
        event_id: of the meeting.
        before: the booking behind which the page begins; None for the latest.

    Returns:
        The pairs, and the booking behind which the next page begins, None where there is none.
    """
    query = _DUPLICATES.where(Booking.event_id == event_id, Registration.merged_into.is_(None))
    if before is not None:
        query = query.where(Booking.id < before)
    rows = db.session.execute(query.order_by(Booking.id.desc()).limit(PAGE + 1)).all()
    return tuple(map(_pair, rows[:PAGE])), rows[PAGE - 1].id if len(rows) > PAGE else None


def list_pairs_of(registration_id: int) -> tuple[Pair, ...]:
    """The pairs that a sign-up is either half of, by one query: a person once for all meetings."""
    mine = or_(Registration.id == registration_id, _first_row.id == registration_id)
    query = _DUPLICATES.where(mine).order_by(Booking.id.desc()).limit(MOST)
    pairs = [_pair(row) for row in db.session.execute(query)]
    found = {
        (one.registration_id, one.first_registration_id, one.name, one.reading): one
        for one in pairs
    }
    return tuple(reversed(found.values()))


def count_pairs(event_id: int) -> int:
    """How many of a meeting are signed up twice, counted up to ``MOST``: one short index."""
    query = (
        select(Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(
            Booking.event_id == event_id,
            _TWICE,
            Registration.merged_into.is_(None),
        )
    )
    return len(db.session.scalars(query.limit(MOST)).all())


def _pair(row: Any) -> Pair:
    return Pair(
        booking_id=row.id,
        event_id=row.event_id,
        registration_id=row.registration_id,
        link_version=row.link_version,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        email=row.email,
        telephone=row.telephone,
        way=row.way,
        created_at=to_local(row.created_at, row.zone),
        first_booking_id=row.first_booking,
        first_registration_id=row.first_id,
        first_number=show_number(row.number_letter, row.first_number),
        first_state=row.first_state,
        merged=row.merged_into is not None,
    )
