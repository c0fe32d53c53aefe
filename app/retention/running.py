"""The worker's duty: erase what is due, in short transactions that a successor can go on with."""

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from app.auth import audit
from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.jobs import service as jobs
from app.mail.stop import Stop
from app.registration.arranged.models import Arrangement
from app.registration.imports.forgetting import forget_meetings
from app.registration.invitations.forgetting import forget_of_meetings
from app.registration.models import Answer, Booking, Participant, Registration
from app.retention import erasing
from app.retention.models import RetentionRun
from app.retention.queries import read_ended, read_open_runs
from app.retention.rules import ARRANGEMENTS, CONTACTS, Duty, due, duties

TICK = "personal data"
"""The name of the duty among those of the worker."""
BATCH = 50
"""Sign-ups in one transaction."""
AT_MOST = 20.0
"""Seconds of one call; the next goes on."""

_person, _other = aliased(Participant), aliased(Booking)


def erase_tick(stop: Stop) -> None:
    """Erase whatever is due at this moment.

    Raises:
        Busy: the database could not be had; what was erased stays so.
    """
    moment, until = now(), time.monotonic() + AT_MOST
    for duty in duties(read_ended(), moment):
        last = 0
        while ids := _next(duty, last):
            _erase_batch(duty, ids, moment)
            last = ids[-1]
            if stop.asked or time.monotonic() > until:
                return
    for run_id in read_open_runs():
        _finish(run_id, moment)
    over = {one.event_id for one in read_ended() if due(one)[CONTACTS] <= moment}
    while forget_of_meetings(over):
        pass


def _erase_batch(duty: Duty, found: Sequence[int], moment: datetime) -> None:
    """Erase what is due of these sign-ups, in one transaction."""
    with transaction() as session:
        lock(session, {Registration: found})
        ids = session.scalars(_left(duty).where(Registration.id.in_(found))).all()  # under the lock
        _erase(session, duty, ids, moment)
        _run(session, duty, moment).people += len(ids)


def _next(duty: Duty, last: int) -> Sequence[int]:
    """The next sign-ups after the id ``last`` of which the duty has something left."""
    query = _left(duty).where(Registration.id > last).order_by(Registration.id).limit(BATCH)
    if duty.kind == ARRANGEMENTS:
        return _read(query)
    if not _read(_unerased(duty).limit(1)):
        return ()
    # Begun at the bookings of the meeting, whose index stands in the order that is asked for.
    here = select(Booking.registration_id).where(
        Booking.event_id == duty.event_id, Booking.registration_id > last
    )
    begun = here.join(Registration, Registration.id == Booking.registration_id)
    begun = begun.where(Registration.erased == _before(duty), ~_comes_later(duty)).distinct()
    return _read(begun.order_by(Booking.registration_id).limit(BATCH))


def _read(query: Select[int]) -> Sequence[int]:
    try:
        return db.session.scalars(query).all()
    finally:
        db.session.close()


def _erase(session: WriteSession, duty: Duty, ids: Sequence[int], moment: datetime) -> None:
    if duty.kind == ARRANGEMENTS:
        erasing.erase_wishes(session, ids, duty.event_id)
    elif duty.kind == CONTACTS:
        erasing.erase_contacts(session, ids, moment)
    else:
        erasing.erase_names(session, ids, moment)


def _left(duty: Duty) -> Select[int]:
    """Ids of the sign-ups of which a duty has something left."""
    if duty.kind == ARRANGEMENTS:
        questions = erasing.special_questions(duty.event_id)
        answered = select(Answer.registration_id).where(Answer.question_id.in_(questions))
        wished = select(Arrangement.registration_id).where(Arrangement.event_id == duty.event_id)
        inside = Registration.id.in_(answered), Registration.id.in_(wished)
        return select(Registration.id).where(or_(*inside))
    here = exists().where(*_bookings(), Booking.event_id == duty.event_id)
    return _unerased(duty).where(here, ~_comes_later(duty))


def _unerased(duty: Duty) -> Select[int]:
    """Those of the series at the step before, by an index that holds few once it is done."""
    series = erasing.series_of(duty.event_id)
    return select(Registration.id).where(
        Registration.series_id == series.scalar_subquery(), Registration.erased == _before(duty)
    )


def _before(duty: Duty) -> str:
    """How much is erased of a sign-up before."""
    return "" if duty.kind == CONTACTS else CONTACTS


def _comes_later(duty: Duty) -> ColumnElement[bool]:
    """Whether a sign-up is also for a meeting for which the same is due later."""
    return exists().where(*_others(), _other.event_id.not_in(duty.also))


def _bookings() -> tuple[ColumnElement[bool], ...]:
    """By way of its people: no index leads from a sign-up to its bookings."""
    of_it = Participant.registration_id == Registration.id
    return of_it, Booking.participant_id == Participant.id


def _others() -> tuple[ColumnElement[bool], ...]:
    return _person.registration_id == Registration.id, _other.participant_id == _person.id


def _run(session: WriteSession, duty: Duty, moment: datetime) -> RetentionRun:
    which = (RetentionRun.event_id == duty.event_id, RetentionRun.kind == duty.kind)
    found = session.scalar(select(RetentionRun).where(*which, RetentionRun.done_at.is_(None)))
    if found is None:
        found = RetentionRun(event_id=duty.event_id, kind=duty.kind, people=0, started_at=moment)
        session.add(found)
    return found


def _forget_files(session: WriteSession, event_id: int) -> None:
    """Lists of the meeting that were imported or taken out hold what has just been erased."""
    forget_meetings(session, [event_id])
    jobs.forget_subjects(session, [event_id])


def _finish(run_id: int, moment: datetime) -> None:
    """Close a run with its entry in the audit log."""
    with transaction() as session:
        run = session.get_one(RetentionRun, run_id)
        if run.done_at is not None:
            return
        run.done_at = moment
        _forget_files(session, run.event_id)
        entry = audit.Entry(
            actor=audit.SYSTEM,
            action=f"erased.{run.kind}",
            subject="event",
            subject_id=run.event_id,
            after={"people": run.people},
        )
        audit.record(session, entry, moment)
