"""Reading imports: where one stands, and its rows page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.base.errors import NotFound
from app.db import db
from app.jobs import queries as jobs
from app.registration.imports.facts import LeftOut, RowView, RunView
from app.registration.imports.models import FATES, ImportRow, ImportRun
from app.registration.imports.questions import wishes_among

PAGE = 50
LISTED = 20


def get_run(event_id: int, run_id: int) -> RunView:
    """An import of a meeting.

    Raises:
        NotFound: there is none.
    """
    run = db.session.get(ImportRun, run_id)
    if run is None or run.event_id != event_id:
        raise NotFound("import")
    return _view(run)


def list_runs(event_id: int) -> tuple[RunView, ...]:
    """The latest 20 imports of a meeting, newest first."""
    query = select(ImportRun).where(ImportRun.event_id == event_id)
    runs = db.session.scalars(query.order_by(ImportRun.id.desc()).limit(LISTED))
    return tuple(_view(run, with_job=False) for run in runs)


def find_last(event_id: int) -> int | None:
    """The import that can be taken back: the last one that was stored."""
    query = select(ImportRun.id).where(
        ImportRun.event_id == event_id, ImportRun.applied_at.is_not(None)
    )
    return db.session.scalar(query.order_by(ImportRun.applied_at.desc()).limit(1))


def list_left_out(run: RunView, matching: Sequence[str]) -> tuple[LeftOut, ...]:
    """The columns that are not imported with this matching, in their order."""
    wishes = wishes_among(db.session(), run.event_id, run.headings)
    rows = run.counts.get("left_out", {})
    return tuple(
        LeftOut(at=at, heading=heading, is_wish=at in wishes, rows=rows.get(str(at), 0))
        for at, (heading, code) in enumerate(zip(run.headings, matching, strict=True))
        if not code
    )


def list_rows(run_id: int, fate: str, *, after: int = 0) -> tuple[tuple[RowView, ...], int | None]:
    """Up to 50 rows of one fate behind line ``after``, and where the next page goes on."""
    query = (
        select(ImportRow)
        .where(ImportRow.run_id == run_id, ImportRow.fate == fate, ImportRow.line > after)
        .order_by(ImportRow.line)
        .limit(PAGE + 1)
    )
    rows = [_row(row) for row in db.session.scalars(query)]
    return tuple(rows[:PAGE]), rows[PAGE - 1].line if len(rows) > PAGE else None


def first_fate(counts: Mapping[str, Any]) -> str:
    """The tab that is opened first: what is refused needs somebody; then what changes."""
    return next((fate for fate in ("refused", "changed") if counts.get(fate)), FATES[0])


def _view(run: ImportRun, *, with_job: bool = True) -> RunView:
    return RunView(
        id=run.id,
        event_id=run.event_id,
        state=run.state,
        filename=run.filename,
        encoding=run.encoding,
        sheet=run.sheet,
        heading_at=run.heading_at,
        headings=run.headings,
        samples=run.samples,
        matching=run.matching,
        options=run.options,
        counts=run.counts,
        created_at=run.created_at,
        checked_at=run.checked_at,
        applied_at=run.applied_at,
        undone_at=run.undone_at,
        job=jobs.get_any_job(run.job_id) if with_job and run.job_id else None,
        has_rows=_has_rows(run.id) if with_job else False,
    )


def _has_rows(run_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(ImportRow.run_id == run_id))))


def _row(row: ImportRow) -> RowView:
    return RowView(
        line=row.line,
        fate=row.fate,
        name=row.name,
        number=row.number,
        changes=row.changes,
        problems=row.problems,
        given=row.given,
        is_over=bool(row.over),
    )


def created_of(row: RowView) -> datetime | None:
    """The day that a new row names, without zone; None where it names none."""
    told = row.given.get("created")
    return datetime.fromisoformat(told) if told else None
