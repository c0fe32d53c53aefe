"""Exports that take too long for a request, as a job; and those in CP932, which say what is lost.

A killed worker's successor begins anew: nothing of an export is kept before it is whole.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.auth.facts import Actor
from app.db import transaction
from app.jobs import service as jobs
from app.jobs.facts import Done, FileData, NewJob, Progress, Task
from app.registration.lists import cp932
from app.registration.lists.export import (
    BOM,
    Sheet,
    Wanted,
    count_rows,
    csv_text,
    harmless,
    open_sheet,
    plain,
)
from app.registration.lists.finding import AnswerFilter, RosterFilter
from app.registration.lists.workbooks import MEDIA_TYPE, write_workbook

KIND = "export"
FORMATS = ("xlsx", "csv", "cp932")
MEDIA_TYPES: Mapping[str, str] = {
    "xlsx": MEDIA_TYPE,
    "csv": "text/csv; charset=utf-8",
    "cp932": "text/csv; charset=Shift_JIS",
}
SHEET = "名簿"
MOST_LOSSES = 200
"""Cells that are listed by name; of more only the number is told."""


def ask_export(meeting_id: int, wanted: Wanted, kind: str, filename: str, by: Actor) -> int:
    """Let the worker make a file; return the job's id. ``kind``: one of ``FORMATS``."""
    new = NewJob(
        kind=KIND,
        subject_id=meeting_id,
        account_id=by.account_id,
        locale=wanted.locale,
        params={"kind": kind, "filename": filename, "wanted": asdict(wanted)},
    )
    with transaction() as session:
        return jobs.ask(session, new)


def make_now(wanted: Wanted) -> bytes:
    """A workbook at once, for few rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        for _count in write_workbook(open_sheet(wanted), SHEET, path):
            pass
        return path.read_bytes()


def export_work(task: Task) -> Iterator[Progress | Done]:
    """The worker's part: makes the file, batch by batch."""
    wanted = _wanted(task)
    total = count_rows(wanted.whom)
    yield Progress(done=0, total=total)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        result: dict[str, Any] = {}
        kind = task.params["kind"]
        if kind == "xlsx":
            for count in write_workbook(open_sheet(wanted), SHEET, path):
                yield Progress(done=count, total=total)
        else:
            for count in _write_csv(open_sheet(wanted), path, result, unicode=kind == "csv"):
                yield Progress(done=count, total=total)
        file = FileData(
            filename=task.params["filename"],
            media_type=MEDIA_TYPES[kind],
            data=path.read_bytes(),
        )
        # Whom a list was searched for is nobody's business once the file is there.
        kept = {"kind": kind, "filename": task.params["filename"]}
        yield Done(result=result, file=file, params=kept)


def _wanted(task: Task) -> Wanted:
    """What was asked for, from what JSON kept of it."""
    given = task.params["wanted"]
    answer = given["whom"].pop("answer")
    event_ids = tuple(given["whom"].pop("event_ids"))
    return Wanted(
        whom=RosterFilter(
            event_ids=event_ids, answer=AnswerFilter(**answer) if answer else None, **given["whom"]
        ),
        codes=tuple(given["codes"]),
        questions=tuple(given["questions"]),
        marked=given["marked"],
        locale=given["locale"],
    )


def _write_csv(sheet: Sheet, path: Path, result: dict[str, Any], *, unicode: bool) -> Iterator[int]:
    """Write the file, and into ``result`` what could not be written and how often."""
    count = lost = 0
    listed: list[list[str]] = []
    with path.open("wb") as out:
        out.write((BOM + csv_text([sheet.headings])).encode() if unicode else _line(sheet))
        for batch in sheet.batches:
            rows = plain(batch) if unicode else _as_windows(plain(batch))
            count += len(rows)
            text = csv_text(rows)
            out.write(text.encode() if unicode else cp932.encode(text)[0])
            found = [] if unicode else _losses(rows, sheet.headings)
            lost += len(found)
            listed += found[: MOST_LOSSES - len(listed)]
            yield count
    result.update({"rows": count, "lost": lost, "losses": listed})


def _line(sheet: Sheet) -> bytes:
    return cp932.encode(csv_text([sheet.headings]))[0]


def _as_windows(rows: list[list[str]]) -> list[list[str]]:
    """In Windows' characters, where a minus may become one that begins a formula."""
    return [[harmless(cp932.as_windows(cell)) for cell in row] for row in rows]


def _losses(rows: list[list[str]], headings: list[str]) -> list[list[str]]:
    """What the first two columns say (number and name), the heading, the characters."""
    return [
        [*row[:2], heading, characters]
        for row in rows
        for heading, characters in cp932.losses(row, headings)
    ]
