"""How many have come to a meeting, and how its seats at the venue stand."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.db import db
from app.db.types import UtcDateTime
from app.events.models import EventWay
from app.registration.desk.facts import DeskCounts, Places
from app.registration.models import Attendance, Booking

_undo: Any = aliased(Attendance)


def count(event_id: int) -> DeskCounts:
    """How many are expected at the venue, have come, and have left: two queries."""
    expected = select(func.count()).where(*_at_venue(event_id))
    undone = exists().where(_undo.undoes == Attendance.id)
    turn = func.row_number().over(
        partition_by=Attendance.booking_id, order_by=(Attendance.at.desc(), Attendance.id.desc())
    )
    latest = (
        select(Attendance.booking_id, Attendance.kind, turn.label("turn"))
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(*_at_venue(event_id), Attendance.undoes.is_(None), ~undone)
        .subquery()
    )
    gone = func.sum(case((latest.c.kind == "out", 1), else_=0))
    row = db.session.execute(select(func.count(), gone).where(latest.c.turn == 1)).one()
    return DeskCounts(
        expected=db.session.scalar(expected) or 0, came=row[0] or 0, left=int(row[1] or 0)
    )


def get_places(event_id: int) -> Places:
    """How the seats at the venue stand: one query."""
    return read_places(db.session(), event_id)


def get_places_for(event_id: int, participant_id: int) -> Places:
    """How the seats stand for somebody of the day who has none yet: two queries."""
    theirs = select(Booking).where(
        Booking.participant_id == participant_id, Booking.event_id == event_id
    )
    booking = db.session.scalars(theirs.order_by(Booking.id)).first()
    return read_places(db.session(), event_id, ahead_of=booking)


def read_places(
    session: Session, event_id: int, *, way: str = "venue", ahead_of: Booking | None = None
) -> Places:
    """How the places by a way stand; under the lock this decides who needs a reason.

    No places at all where that way is not offered.

    Args:
        session: to read by.
        event_id: of the meeting.
        way: 'venue' or 'online'.
        ahead_of: somebody who is to get a place: of those who wait, only who came before counts.
    """
    waits = Booking.state == "waiting"
    if ahead_of is not None and ahead_of.state == "waiting" and ahead_of.way == way:
        before = tuple_(Booking.queued_at, Booking.id) < tuple_(
            literal(ahead_of.queued_at, UtcDateTime()), literal(ahead_of.id)
        )
        waits = and_(waits, before)
    taken = func.coalesce(func.sum(case((Booking.state == "confirmed", Booking.seats), else_=0)), 0)
    waiting = func.coalesce(func.sum(case((waits, 1), else_=0)), 0)
    mine = and_(Booking.event_id == EventWay.event_id, Booking.way == way)
    query = (
        select(EventWay.places, taken, waiting)
        .outerjoin(Booking, mine)
        .where(EventWay.event_id == event_id, EventWay.way == way)
        .group_by(EventWay.id, EventWay.places)
    )
    row = session.execute(query).first()
    if row is None:
        return Places(limit=0, taken=0, waiting=0)
    return Places(limit=row[0], taken=int(row[1]), waiting=int(row[2]))


def _at_venue(event_id: int) -> tuple[ColumnElement[bool], ...]:
    return Booking.event_id == event_id, Booking.state == "confirmed", Booking.way == "venue"
