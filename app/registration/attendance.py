"""Who has come: facts at the door, written down and taken back, and conditions by them.

Facts are only added. The sign-up is locked meanwhile, so two desks that press for the same person
at once write one fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.db import db, lock, transaction
from app.db.looking import finds_any
from app.db.session import WriteSession
from app.events.models import EventSession
from app.registration.models import Attendance, Booking, Participant, Registration
from app.registration.presence import DoorFact, first_arrival, present

_undo: Any = aliased(Attendance)


class NoPlace(Conflict):
    """Only who has a place can be written down as having come."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """That somebody has come: the fact to take back, and when it was (UTC)."""

    fact_id: int
    at: datetime


def came(booking: Any = Booking) -> ColumnElement[bool]:
    """Whether somebody of ``booking`` (the model or an alias of it) has come, ever so shortly."""
    undone = exists().where(_undo.undoes == Attendance.id)
    return finds_any(
        select(Attendance.id)
        .where(
            Attendance.booking_id == booking.id,
            Attendance.kind == "in",
            func.coalesce(Attendance.undoes, 0) == 0,  # so that SQLite looks by the booking
            ~undone,
        )
        .correlate(booking)
    )


def not_arrived(booking: Any = Booking) -> ColumnElement[bool]:
    """Whether somebody has a place and has not come yet."""
    return and_(booking.state == "confirmed", ~came(booking))


def stayed_away(booking: Any, moment: datetime) -> ColumnElement[bool]:
    """Whether somebody had a place at a meeting that is over by ``moment``, and did not come."""
    goes_on = exists().where(
        EventSession.event_id == booking.event_id, EventSession.ends_at > moment
    )
    held = exists().where(EventSession.event_id == booking.event_id)
    return and_(not_arrived(booking), held.correlate(booking), ~goes_on.correlate(booking))


def arrivals(*registration_ids: int) -> dict[int, Arrival]:
    """Who of these sign-ups has come, by booking, in one query."""
    query = (
        select(Attendance)
        .join(Booking, Booking.id == Attendance.booking_id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Participant.registration_id.in_(registration_ids))
        .order_by(Attendance.id)
    )
    rows: dict[int, list[Attendance]] = {}
    for row in db.session.scalars(query):
        rows.setdefault(row.booking_id, []).append(row)
    firsts = {booking_id: first_arrival(_facts(every)) for booking_id, every in rows.items()}
    return {
        booking_id: Arrival(fact_id=first.id, at=first.at)
        for booking_id, first in firsts.items()
        if first is not None
    }


def record_in(booking_id: int, by: Actor, *, desk: str = "", at: datetime | None = None) -> bool:
    """Write down that somebody has come; False where they are in already.

    Args:
        booking_id: who, at which meeting.
        by: who of the office writes it down.
        desk: which desk, '' for none.
        at: when it was (UTC); now where it is not given.

    Raises:
        NotFound: there is no such booking.
        NoPlace: they have no place.
        Busy: nothing was stored.
    """
    return _record("in", booking_id, by, desk, at)


def record_out(booking_id: int, by: Actor, *, desk: str = "", at: datetime | None = None) -> bool:
    """Write down that somebody has left; False where they are not in. Raises as ``record_in``."""
    return _record("out", booking_id, by, desk, at)


def undo(fact_id: int, by: Actor) -> bool:
    """Take back what was written down by mistake; False where that was done already.

    Raises:
        NotFound: there is no such fact, or it is an undo itself.
        Busy: nothing was stored.
    """
    with transaction() as session:
        fact = session.get(Attendance, fact_id)
        if fact is None or fact.undoes is not None:
            raise NotFound("attendance")
        _lock_booking(session, fact.booking_id)
        if session.scalar(select(Attendance.id).where(Attendance.undoes == fact_id)):
            return False
        moment = now()
        session.add(
            Attendance(
                booking_id=fact.booking_id,
                kind=fact.kind,
                at=moment,
                recorded_at=moment,
                by=by.account_id,
                desk="",
                undoes=fact_id,
            )
        )
        return True


def _record(kind: str, booking_id: int, by: Actor, desk: str, at: datetime | None) -> bool:
    with transaction() as session:
        booking = _lock_booking(session, booking_id)
        if kind == "in" and booking.state != "confirmed":
            raise NoPlace("no_place")
        moment = now()
        when = at or moment
        query = select(Attendance).where(Attendance.booking_id == booking_id)
        if present(_facts(session.scalars(query)), when) is (kind == "in"):
            return False
        session.add(
            Attendance(
                booking_id=booking_id,
                kind=kind,
                at=when,
                recorded_at=moment,
                by=by.account_id,
                desk=desk,
            )
        )
        return True


def _lock_booking(session: WriteSession, booking_id: int) -> Booking:
    """The booking, fresh, with its sign-up locked."""
    whose = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.id == booking_id)
    )
    registration_id = session.scalar(whose)
    if registration_id is None:
        raise NotFound("booking")
    lock(session, {Registration: [registration_id]})
    return session.get_one(Booking, booking_id)


def _facts(rows: Iterable[Attendance]) -> tuple[DoorFact, ...]:
    return tuple(DoorFact(id=row.id, kind=row.kind, at=row.at, undoes=row.undoes) for row in rows)
