"""Files to be imported, and the worker's part, in one line each."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.auth.facts import Actor
from app.db import db
from app.jobs import runner
from app.mail.stop import Stop
from app.registration.imports import queries, service
from app.registration.imports.facts import Options, RunView
from app.registration.imports.models import ImportRow
from app.registration.lists import columns
from app.registration.lists.export import Wanted, csv_lines, open_sheet
from app.registration.lists.finding import RosterFilter
from app.registration.models import Booking, Participant

HEADINGS = ("氏名", "ふりがな", "所属団体", "メールアドレス", "電話番号", "参加方法", "備考")


def day(*parts: int) -> datetime:
    """A day as cells have it: of no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def csv_file(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """A CSV file as Excel saves it."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows([headings, *rows])
    return ("\ufeff" + buffer.getvalue()).encode()


def work() -> None:
    """Do all that waits, as the worker does."""
    work_once, _leave = current_app.extensions["jobs"]
    while work_once("test", Stop()) != runner.IDLE:
        pass
    db.session.remove()


def checked(event_id: int, data: bytes, by: Actor, name: str = "list.csv", **more: Any) -> RunView:
    """A file after its dry run."""
    run_id = service.upload(event_id, name, data, by)
    run = queries.get_run(event_id, run_id)
    options = Options(**{"events": (event_id,), "channel": "fax", "letters": "none", **more})
    service.start_check(event_id, run_id, run.matching, options, by)
    work()
    return queries.get_run(event_id, run_id)


def imported(run: RunView, by: Actor, over: str = "wait") -> RunView:
    """It, stored."""
    service.start_import(run.event_id, run.id, over, "", by)
    work()
    return queries.get_run(run.event_id, run.id)


def undone(run: RunView, by: Actor) -> RunView:
    """It, taken back."""
    service.start_undo(run.event_id, run.id, by)
    work()
    return queries.get_run(run.event_id, run.id)


def fates(run: RunView) -> list[tuple[str, list[str]]]:
    """Each row's fate and the codes of what is wrong with it."""
    rows = db.session.scalars(
        select(ImportRow).where(ImportRow.run_id == run.id).order_by(ImportRow.line)
    )
    found = [(row.fate, [code for _field, code, _about in row.problems]) for row in rows]
    db.session.remove()
    return found


def bookings() -> list[tuple[str, str, str]]:
    """Name, way and state of every booking, in their order."""
    query = select(Participant.name, Booking.way, Booking.state).join(
        Booking, Booking.participant_id == Participant.id
    )
    found = [tuple(row) for row in db.session.execute(query.order_by(Booking.id))]
    db.session.remove()
    return found  # type: ignore[return-value]


def exported(event_id: int) -> list[dict[str, str]]:
    """The rows of the whole list as it is exported for editing."""
    wanted = Wanted(whom=RosterFilter(event_ids=(event_id,)), codes=columns.ALL, marked=True)
    text = b"".join(csv_lines(open_sheet(wanted))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def edited(rows: list[dict[str, str]]) -> bytes:
    """Rows of an export as a file again."""
    return csv_file([list(row.values()) for row in rows], list(rows[0]))
