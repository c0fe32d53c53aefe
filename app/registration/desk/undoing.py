"""Taking back the last act of a desk: what was written down, and the place or sign-up it gave.

Whoever was let in from the waiting list waits again at their old turn; whoever was signed up at the
door is not signed up any more. Their number stays used and the rows stay, cancelled: what was
written down at the door points to them.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select

from app.base.clock import now
from app.base.errors import Conflict
from app.db import transaction
from app.db.session import WriteSession
from app.mail.models import OutboxLetter
from app.registration import attendance, promotion
from app.registration.desk.admitting import NEW, NONE, PLACE, note
from app.registration.desk.counting import read_places
from app.registration.facts import Doorkeeper
from app.registration.letters.letters import Why
from app.registration.letters.telling import tell_changed, tells_all, withdraw
from app.registration.locking import Day, lock_event
from app.registration.models import Attendance, Booking, Registration

GONE_OUT = ("sending", "accepted", "told")
"""States of letters that somebody has read, or is about to."""


class TooLate(Conflict):
    """The place can no longer be taken back.

    ``code``: 'changed', the sign-up was since; 'told', a letter has told them of the place; 'full',
    somebody else has their place online by now.
    """


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What was taken back, and how they stand now.

    ``was``: as ``Attendance.was_state``, '' where only the arrival was; ``state`` and ``way``: of
    their booking now; ``position``: in the queue, None where they do not wait.
    """

    was: str = ""
    state: str = ""
    way: str = ""
    position: int | None = None


def undo(fact_id: int, event_id: int, by: Doorkeeper) -> TakenBack | None:
    """Take back what was written down last of somebody, with the place that the same act gave.

    Args:
        fact_id: what was written down.
        event_id: of the meeting whose desk it is.
        by: who takes it back.

    Returns:
        None where it was taken back already, or something else was written down since.

    Raises:
        NotFound: this meeting has no such fact.
        TooLate: it can no longer be taken back; nothing was changed.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        fact = attendance.get_fact(session, fact_id)
        day = lock_event(session, event_id, moment) if fact.was_state else None
        if not attendance.take_back(session, fact, by, event_id=event_id):
            return None
        return _restore(day, fact, by) if day else TakenBack()


def _restore(day: Day, fact: Attendance, by: Doorkeeper) -> TakenBack:
    """Let the booking be what it was before; who waits for what becomes free gets it."""
    booking = day.session.get_one(Booking, fact.booking_id)
    registration = day.session.get_one(Registration, booking.registration_id)
    _check(day.session, fact, booking, registration)
    is_gone = fact.was_state in {NEW, NONE}
    booking.state = "cancelled" if is_gone else fact.was_state
    booking.way = fact.was_way or booking.way
    booking.queued_at = fact.was_queued_at
    registration.version += 1
    if fact.was_state == NEW:
        registration.form_key = None  # the form may be sent once more, and signs up anew
    day.session.flush()
    _note(day, fact, booking, by)
    withdraw(day, [registration.id])
    _tell(day, registration, withdrew=fact.withdrew)
    return _stands(day.session, fact, booking)


def _check(
    session: WriteSession, fact: Attendance, booking: Booking, registration: Registration
) -> None:
    """Raise TooLate where it can no longer be taken back."""
    changed = (booking.state, booking.way) != PLACE or registration.erased
    if changed or (fact.was_state == NEW and registration.version > 1):
        raise TooLate("changed")
    told = exists().where(
        OutboxLetter.registration_id == registration.id,
        OutboxLetter.created_at >= fact.recorded_at,
        tells_all(),
        OutboxLetter.state.in_(GONE_OUT),
    )
    if session.scalar(select(told)):
        raise TooLate("told")
    if fact.was_state == "confirmed":
        places = read_places(session, booking.event_id, way=fact.was_way)
        if places.limit is not None and places.taken + booking.seats > places.limit:
            raise TooLate("full")


def _note(day: Day, fact: Attendance, booking: Booking, by: Doorkeeper) -> None:
    is_new = fact.was_state == NEW
    action = "registration.walk_in_undone" if is_new else "registration.admission_undone"
    field = f"booking {booking.participant_id}-{booking.event_id}"
    before, after = {field: "venue confirmed"}, {field: f"{booking.way} {booking.state}"}
    note(day, action, booking.registration_id, by, before, after)


def _tell(day: Day, registration: Registration, *, withdrew: bool) -> None:
    """Write to whoever moves up, and to them what an unsent letter would have told them."""
    rows, whys = promotion.promote_all(day)
    if withdrew and registration not in rows:
        rows, whys = [registration, *rows], {registration.id: Why(actor="person"), **whys}
    tell_changed(day, rows, whys)


def _stands(session: WriteSession, fact: Attendance, booking: Booking) -> TakenBack:
    now_is = session.get_one(Booking, booking.id, populate_existing=True)
    position = None
    if now_is.state == "waiting":
        ahead = read_places(session, now_is.event_id, way=now_is.way, ahead_of=now_is)
        position = ahead.waiting + 1
    return TakenBack(was=fact.was_state, state=now_is.state, way=now_is.way, position=position)
