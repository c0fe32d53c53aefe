"""Files and rows of imports hold people's details: they go as soon as nobody needs them.

A file that was not imported, or was taken back, goes after a day, as other files do; the rows of
one that was, which are needed to take it back, after two weeks. That there was an import, and its
numbers, stays; names that were told with them go, and headings, which may be somebody's details
where a file has none.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.base.clock import now
from app.db import transaction
from app.db.session import WriteSession
from app.jobs.facts import Stop
from app.registration.imports.models import ImportRow, ImportRun

NEEDED_NO_MORE = timedelta(days=1)
UNDOABLE = timedelta(days=14)
BATCH = 500
NAMES = {"names", "kept_names"}
"""Where counts name people."""


def forget_imports_tick(stop: Stop) -> None:
    """The worker's duty, batch by batch."""
    while not stop.asked and forget_imports(now()):
        pass


def forget_meetings(session: WriteSession, event_ids: Collection[int]) -> None:
    """Forget all files and rows for these meetings that are not being worked on.

    Their imports cannot be taken back any more.
    """
    found = list(session.scalars(select(ImportRun).where(*_idle(event_ids))))
    _forget_details(found)
    session.execute(delete(ImportRow).where(ImportRow.run_id.in_([run.id for run in found])))


def count_of_meetings(session: Session, event_ids: Collection[int]) -> int:
    """How many imports for these meetings that would forget the details of: one query."""
    kept = select(func.count(ImportRun.id)).where(ImportRun.forgotten_at.is_(None))
    return session.scalar(kept.where(*_idle(event_ids))) or 0


def _idle(event_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    working = ImportRun.state.in_(("checking", "applying", "undoing"))
    return ImportRun.event_id.in_(event_ids), ~working


def forget_imports(moment: datetime) -> int:
    """Forget files and up to 500 rows; return how many rows."""
    old = or_(
        and_(ImportRun.applied_at.is_(None), ImportRun.created_at <= moment - NEEDED_NO_MORE),
        ImportRun.applied_at <= moment - UNDOABLE,
        ImportRun.undone_at <= moment - NEEDED_NO_MORE,
    )
    rows = select(ImportRow.id).where(exists().where(ImportRun.id == ImportRow.run_id, old))
    with transaction() as session:
        _forget_details(
            session.scalars(select(ImportRun).where(old, ImportRun.forgotten_at.is_(None)))
        )
        ids = list(session.scalars(rows.limit(BATCH)))
        session.execute(delete(ImportRow).where(ImportRow.id.in_(ids)))
    return len(ids)


def _forget_details(runs: Iterable[ImportRun]) -> None:
    for run in runs:
        run.data, run.samples, run.forgotten_at = None, [], now()
        run.headings = [""] * len(run.headings)
        run.counts = {name: told for name, told in run.counts.items() if name not in NAMES}
