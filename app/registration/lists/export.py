"""Sign-ups on their way out of the house: rows in short batches, as CSV that opens right in Excel.

CSV is RFC 4180, in UTF-8 with a byte-order mark or in CP932 (what older Japanese programs read).
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select, tuple_

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event, Series
from app.events.outline import list_by_ids
from app.registration.lists import columns as kinds
from app.registration.lists.columns import LOOKED_UP, SHOWN, Cell, Column
from app.registration.lists.finding import RosterFilter, conditions
from app.registration.lists.latest import read_arrivals, read_last_letters
from app.registration.lists.said import of_person, read_said
from app.registration.models import Booking, Participant, Registration

BATCH = 1000
AT_ONCE = 5000
"""Rows up to which a file is made while one waits; more are work for a job."""
BOM = "\ufeff"
_RISKY = frozenset("=+-@\t\r\n＝＋－＠")
_TELEPHONE_ABROAD = re.compile(r"\+[0-9]+(?:-[0-9]+)+")
_BARE_NUMBER = re.compile(r"[0０][0-9０-９]+|[0-9０-９]{12,}")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is exported: whom, in the order of their reading, with which columns.

    ``questions``: whose answers are columns, too; ``marked``: also the mark by which a row is known
    again after editing. Words are in ``locale``. Of several meetings each row is of one.
    """

    whom: RosterFilter
    codes: tuple[str, ...] = SHOWN
    questions: tuple[int, ...] = ()
    marked: bool = False
    locale: str = "ja"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The columns of an export, and its rows in batches: each batch is one short read."""

    headings: list[str]
    widths: list[int]
    batches: Iterator[list[list[Cell]]]


def harmless(text: str) -> str:
    """Make a cell that a spreadsheet would take for a formula begin with an apostrophe.

    Telephone numbers from abroad (+81-3-1234-5678) stay as they are: they can only be counted
    together, not run. A number of bare digits would lose its leading zero, and its last ones where
    it is long, so it gets the apostrophe, too; with hyphens (090-1234-5678) it stays whole.
    """
    if not text:
        return text
    if _BARE_NUMBER.fullmatch(text):
        return f"'{text}"
    risky = text[0] in _RISKY or text.lstrip()[:1] in _RISKY
    return f"'{text}" if risky and not _TELEPHONE_ABROAD.fullmatch(text) else text


def record_export(event_id: int, by: Actor, kind: str, wanted: Wanted, people: int) -> None:
    """Note who takes how many people out of the house as what, before the first line goes out."""
    heads = list_by_ids(wanted.questions, "ja")
    labels = [heads[one].label for one in wanted.questions if one in heads]
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action="registrations.exported",
        subject="event",
        subject_id=event_id,
        after={
            "file": kind,
            "people": people,
            "columns": list(wanted.codes),
            **({"questions": labels} if labels else {}),
        },
    )
    with transaction() as session:
        audit.record(session, entry, now())


def count_rows(whom: RosterFilter) -> int:
    """How many people an export would hold."""
    query = select(func.count()).select_from(Booking).where(*_conditions(whom))
    return db.session.scalar(query) or 0


def open_sheet(wanted: Wanted) -> Sheet:
    """Columns and rows; nothing is read before the first batch is asked for.

    The batches may be asked for after the request has ended. No read lasts longer than a batch.
    """
    with force_locale(wanted.locale):
        where = () if wanted.whom.at_one else ("meeting",)
        columns = kinds.columns_of((*where, *wanted.codes))
        words = kinds.words(wanted.locale)
        marks = [kinds.mark_column()] if wanted.marked else []
    answers = kinds.answer_columns(wanted.questions, wanted.locale) if wanted.questions else []
    every = [*columns, *answers, *marks]
    return Sheet(
        headings=kinds.unlike([one.heading for one in every]),
        widths=[one.width for one in every],
        batches=_batches(wanted, every, words, current_app.app_context),
    )


def csv_lines(sheet: Sheet) -> Iterator[bytes]:
    """A sheet as CSV in UTF-8 with a byte-order mark, as a stream."""
    yield (BOM + csv_text([sheet.headings])).encode()
    for rows in sheet.batches:
        yield csv_text(plain(rows)).encode()


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    """These rows as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def plain(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Rows as texts that do nothing when a spreadsheet opens them."""
    return [[harmless(_as_text(cell)) for cell in row] for row in rows]


def _as_text(cell: Cell) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell)


def _batches(
    wanted: Wanted,
    columns: Sequence[Column],
    words: kinds.Words,
    in_context: Callable[[], AbstractContextManager[Any]],
) -> Iterator[list[list[Cell]]]:
    last: tuple[str, int, int] | None = None
    while True:
        with in_context():  # one for each batch: its session ends with it
            rows = _batch(wanted, last)
        if not rows:
            return
        yield [[column.cell(row, words) for column in columns] for row in rows]
        last = rows[-1].sort_key, rows[-1].participant_id, rows[-1].id


def _conditions(whom: RosterFilter) -> list[Any]:
    return conditions(whom, whom.event_ids[0] if whom.at_one else None)


def _batch(wanted: Wanted, last: tuple[str, int, int] | None) -> Sequence[Any]:
    """The next rows by key, as plain values: no object of the database is made of them."""
    ids = select(Booking.id).where(*_conditions(wanted.whom))
    if last is not None:
        ids = ids.where(tuple_(*_ORDER) > last)
    ids = ids.order_by(*_ORDER).limit(BATCH)
    found = db.session.execute(ROWS.where(Booking.id.in_(ids))).all()
    if not found:
        return ()
    beside = [look(wanted, found) for look in _looks(wanted)]
    return [_joined(row, beside) for row in found] if beside else found


_Look = Callable[[Wanted, Sequence[Any]], Callable[[Any], dict[str, Any]]]


def _looks(wanted: Wanted) -> list[_Look]:
    """What is looked up beside the rows of a batch, by one query each."""
    looks: list[_Look] = [_answers] if wanted.questions else []
    return [*looks, *(_LOOKS[code] for code in LOOKED_UP if code in wanted.codes)]


def _joined(row: Any, beside: Sequence[Callable[[Any], dict[str, Any]]]) -> Any:
    found = row._asdict()
    for told in beside:
        found |= told(row)
    return SimpleNamespace(**found)


def _answers(wanted: Wanted, rows: Sequence[Any]) -> Callable[[Any], dict[str, Any]]:
    ids = [row.registration_id for row in rows]
    found = read_said(db.session(), ids, wanted.questions)
    return lambda row: {"answers": of_person(found, row.registration_id, row.participant_id)}


def _arrivals(_wanted: Wanted, rows: Sequence[Any]) -> Callable[[Any], dict[str, Any]]:
    found = read_arrivals([row.id for row in rows])
    return lambda row: {"arrived_at": found.get(row.id)}


def _letters(_wanted: Wanted, rows: Sequence[Any]) -> Callable[[Any], dict[str, Any]]:
    found = read_last_letters([row.registration_id for row in rows])
    return lambda row: {"letter": getattr(found.get(row.registration_id), "state", "")}


_LOOKS: Mapping[str, _Look] = {"arrived": _arrivals, "letter": _letters}
_ORDER = (Booking.sort_key, Booking.participant_id, Booking.id)
"""As an index of each meeting has it."""
ROWS = (
    select(
        *(Booking.id, Booking.sort_key, Booking.way, Booking.state),
        *(Participant.id.label("participant_id"), Participant.name, Participant.reading),
        *(Participant.organisation, Participant.role, Participant.standing),
        *(Registration.id.label("registration_id"), Registration.number, Registration.email),
        Registration.contact_name,
        *(Registration.telephone, Registration.fax, Registration.postal_address),
        *(Registration.channel, Registration.created_at, Registration.note),
        Registration.coming,
        *(Series.number_letter, Event.zone, Event.title),
    )
    .join(Participant, Participant.id == Booking.participant_id)
    .join(Registration, Registration.id == Participant.registration_id)
    .join(Series, Series.id == Registration.series_id)
    .join(Event, Event.id == Booking.event_id)
    .order_by(*_ORDER)
)
