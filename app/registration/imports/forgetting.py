"""Files and rows of imports hold people's details: they go as soon as nobody needs them.

A file that was not imported goes after a day, as other files do; the rows of one that was, which
are needed to take it back, after two weeks. That there was an import, and its numbers, stays.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, or_, select, update

from app.base.clock import now
from app.db import transaction
from app.db.session import WriteSession
from app.jobs.facts import Stop
from app.registration.imports.models import ImportRow, ImportRun

NOT_IMPORTED = timedelta(days=1)
UNDOABLE = timedelta(days=14)
BATCH = 500


def forget_imports_tick(stop: Stop) -> None:
    """The worker's duty, batch by batch."""
    while not stop.asked and forget_imports(now()):
        pass


def forget_meetings(session: WriteSession, event_ids: Collection[int]) -> None:
    """Forget all files and rows for these meetings that are not being worked on.

    Their imports cannot be taken back any more.
    """
    idle = ImportRun.state.not_in(("checking", "applying", "undoing"))
    runs = (ImportRun.event_id.in_(event_ids), idle)
    ids = list(session.scalars(select(ImportRun.id).where(*runs)))
    session.execute(update(ImportRun).where(ImportRun.id.in_(ids)).values(data=None, samples=[]))
    session.execute(delete(ImportRow).where(ImportRow.run_id.in_(ids)))


def forget_imports(moment: datetime) -> int:
    """Forget files and up to 500 rows; return how many rows."""
    old = or_(
        and_(ImportRun.applied_at.is_(None), ImportRun.created_at <= moment - NOT_IMPORTED),
        ImportRun.applied_at <= moment - UNDOABLE,
        ImportRun.undone_at.is_not(None),
    )
    rows = select(ImportRow.id).where(exists().where(ImportRun.id == ImportRow.run_id, old))
    with transaction() as session:
        session.execute(
            update(ImportRun).where(old, ImportRun.data.is_not(None)).values(data=None, samples=[])
        )
        ids = list(session.scalars(rows.limit(BATCH)))
        session.execute(delete(ImportRow).where(ImportRow.id.in_(ids)))
    return len(ids)
