"""A ticked sheet of paper, entered afterwards: who came and left, and when."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.base.clock import now
from app.db import lock, transaction
from app.db.session import WriteSession
from app.registration import door_audit
from app.registration.attendance import facts_of
from app.registration.facts import Doorkeeper
from app.registration.models import Attendance, Booking, Participant, Registration
from app.registration.presence import DoorFact, first_arrival, present


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """One line of the sheet: when they came and left (UTC), None where it does not say so."""

    booking_id: int
    came_at: datetime | None
    left_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What was written down: how many came and left; ``known``: lines that said nothing new."""

    came: int
    left: int
    known: int


def enter(event_id: int, lines: Sequence[Ticked], by: Doorkeeper) -> Entered:
    """Write down what a sheet says and nobody has written down yet, in one commit.

    Entering the same sheet twice changes nothing; whoever was noted at a desk keeps that time.
    Lines of people without a place at this meeting are passed over.

    Raises:
        Busy: nothing was stored.
    """
    with transaction() as session:
        known = _lock(session, event_id, [one.booking_id for one in lines])
        moment = now()
        new: list[Attendance] = []
        for line in lines:
            if line.booking_id in known:
                new += _facts_of(line, known[line.booking_id], by, moment)
        session.write_many(new)
        door_audit.note(session, new, by)
        came = sum(1 for one in new if one.kind == "in")
        told = {one.booking_id for one in new}
        silent = [one for one in lines if one.booking_id not in told]
        return Entered(came=came, left=len(new) - came, known=len(silent))


def _facts_of(
    line: Ticked, facts: tuple[DoorFact, ...], by: Doorkeeper, moment: datetime
) -> list[Attendance]:
    """The new facts of one line: nobody comes twice, and only who is in leaves."""
    comes = line.came_at is not None and first_arrival(facts) is None
    found = [_row(line.booking_id, "in", line.came_at, by, moment)] if comes else []
    if line.left_at is not None:
        is_in = present(facts, line.left_at) or (
            comes and line.came_at is not None and line.came_at < line.left_at
        )
        if is_in:
            found.append(_row(line.booking_id, "out", line.left_at, by, moment))
    return found


def _row(
    booking_id: int, kind: str, at: datetime | None, by: Doorkeeper, moment: datetime
) -> Attendance:
    return Attendance(
        booking_id=booking_id,
        kind=kind,
        at=at or moment,
        recorded_at=moment,
        by=by.account_id,
        pass_id=by.pass_id,
        desk=by.desk,
    )


def _lock(
    session: WriteSession, event_id: int, booking_ids: Collection[int]
) -> dict[int, tuple[DoorFact, ...]]:
    """What is known of those who have a place at this meeting, with their sign-ups locked."""
    mine = (Booking.id.in_(booking_ids), Booking.event_id == event_id)
    whose = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(*mine)
    )
    lock(session, {Registration: session.scalars(whose)})
    places = session.scalars(select(Booking.id).where(*mine, Booking.state == "confirmed")).all()
    rows: dict[int, list[Attendance]] = defaultdict(list)
    query = select(Attendance).where(Attendance.booking_id.in_(places)).order_by(Attendance.id)
    for row in session.scalars(query):
        rows[row.booking_id].append(row)
    return {one: facts_of(rows[one]) for one in places}
