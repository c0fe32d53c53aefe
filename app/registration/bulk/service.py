"""Beginning an act on many people, and doing it step by step.

Each sign-up is a transaction of its own through the services that do the same to one: its places,
letters and audit entry follow as ever. What an act has done is marked beside it, so a process that
dies in between does at most one sign-up twice, which changes nothing.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, literal, select, update

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.base.errors import Conflict, Gone, Invalid, NotFound
from app.db import db, transaction
from app.db.session import WriteSession
from app.mail.stop import Stop
from app.registration import attendance, changing, deciding, queries
from app.registration.changing import ByOffice, ChangedMeanwhile
from app.registration.facts import Doorkeeper
from app.registration.models import GONE, LIVE, Booking, BulkAct, BulkTask
from app.registration.service import SignUpRefused, WouldWait

AT_ONCE = 2.0
"""Seconds for which a request works on an act; the worker does the rest."""
TURN = 10.0
"""Seconds for which the worker stays with one act."""
ACTIONS = {
    "cancel": "people.cancelled",
    "way": "people.moved",
    "arrive": "people.arrived",
    "approve": "people.approved",
    "decline": "people.declined",
}
DECISIONS = {"approve": deciding.approve, "decline": deciding.decline}


class Nobody(Invalid):
    """None of the chosen people has a booking that the act could do anything to."""


class OtherNumber(Conflict):
    """It would concern more or fewer people than were named when it was asked."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What is to be done: ``kind`` one of ``models.BULK_KINDS``, ``key`` of the page that asked.

    'write' is only counted here: writing is what campaigns do.
    """

    event_id: int
    kind: str
    key: str
    way: str = ""
    reason: str = ""

    def concerns(self) -> ColumnElement[bool]:
        """Whether there is anything to do to a ``Booking``."""
        if self.kind == "arrive":
            return attendance.not_arrived()
        if self.kind == "write":
            return Booking.state.in_(LIVE)
        if self.kind in DECISIONS:
            return Booking.state == "requested"
        if self.kind == "way":
            return Booking.state.in_(("confirmed", "waiting")) & (Booking.way != self.way)
        return Booking.state.not_in(GONE)


def count(act: Act, which: Sequence[ColumnElement[bool]]) -> tuple[int, int]:
    """How many people and sign-ups an act would concern: one query.

    Args:
        act: what is to be done.
        which: conditions on a ``Booking``.
    """
    people, signups = Booking.participant_id.distinct(), Booking.registration_id.distinct()
    query = select(func.count(people), func.count(signups)).where(*which, act.concerns())
    row = db.session.execute(query).one()
    return row[0], row[1]


def begin(act: Act, which: Sequence[ColumnElement[bool]], named: int, by: Actor) -> int:
    """Write down what is to be done to whom, as it is now; return the act's id.

    The same key twice begins nothing more.

    Args:
        act: what is to be done.
        which: conditions on a ``Booking``.
        named: how many people the question named.
        by: who said so.

    Raises:
        Nobody: there is nothing to do to anybody.
        OtherNumber: it would concern another number of people by now.
        Busy: nothing was stored.
    """
    with transaction() as session:
        known = session.scalar(select(BulkAct.id).where(BulkAct.key == act.key))
        if known is not None:
            return known
        row = BulkAct(**vars(act), created_at=now(), created_by=by.account_id)
        session.put(row)
        tasks = select(literal(row.id), Booking.registration_id, Booking.id, literal("")).where(
            *which, act.concerns()
        )
        into = ["act_id", "registration_id", "booking_id", "outcome"]
        session.execute(insert(BulkTask).from_select(into, tasks))
        people = _people_of(session, row.id)
        if not people:
            raise Nobody("nobody")
        if people != named:
            raise OtherNumber("other_number")
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action=ACTIONS[act.kind],
            subject="event",
            subject_id=act.event_id,
            after={"people": people, **({"way": act.way} if act.way else {})},
        )
        audit.record(session, entry, now())
        return row.id


def _people_of(session: WriteSession, act_id: int) -> int:
    query = select(func.count(Booking.participant_id.distinct()))
    mine = query.join(BulkTask, BulkTask.booking_id == Booking.id).where(BulkTask.act_id == act_id)
    return session.scalar(mine) or 0


def work(act_id: int, seconds: float = AT_ONCE, stop: Stop | None = None) -> bool:
    """Go on with an act for a while; tell whether it is done.

    Raises:
        Busy: the database could not be had; what was done stays done.
    """
    until = time.monotonic() + seconds
    act = _get(act_id)
    by = _actor(act.created_by)
    while time.monotonic() < until and not (stop and stop.asked):
        step = _next(act_id)
        if not step:
            _end(act_id)
            return True
        _mark(act_id, step[1], _do(act, by, *step))
    return False


def work_tick(stop: Stop) -> None:
    """The worker's part: whatever act is not done yet, the oldest first."""
    query = select(BulkAct.id).where(BulkAct.done_at.is_(None)).order_by(BulkAct.id)
    ids = db.session.scalars(query).all()
    for act_id in ids:
        work(act_id, TURN, stop)


def _get(act_id: int) -> BulkAct:
    act = db.session.get(BulkAct, act_id)
    if act is None:
        raise NotFound("act")
    return act


