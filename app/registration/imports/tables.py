"""Files as tables: CSV and what Excel calls Unicode text, in the encodings that it writes.

Workbooks are read in ``workbooks``.
Nothing in a file is believed: not its name, its size, its encoding. Pure.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from app.events.files.rules import LARGEST, FileRefused, judge, kind_of
from app.registration.imports import workbooks
from app.registration.imports.encodings import decode
from app.registration.imports.matching import LOOKED_AT, match, texts
from app.registration.imports.rows import FORMULA, MERGED, RawRow

MOST_ROWS = 10_000
MOST_COLUMNS = 100
LONGEST_CELL = 4000
KINDS = {"csv": "csv", "txt": "csv", "xlsx": "xlsx"}
"""As what each kind of file is read."""
SEPARATORS = ",\t;"
PIECE = LARGEST // 4
"""Characters; no more than four octets each."""
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")

__all__ = ["FORMULA", "MERGED", "FileRefused", "RawRow", "Table", "kind_of_file", "open_table"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file's first rows, and all of them one by one.

    ``encoding``: as ``encodings`` names it, or 'xlsx'; ``sheet``: the name of that which is read.
    ``is_small``: it is within the limits, without looking at all of its rows.
    """

    encoding: str
    sheet: str = ""
    is_small: bool = False
    rows: Iterator[RawRow] = field(repr=False)


def kind_of_file(filename: str, data: bytes) -> str:
    """'csv' or 'xlsx', which ending and content must agree on.

    Raises:
        FileRefused: it is something else, too large, unpacks to something too large, or is a text
            in an encoding that we do not know.
    """
    ending = kind_of(filename)
    if filename.strip() and ending not in KINDS:
        raise FileRefused("unknown_kind")
    if KINDS.get(ending) == "csv" and len(data) <= LARGEST:
        _judge_text(filename, data)
    else:
        judge(filename, data)
    return KINDS[ending]


def _judge_text(filename: str, data: bytes) -> None:
    """As a file that may be put up, which knows fewer encodings: so piece by piece in UTF-8."""
    told = decode(data)
    if told is None:
        raise FileRefused("not_its_kind" if _BINARY.search(data) else "encoding")
    for at in range(0, max(1, len(told[0])), PIECE):
        judge(filename, told[0][at : at + PIECE].encode())


def open_table(kind: str, data: bytes) -> Table:
    """The table in a file that ``kind_of_file`` has let through.

    Raises:
        FileRefused: 'encoding' or 'broken' at once, 'too_many_rows', 'too_many_columns' or
            'broken' while its rows are read.
    """
    if kind == "xlsx":
        sheet = workbooks.read_sheet(data)
        is_small = sheet.most is not None and sheet.most <= MOST_ROWS + 1
        return Table(
            encoding="xlsx", sheet=sheet.name, rows=_checked(sheet.rows), is_small=is_small
        )
    told = decode(data)
    if told is None:
        raise FileRefused("encoding")
    text, encoding = told
    return Table(encoding=encoding, rows=_checked(_rows_by(text, _separator(text))))


def _separator(text: str) -> str:
    """By which most columns become fields that we know; else by which there are most columns."""

    def columns(separator: str) -> tuple[int, int]:
        try:
            rows = list(islice(_rows_by(text, separator), LOOKED_AT))
        except FileRefused:
            return 0, 0
        known = (sum(1 for field in match(texts(row)) if field) for row in rows)
        return max(known, default=0), max((len(row.cells) for row in rows), default=0)

    return max(SEPARATORS, key=columns)


def _rows_by(text: str, separator: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused("broken") from error
        yield RawRow(line=line, cells=tuple(cells))


def _checked(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """Rows with anything in them, without empty cells at their end, within the limits."""
    count = 0
    for row in rows:
        cells = _trimmed(row.cells)
        if all(cell in {"", MERGED} for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:  # and the headings
            raise FileRefused("too_many_rows")
        if len(cells) > MOST_COLUMNS:
            raise FileRefused("too_many_columns")
        yield RawRow(line=row.line, cells=cells)


def _trimmed(cells: Sequence[str | datetime]) -> tuple[str | datetime, ...]:
    last = 0
    for at, cell in enumerate(cells, 1):
        if isinstance(cell, datetime) or cell.strip():
            last = at
    return tuple(c[:LONGEST_CELL] if isinstance(c, str) else c for c in cells[:last])
