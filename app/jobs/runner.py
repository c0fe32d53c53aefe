"""Doing long work, one job at a time in the worker: taken under a lease, noted once a second."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import and_, or_, select, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.db.session import WriteSession
from app.jobs import service
from app.jobs.facts import Done, JobFailed, Progress, Stop, Task, Work
from app.jobs.models import Job

LEASE = timedelta(seconds=60)
NOTED = timedelta(seconds=1)
MOST_ATTEMPTS = 5
IDLE = 1.0
Kinds = Mapping[str, Work]
Runner = Callable[[str, Stop], float]

log = logging.getLogger(__name__)


class _Lost(Exception):
    """Another worker has the job: this one was away for longer than its lease."""


def runner(kinds: Kinds) -> Runner:
    """What the worker calls again and again: it does one job and says how long to wait."""
    return lambda holder, stop: 0 if work(kinds, holder, stop) else IDLE


def work(kinds: Kinds, holder: str, stop: Stop) -> bool:
    """Do the oldest job that nobody holds, in the application context; False: there is none.

    Asked to stop, the job is put back: whoever takes it next goes on, or begins anew.

    Raises:
        Busy: the database cannot be had; the job is put back.
    """
    taken = _claim(holder)
    if taken is None:
        return False
    kind, task = taken
    try:
        _do(kinds[kind], task, holder, stop)
    except _Lost:
        log.warning("job %s was taken by another worker", task.id)
    except JobFailed as failed:
        _fail(task, holder, failed.code)
    except Busy:
        _put_back(task, holder)
        raise
    except Exception:
        log.exception("job %s (%s) failed", task.id, kind)
        _fail(task, holder, "fault")
    finally:
        db.session.remove()
    return True


def leave(holder: str) -> None:
    """Leave what is held to whoever comes next; mostly nothing is, and nothing is written."""
    held = Job.holder == holder, Job.state == "running"
    if db.session.scalar(select(Job.id).where(*held).limit(1)) is None:
        return
    with transaction() as session:
        session.execute(
            update(Job).where(*held).values(holder="", lease_until=None, attempts=Job.attempts - 1)
        )


def _claim(holder: str) -> tuple[str, Task] | None:
    moment = now()
    free = or_(Job.lease_until.is_(None), Job.lease_until <= moment)
    is_open = and_(Job.state.in_(("queued", "running")), free)
    waiting = select(Job.id).where(is_open).order_by(Job.id).limit(1)
    found = db.session.scalar(waiting)  # most looks find nothing and write nothing
    db.session.close()
    if found is None:
        return None
    with transaction() as session:
        job = session.scalar(
            select(Job).where(Job.id == found, is_open).with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            job.state, job.reason, job.finished_at = "failed", "fault", moment
            return None
        job.state, job.holder, job.lease_until = "running", holder, moment + LEASE
        job.attempts += 1
        task = Task(
            id=job.id,
            subject_id=job.subject_id,
            account_id=job.account_id,
            locale=job.locale,
            params=job.params,
        )
        return job.kind, task


def _do(function: Work, task: Task, holder: str, stop: Stop) -> None:
    noted = now() - NOTED
    for step in function(task):
        if isinstance(step, Done):
            with transaction() as session:
                _hold(task, holder, session)
                service.finish(session, task.id, step)
            return
        if stop.asked:
            _put_back(task, holder)
            return
        if now() - noted >= NOTED:
            noted = now()
            _note(task, holder, step)
    # Its last step was its own: whatever it wrote, it has noted as done in the same commit.


def _note(task: Task, holder: str, step: Progress) -> None:
    with transaction(quick=True) as session:
        _hold(task, holder, session)
        session.execute(
            update(Job)
            .where(Job.id == task.id)
            .values(done=step.done, total=step.total, lease_until=now() + LEASE)
        )


def _hold(task: Task, holder: str, session: WriteSession) -> None:
    """Make sure that the job is still this worker's."""
    query = select(Job.id).where(Job.id == task.id, Job.holder == holder, Job.state == "running")
    if session.scalar(query.with_for_update()) is None:
        raise _Lost


def _fail(task: Task, holder: str, code: str) -> None:
    _change(task, holder, state="failed", reason=code, finished_at=now(), lease_until=None)


def _put_back(task: Task, holder: str) -> None:
    _change(task, holder, holder="", lease_until=None, attempts=Job.attempts - 1)


def _change(task: Task, held_by: str, **values: object) -> None:
    with transaction() as session:
        session.execute(
            update(Job)
            .where(Job.id == task.id, Job.holder == held_by, Job.state == "running")
            .values(**values)
        )