def _actor(account_id: int) -> Actor:
    row = db.session.get_one(Account, account_id)
    return Actor(account_id=row.id, email=row.email, name=row.name or row.email)


def _next(act_id: int) -> tuple[int, list[int]] | None:
    """The next sign-up with the bookings of it that are to be done; None where all are."""
    left = (BulkTask.act_id == act_id, BulkTask.outcome == "")
    first = select(func.min(BulkTask.registration_id)).where(*left).scalar_subquery()
    query = select(BulkTask.registration_id, BulkTask.booking_id).where(*left)
    rows = db.session.execute(query.where(BulkTask.registration_id == first)).all()
    return (rows[0].registration_id, [row.booking_id for row in rows]) if rows else None


def _mark(act_id: int, booking_ids: Sequence[int], outcomes: dict[int, str]) -> None:
    rows = [(outcomes[one], one) for one in booking_ids]
    with transaction(quick=True) as session:
        for outcome in sorted({one for one, _booking in rows}):
            same = [booking for one, booking in rows if one == outcome]
            session.execute(
                update(BulkTask)
                .where(BulkTask.act_id == act_id, BulkTask.outcome == "")
                .where(BulkTask.booking_id.in_(same))
                .values(outcome=outcome)
            )


def _end(act_id: int) -> None:
    with transaction(quick=True) as session:
        session.execute(
            update(BulkAct)
            .where(BulkAct.id == act_id, BulkAct.done_at.is_(None))
            .values(done_at=now())
        )


def _do(act: BulkAct, by: Actor, registration_id: int, booking_ids: list[int]) -> dict[int, str]:
    """What became of each of these bookings of one sign-up: all at once, by one letter.

    Where that cannot be, each meeting is done alone: one that is full does not keep the others.
    """
    if act.kind == "arrive":
        return {one: _arrive(one, by) for one in booking_ids}
    office = ByOffice(actor=by, reason=act.reason)
    key = f"{act.key}-{registration_id}"
    outcome = _change(act, office, registration_id, booking_ids, key)
    meetings = _by_meeting(booking_ids)
    if outcome in {"done", "same", "gone"} or len(meetings) == 1:
        return dict.fromkeys(booking_ids, outcome)
    return {
        one: outcome
        for event_id, mine in meetings.items()
        for outcome in [_change(act, office, registration_id, mine, f"{key}-{event_id}")]
        for one in mine
    }


def _by_meeting(booking_ids: list[int]) -> dict[int, list[int]]:
    query = select(Booking.event_id, Booking.id).where(Booking.id.in_(booking_ids))
    found: dict[int, list[int]] = {}
    for event_id, booking_id in db.session.execute(query.order_by(Booking.id)):
        found.setdefault(event_id, []).append(booking_id)
    return found


def _change(
    act: BulkAct, office: ByOffice, registration_id: int, booking_ids: list[int], key: str
) -> str:
    """Change one sign-up; what became of it."""
    change: Callable[[int, list[int], ByOffice, str], str]
    if act.kind in DECISIONS:
        change = _decider(act.kind)
    else:
        change = _cancel if act.kind == "cancel" else _mover(act.way)
    for _try in range(2):
        try:
            return change(registration_id, booking_ids, office, key)
        except ChangedMeanwhile:
            continue  # read anew: the waiting list may just have moved it
        except SignUpRefused as refusal:
            return refusal.refused.code
        except WouldWait:
            return "would_wait"
        except (Gone, NotFound):
            return "gone"
    return "changed"


def _arrive(booking_id: int, by: Actor) -> str:
    try:
        keeper = Doorkeeper(account_id=by.account_id)
        return "done" if attendance.record_in(booking_id, keeper).new else "same"
    except attendance.NoPlace:
        return "no_place"


def _cancel(registration_id: int, booking_ids: list[int], office: ByOffice, key: str) -> str:
    signup = queries.get_signup(registration_id)
    active = {b.id for p in signup.people for b in p.bookings if b.active}
    chosen = [one for one in booking_ids if one in active]
    if not chosen:
        return "same"
    seen = (signup.link_version, signup.version)
    changing.cancel(registration_id, *seen, chosen, key, office=office)
    return "done"


def _mover(way: str) -> Callable[[int, list[int], ByOffice, str], str]:
    def move(registration_id: int, booking_ids: list[int], office: ByOffice, key: str) -> str:
        signup = queries.get_signup(registration_id)
        other = {b.id for p in signup.people for b in p.bookings if b.active and b.way != way}
        chosen = dict.fromkeys((one for one in booking_ids if one in other), way)
        if not chosen:
            return "same"
        seen = (signup.link_version, signup.version)
        changing.move(registration_id, *seen, chosen, key, office=office)
        return "done"

    return move


def _decider(kind: str) -> Callable[[int, list[int], ByOffice, str], str]:
    def decide(registration_id: int, booking_ids: list[int], office: ByOffice, key: str) -> str:
        signup = queries.get_signup(registration_id)
        asking = {b.id for p in signup.people for b in p.bookings if b.is_asking}
        chosen = [one for one in booking_ids if one in asking]
        if not chosen:
            return "same"
        seen = (signup.link_version, signup.version)
        DECISIONS[kind](registration_id, *seen, chosen, key, office=office)
        return "done"

    return decide
