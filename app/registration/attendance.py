"""Who has come: facts at the door, written down and taken back, and conditions by them.

Facts are only added. The sign-up is locked meanwhile, so two desks that press for the same person
at once write one fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.db import db, lock, transaction
from app.db.looking import finds_any
from app.db.session import WriteSession
from app.events.models import EventSession
from app.registration import door_audit
from app.registration.facts import Doorkeeper
from app.registration.models import Attendance, Booking, Participant, Registration
from app.registration.presence import DoorFact, first_arrival, newest, present, standing

_undo: Any = aliased(Attendance)


class NoPlace(Conflict):
    """Only who has a place can be written down as having come."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """That somebody has come: the fact to take back, and when it was (UTC)."""

    fact_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of an act at the door.

    ``new``: whether it was written down just now; ``fact``: that, else the last that stands already
    (None where nobody ever came).
    """

    new: bool
    fact: DoorFact | None


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


def came_among_all(booking: Any = Booking) -> ColumnElement[bool]:
    """The same as ``came``, by one list of all who came: for a query that reads everybody."""
    undone = select(_undo.undoes).where(_undo.undoes.is_not(None))
    stands = (Attendance.kind == "in", Attendance.undoes.is_(None), Attendance.id.not_in(undone))
    inside: ColumnElement[bool] = booking.id.in_(select(Attendance.booking_id).where(*stands))
    return inside


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
    firsts = {booking_id: first_arrival(facts_of(every)) for booking_id, every in rows.items()}
    return {
        booking_id: Arrival(fact_id=first.id, at=first.at)
        for booking_id, first in firsts.items()
        if first is not None
    }


def record_in(
    booking_id: int,
    by: Doorkeeper,
    *,
    event_id: int | None = None,
    seen: int | None = None,
    at: datetime | None = None,
) -> Written:
    """Write down that somebody has come, unless they are in already.

    Args:
        booking_id: who, at which meeting.
        by: who writes it down, and at which desk.
        event_id: the meeting whose desk it is; None where any meeting will do.
        seen: ``presence.newest`` of what the desk was shown; where anything was written since,
            nothing is written. None: only the state counts.
        at: when it was (UTC); now where it is not given.

    Raises:
        NotFound: there is no such booking, or not at this meeting.
        NoPlace: they have no place.
        Busy: nothing was stored.
    """
    return _record("in", booking_id, by, Shown(event_id=event_id, seen=seen), at)


def record_out(
    booking_id: int,
    by: Doorkeeper,
    *,
    event_id: int | None = None,
    seen: int | None = None,
    at: datetime | None = None,
) -> Written:
    """Write down that somebody has left, unless they are not in. As ``record_in``."""
    return _record("out", booking_id, by, Shown(event_id=event_id, seen=seen), at)


def undo(fact_id: int, by: Doorkeeper, *, event_id: int | None = None) -> bool:
    """Take back what was written down by mistake; False where that was done already.

    Args:
        fact_id: what was wrong.
        by: who takes it back.
        event_id: the meeting whose desk it is; a desk takes back only the last that was written
            down of a person. None where any meeting and any fact will do.

    Raises:
        NotFound: there is no such fact, or not at this meeting, or it is an undo itself.
        Busy: nothing was stored.
    """
    with transaction() as session:
        return take_back(session, get_fact(session, fact_id), by, event_id=event_id)


def get_fact(session: Session, fact_id: int) -> Attendance:
    """What was written down, unless it is an undo itself.

    Raises:
        NotFound: there is no such fact, or it is an undo.
    """
    fact = session.get(Attendance, fact_id)
    if fact is None or fact.undoes is not None:
        raise NotFound("attendance")
    return fact


def take_back(
    session: WriteSession, fact: Attendance, by: Doorkeeper, *, event_id: int | None = None
) -> bool:
    """Lock the sign-up and take a fact back, as ``undo`` does."""
    lock_booking(session, fact.booking_id, event_id)
    told = standing(read_facts(session, fact.booking_id))
    if fact.id not in {one.id for one in told}:
        return False
    if event_id is not None and told[-1].id != fact.id:
        return False
    moment = now()
    write(
        *(session, fact.booking_id, fact.kind, by),
        at=moment,
        moment=moment,
        undoes=fact.id,
        noted=not fact.was_state,
    )
    return True


@dataclass(frozen=True, kw_only=True)
class Before:
    """What there was before an act that wrote a fact and gave a place: see ``Attendance``."""

    state: str = ""
    way: str = ""
    queued_at: datetime | None = None
    withdrew: bool = False


NOTHING_ELSE = Before()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the desk that acts had on its screen; None for what does not matter."""

    event_id: int | None
    seen: int | None


def _record(
    kind: str, booking_id: int, by: Doorkeeper, shown: Shown, at: datetime | None
) -> Written:
    with transaction() as session:
        booking = lock_booking(session, booking_id, shown.event_id)
        facts = read_facts(session, booking_id)
        moment = now()
        when = at or moment
        told = standing(facts)
        changed = shown.seen is not None and shown.seen != newest(facts)
        if changed or present(facts, when) is (kind == "in"):
            return Written(new=False, fact=told[-1] if told else None)
        if kind == "in" and booking.state != "confirmed":
            raise NoPlace("no_place")
        return Written(new=True, fact=write(session, booking_id, kind, by, at=when, moment=moment))


def lock_booking(session: WriteSession, booking_id: int, event_id: int | None = None) -> Booking:
    """The booking, fresh, with its sign-up locked.

    Raises:
        NotFound: there is none, or not at the meeting ``event_id``.
    """
    whose = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.id == booking_id)
    )
    if event_id is not None:
        whose = whose.where(Booking.event_id == event_id)
    registration_id = session.scalar(whose)
    if registration_id is None:
        raise NotFound("booking")
    lock(session, {Registration: [registration_id]})
    return session.get_one(Booking, booking_id)


def read_facts(session: Session, booking_id: int) -> tuple[DoorFact, ...]:
    """All that was written down of one booking, what was undone included."""
    query = select(Attendance).where(Attendance.booking_id == booking_id).order_by(Attendance.id)
    return facts_of(session.scalars(query))


def facts_of(rows: Iterable[Attendance]) -> tuple[DoorFact, ...]:
    """Rows as the rules see them."""
    return tuple(
        DoorFact(id=row.id, kind=row.kind, at=row.at, undoes=row.undoes, desk=row.desk)
        for row in rows
    )


def write(  # noqa: PLR0913  # one row
    session: WriteSession,
    booking_id: int,
    kind: str,
    by: Doorkeeper,
    *,
    at: datetime,
    moment: datetime,
    undoes: int | None = None,
    before: Before = NOTHING_ELSE,
    noted: bool = True,
) -> DoorFact:
    """Add one fact: what was 'in' or 'out' ``at``, written down at ``moment`` (both UTC).

    ``before``: what the same act has changed besides. ``noted``: whether the audit table gets an
    entry; not where the act has one of its own.
    """
    row = Attendance(
        booking_id=booking_id,
        kind=kind,
        at=at,
        recorded_at=moment,
        by=by.account_id,
        pass_id=by.pass_id,
        desk=by.desk,
        undoes=undoes,
        was_state=before.state,
        was_way=before.way,
        was_queued_at=before.queued_at,
        withdrew=before.withdrew,
    )
    session.put(row)
    if noted:
        door_audit.note(session, [row], by)
    return facts_of([row])[0]
