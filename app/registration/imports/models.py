"""A file that is imported, what the dry run said of each row, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

STATES = ("uploaded", "checking", "checked", "applying", "applied", "undoing", "undone")
FATES = ("new", "changed", "same", "refused")


class ImportRun(Base):
    """One file for one meeting, from its upload to its being undone.

    ``heading_at``: which row with anything in it holds the headings, from 0; -1 where none does, so
    that ``headings`` are empty. ``matching``: for each column its field, '' for none. ``options``:
    the meetings that new people are signed up for, their channel, letters, the privacy notice that
    they were told. ``counts``: of the dry run, later of what was stored or undone. New people have
    the numbers from ``first_number`` on, in the order of their rows. ``data``, the rows and other
    details are deleted after a time, at ``forgotten_at`` (``forgetting``).
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_event", "event_id", "id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    state: Mapped[str] = mapped_column(default="uploaded")
    filename: Mapped[str]
    kind: Mapped[str]
    encoding: Mapped[str]
    sheet: Mapped[str] = mapped_column(default="")
    heading_at: Mapped[int]
    headings: Mapped[list[Any]]
    samples: Mapped[list[Any]]
    matching: Mapped[list[Any]]
    options: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    first_number: Mapped[int | None]
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class ImportRow(Base):
    """A row of a file. ``place``: which of the new people it is, from 0; None for others.

    ``given``: the values that it brings. ``changes``: [field, before, after]; ``problems``:
    [field, code, about]. ``over``: the meetings at which no place was left for it. ``digest``: what
    the person's values were then (``marks``).
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("run_id", "line"),
        Index("ix_import_row_fate", "run_id", "fate", "line"),
        CheckConstraint(f"fate IN {FATES}", name="fate"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    fate: Mapped[str]
    name: Mapped[str]
    number: Mapped[str]
    given: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    over: Mapped[list[Any]]
    place: Mapped[int | None]
    registration_id: Mapped[int | None]
    participant_id: Mapped[int | None]
    digest: Mapped[str] = mapped_column(default="")
