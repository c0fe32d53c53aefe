"""What the office does with a file: puts it in, matches its columns, imports it, takes it back."""

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, select

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.db import db, transaction
from app.db.session import WriteSession
from app.jobs import service as jobs
from app.jobs.facts import NewJob
from app.jobs.models import Job
from app.registration.imports import applying, checking, undoing
from app.registration.imports.facts import Options
from app.registration.imports.matching import NO_HEADINGS, find_headings, match, texts
from app.registration.imports.models import ImportRow, ImportRun
from app.registration.imports.questions import match_questions
from app.registration.imports.tables import (
    MOST_COLUMNS,
    FileRefused,
    RawRow,
    kind_of_file,
    open_table,
)

UNSTORED = ("uploaded", "checking", "checked")
"""States in which columns can be matched."""
PEEKED = 40
"""Rows that are looked at while somebody waits."""
SAMPLES = 3
LONGEST_SAMPLE = 60


class NotNow(Conflict):
    """The import is not at the step at which this can be done: another window was quicker."""


def upload(event_id: int, filename: str, data: bytes, by: Actor) -> int:
    """Keep a file and match its columns by their headings; return the import's id.

    Raises:
        FileRefused: it is not what we take, or holds no table.
    """
    kind = kind_of_file(filename, data)
    table = open_table(kind, data)
    rows = list(islice(table.rows, PEEKED))
    if not rows:
        raise FileRefused("empty")
    if not table.is_small:
        deque(table.rows, maxlen=0)  # refuses what is beyond the limits
    at = find_headings(rows)
    headings, samples = _read_top(rows, at)
    run = ImportRun(
        event_id=event_id,
        account_id=by.account_id,
        job_id=None,
        state="uploaded",
        filename=filename.replace("\\", "/").rpartition("/")[2][:120],
        kind=kind,
        encoding=table.encoding,
        sheet=table.sheet,
        heading_at=at,
        headings=headings,
        samples=samples,
        matching=_matching(event_id, headings),
        options={},
        counts={},
        data=data,
        created_at=now(),
    )
    with transaction() as session:
        session.put(run)
    return run.id


def _read_top(rows: Sequence[RawRow], at: int) -> tuple[list[str], list[list[str]]]:
    """The headings, empty ones where there are none, and samples of what stands below."""
    people = rows[at + 1 :]
    if not people:
        raise FileRefused("no_rows")
    widest = max(len(row.cells) for row in rows)
    headings = [""] * widest if at == NO_HEADINGS else texts(rows[at])
    return headings, [_sample(row, len(headings)) for row in people[:SAMPLES]]


def _matching(event_id: int, headings: Sequence[str]) -> list[str]:
    return match_questions(db.session(), event_id, headings, match(headings))


def read_anew(
    event_id: int,
    run_id: int,
    chosen: Sequence[str],
    options: Options | None,
    *,
    first_is_person: bool,
) -> None:
    """Take the first row for somebody's, or for headings after all; it is to be checked again.

    Args:
        event_id: of the meeting.
        run_id: of the import.
        chosen: what the columns are; headings say it by themselves.
        options: what was chosen for new people; None where it cannot be kept.
        first_is_person: which of the two it is.

    Raises:
        FileRefused: 'no_rows', or 'forgotten' where the file is gone.
        NotNow: the headings stand further down, it was imported, or a job is under way.
    """
    run = db.session.get(ImportRun, run_id)
    if run is None or run.event_id != event_id:
        raise NotFound("import")
    if run.heading_at > 0 or run.state not in UNSTORED:
        raise NotNow("step")
    if run.data is None:
        raise FileRefused("forgotten")
    at = NO_HEADINGS if first_is_person else 0
    headings, samples = _read_top(list(islice(open_table(run.kind, run.data).rows, PEEKED)), at)
    matching = [*chosen, *[""] * len(headings)][: len(headings)]
    if not first_is_person:
        matching = _matching(event_id, headings)
    db.session.close()
    with transaction() as session:
        stored = _take(session, event_id, run_id, UNSTORED)
        stored.heading_at, stored.headings, stored.samples = at, headings, samples
        stored.matching, stored.state, stored.counts = matching, "uploaded", {}
        stored.options = _kept(options) if options else stored.options
        session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))


def _sample(row: RawRow, width: int) -> list[str]:
    cells = [text[:LONGEST_SAMPLE] for text in texts(row)]
    return [*cells, *[""] * (width - len(cells))][:MOST_COLUMNS]


def start_check(
    event_id: int, run_id: int, matching: Sequence[str], options: Options, by: Actor
) -> None:
    """Let the worker make the dry run.

    Raises:
        NotNow: it has been imported, or another job is under way.
    """
    with transaction() as session:
        run = _take(session, event_id, run_id, UNSTORED)
        run.matching, run.options = list(matching), _kept(options)
        run.state, run.counts = "checking", {}
        run.job_id = _ask(session, checking.KIND, run, by, {})


def start_import(event_id: int, run_id: int, over: str, reason: str, by: Actor) -> None:
    """Let the worker store what the dry run showed.

    Args:
        event_id: of the meeting.
        run_id: of the import.
        over: what becomes of those for whom no place is left: 'wait' or 'place'.
        reason: why they get a place all the same.
        by: who of the office acts.

    Raises:
        NotNow: there is no dry run, it is out of date, or another job is under way.
    """
    with transaction() as session:
        run = _take(session, event_id, run_id, ("checked", "applying"))
        if run.counts.get("stale"):
            raise NotNow("stale")
        run.state = "applying"
        run.job_id = _ask(session, applying.KIND, run, by, {"over": over, "reason": reason})


def start_undo(event_id: int, run_id: int, by: Actor) -> None:
    """Let the worker take the last import of a meeting back.

    Raises:
        NotNow: it is not the last one, or was taken back.
    """
    with transaction() as session:
        run = _take(session, event_id, run_id, ("applied", "undoing"))
        later = select(ImportRun.id).where(
            ImportRun.event_id == event_id, ImportRun.applied_at > run.applied_at
        )
        if session.scalar(later.limit(1)) is not None:
            raise NotNow("later")
        run.state = "undoing"
        run.job_id = _ask(session, undoing.KIND, run, by, {})


def _take(session: WriteSession, event_id: int, run_id: int, states: Sequence[str]) -> ImportRun:
    """The import, at one of these steps and with no job under way."""
    run = session.get(ImportRun, run_id, with_for_update=True)
    if run is None or run.event_id != event_id:
        raise NotFound("import")
    job = session.get(Job, run.job_id) if run.job_id else None
    if run.state not in states or (job is not None and job.state in {"queued", "running"}):
        raise NotNow("step")
    return run


def _ask(
    session: WriteSession, kind: str, run: ImportRun, by: Actor, more: Mapping[str, Any]
) -> int:
    new = NewJob(
        kind=kind,
        subject_id=run.event_id,
        account_id=by.account_id,
        locale="ja",
        params={"run": run.id, **more},
    )
    return jobs.ask(session, new)


def _kept(options: Options) -> dict[str, Any]:
    return {**vars(options), "events": list(options.events)}
