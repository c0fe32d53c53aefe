"""Reading long work: how far it is, and its files. Only its owner sees a job."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.base.clock import now
from app.base.errors import NotFound
from app.db import db
from app.jobs.facts import JobView
from app.jobs.models import Job, JobFile

KEPT = timedelta(days=1)
"""How long files are kept."""
LATE = timedelta(seconds=90)
"""A worker that runs takes a job up within seconds, unless it has others; its lease is shorter."""
LISTED = 10


def get_job(job_id: int, subject_id: int, account_id: int) -> JobView:
    """A job about one meeting, for whoever asked for it.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = db.session.execute(_mine(subject_id, account_id).where(Job.id == job_id)).first()
    if found is None:
        raise NotFound("job")
    return _view(found, now())


def get_any_job(job_id: int) -> JobView:
    """A job whoever asked for it, where what it does is shown to all who work on the meeting."""
    query = select(Job, JobFile.filename, JobFile.size)
    joined = query.outerjoin(JobFile, JobFile.job_id == Job.id)
    return _view(db.session.execute(joined.where(Job.id == job_id)).one(), now())


def list_jobs(subject_id: int, account_id: int, kinds: Collection[str]) -> tuple[JobView, ...]:
    """The latest 10 jobs that somebody asked for, newest first, by one query."""
    query = _mine(subject_id, account_id).where(Job.kind.in_(kinds))
    rows = db.session.execute(query.order_by(Job.id.desc()).limit(LISTED))
    moment = now()
    return tuple(_view(row, moment) for row in rows)


def read_made(job: JobView) -> bytes:
    """The content of what a job made.

    Raises:
        NotFound: it has been deleted meanwhile.
    """
    data = db.session.scalar(select(JobFile.data).where(JobFile.job_id == job.id))
    if data is None:
        raise NotFound("file")
    return bytes(data)


def count_files(session: Session, subject_ids: Collection[int]) -> int:
    """How many files about these are stored, whoever asked for them: one query."""
    query = select(func.count(JobFile.id)).join(Job, Job.id == JobFile.job_id)
    return session.scalar(query.where(Job.subject_id.in_(subject_ids))) or 0


def _mine(subject_id: int, account_id: int) -> Select[Job, str, int]:
    return (
        select(Job, JobFile.filename, JobFile.size)
        .outerjoin(JobFile, JobFile.job_id == Job.id)
        .where(Job.subject_id == subject_id, Job.account_id == account_id)
    )


def _view(row: Any, moment: datetime) -> JobView:
    job = row.Job
    seen = job.lease_until or job.created_at
    return JobView(
        id=job.id,
        kind=job.kind,
        subject_id=job.subject_id,
        state=job.state,
        params=job.params,
        result=job.result,
        reason=job.reason,
        done=job.done,
        total=job.total,
        created_at=job.created_at,
        finished_at=job.finished_at,
        filename=row.filename or "",
        size=row.size or 0,
        late=job.state in {"queued", "running"} and moment - seen > LATE,
    )
