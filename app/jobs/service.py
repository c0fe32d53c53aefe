"""Asking for long work, and ending it in the transaction of what it writes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from app.base.clock import now
from app.db import transaction
from app.db.session import WriteSession
from app.jobs.facts import Done, FileData, NewJob, Stop
from app.jobs.models import Job, JobFile
from app.jobs.queries import KEPT

BATCH = 20
"""Files that are deleted at a time: each may have megabytes."""


def ask(session: WriteSession, new: NewJob) -> int:
    """Note work to be done, in the transaction of whoever asks; return its id."""
    job = Job(
        kind=new.kind,
        subject_id=new.subject_id,
        account_id=new.account_id,
        locale=new.locale,
        params=dict(new.params),
        result={},
        created_at=now(),
    )
    session.put(job)
    return job.id


def finish(session: WriteSession, job_id: int, done: Done) -> None:
    """Note that a job is done, in the transaction of what it wrote: both or neither."""
    if done.file is not None:
        _keep(session, job_id, done.file)
    kept = {} if done.params is None else {"params": dict(done.params)}
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state="done", result=dict(done.result), finished_at=now(), lease_until=None, **kept)
    )


def forget_files_tick(stop: Stop) -> None:
    """The worker's duty: delete files that are older than a day."""
    while not stop.asked and forget_files(now()):
        pass


def forget_files(moment: datetime) -> int:
    """Delete up to 20 files made more than a day before ``moment``; return how many."""
    old = select(JobFile.job_id).where(JobFile.created_at <= moment - KEPT).limit(BATCH)
    with transaction() as session:
        ids = list(session.scalars(old))
        _forget(session, ids)
    return len(ids)


def forget_subjects(session: WriteSession, subject_ids: Collection[int]) -> None:
    """Delete all files about these, whatever their age."""
    jobs = select(Job.id).where(Job.subject_id.in_(subject_ids))
    _forget(session, list(session.scalars(jobs)))


def _forget(session: WriteSession, job_ids: Collection[int]) -> None:
    """Delete the files of jobs, and what is listed of their contents; numbers stay."""
    session.execute(delete(JobFile).where(JobFile.job_id.in_(job_ids)))
    for job in session.scalars(select(Job).where(Job.id.in_(job_ids))):
        job.result = {name: told for name, told in job.result.items() if not isinstance(told, list)}


def _keep(session: WriteSession, job_id: int, file: FileData) -> None:
    row = JobFile(
        job_id=job_id,
        filename=file.filename,
        media_type=file.media_type,
        size=len(file.data),
        data=file.data,
        created_at=now(),
    )
    session.put(row)
