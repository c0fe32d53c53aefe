"""A piece of long work, and the file that it makes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

STATES = ("queued", "running", "done", "failed")


class Job(Base):
    """One piece of work. ``subject_id`` is of what it is about: for all kinds so far a meeting.

    ``done`` of ``total`` steps, in whatever unit the kind counts. A worker holds it until
    ``lease_until`` (UTC); whoever takes it after that begins where its kind can go on.
    ``attempts``: how often it was taken; work that ends its worker is not tried for ever.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_open", "state", "id"),
        Index("ix_job_subject", "subject_id", "kind", "id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    params: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]


class JobFile(Base):
    """The file that a job has made. It is kept for a day."""

    __tablename__ = "job_file"
    __table_args__ = (
        UniqueConstraint("job_id"),
        Index("ix_job_file_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(deferred=True)
    created_at: Mapped[datetime]
