"""The worker's duty: erase what is due, in short transactions that a successor can go on with."""

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, or_, select

from app.auth import audit
from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.mail.stop import Stop
from app.registration.models import Answer, Booking, Registration
from app.registration.orders.models import Arrangement
from app.retention import erasing
from app.retention.models import RetentionRun
from app.retention.queries import read_ended, read_open_runs
from app.retention.rules import ARRANGEMENTS, CONTACTS, Duty, duties

TICK = "personal data"
"""The name of the duty among those of the worker."""
BATCH = 200
"""Sign-ups in one transaction."""
AT_MOST = 20.0
"""Seconds of one call; the next goes on."""


def erase_tick(stop: Stop) -> None:
    """Erase whatever is due at this moment.

    Raises:
        Busy: the database could not be had; what was erased stays so.
    """
    moment, until = now(), time.monotonic() + AT_MOST
    for duty in duties(read_ended(), moment):
        while erase_batch(duty, moment):
            if stop.asked or time.monotonic() > until:
                return
    for run_id in read_open_runs():
        _finish(run_id, moment)


def erase_batch(duty: Duty, moment: datetime) -> int:
    """Erase some of what is due, in one transaction; return how many sign-ups it was."""
    if not _next(duty):
        return 0
    with transaction() as session:
        found = session.scalars(_left(duty)).all()
        lock(session, {Registration: found})
        ids = session.scalars(_left(duty, among=found)).all()  # as they are under the lock
        _erase(session, duty, ids, moment)
        run = _run(session, duty, moment)
        run.people += len(ids)
        return len(ids)


def _next(duty: Duty) -> bool:
    try:
        return bool(db.session.scalars(_left(duty).limit(1)).all())
    finally:
        db.session.close()


def _erase(session: WriteSession, duty: Duty, ids: Sequence[int], moment: datetime) -> None:
    if duty.kind == ARRANGEMENTS:
        erasing.erase_wishes(session, ids, duty.event_id)
    elif duty.kind == CONTACTS:
        erasing.erase_contacts(session, ids, moment)
    else:
        erasing.erase_names(session, ids, moment)


def _left(duty: Duty, among: Sequence[int] | None = None) -> Select[int]:
    """Ids of the sign-ups of which a duty has something left, a batch of them."""
    query = select(Registration.id).order_by(Registration.id).limit(BATCH)
    if among is not None:
        query = query.where(Registration.id.in_(among))
    if duty.kind == ARRANGEMENTS:
        questions = erasing.special_questions(duty.event_id)
        answered = select(Answer.registration_id).where(Answer.question_id.in_(questions))
        wished = select(Arrangement.registration_id).where(Arrangement.event_id == duty.event_id)
        return query.where(or_(Registration.id.in_(answered), Registration.id.in_(wished)))
    mine = Booking.registration_id == Registration.id
    here = exists().where(mine, Booking.event_id == duty.event_id)
    later = exists().where(mine, Booking.event_id.not_in(duty.also))
    before = "" if duty.kind == CONTACTS else "contacts"
    # Of the series alone: its index leads to those of whom anything is left.
    return query.where(
        Registration.series_id.in_(erasing.series_of(duty.event_id)),
        Registration.erased == before,
        here,
        ~later,
    )


def _run(session: WriteSession, duty: Duty, moment: datetime) -> RetentionRun:
    which = (RetentionRun.event_id == duty.event_id, RetentionRun.kind == duty.kind)
    found = session.scalar(select(RetentionRun).where(*which, RetentionRun.done_at.is_(None)))
    if found is None:
        found = RetentionRun(event_id=duty.event_id, kind=duty.kind, people=0, started_at=moment)
        session.add(found)
    return found


def _finish(run_id: int, moment: datetime) -> None:
    """Close a run with its entry in the audit log."""
    with transaction() as session:
        run = session.get_one(RetentionRun, run_id)
        if run.done_at is not None:
            return
        run.done_at = moment
        entry = audit.Entry(
            actor=audit.SYSTEM,
            action=f"erased.{run.kind}",
            subject="event",
            subject_id=run.event_id,
            after={"people": run.people},
        )
        audit.record(session, entry, moment)
