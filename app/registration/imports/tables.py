"""Files as tables: CSV in the encodings that Excel writes. Workbooks are read in ``workbooks``.

Nothing in a file is believed: not its name, its size, its encoding. Pure.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.events.files.rules import FileRefused, judge
from app.registration.imports import workbooks
from app.registration.imports.rows import FORMULA, MERGED, RawRow

MOST_ROWS = 10_000
MOST_COLUMNS = 100
LONGEST_CELL = 4000
KINDS = ("csv", "xlsx")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

__all__ = ["FORMULA", "MERGED", "FileRefused", "RawRow", "Table", "kind_of_file", "open_table"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file's first rows, and all of them one by one.

    ``encoding``: 'utf-8', 'cp932' or 'xlsx'; ``sheet``: the name of the sheet that is read.
    """

    encoding: str
    sheet: str = ""
    rows: Iterator[RawRow] = field(repr=False)


def kind_of_file(filename: str, data: bytes) -> str:
    """'csv' or 'xlsx', which ending and content must agree on.

    Raises:
        FileRefused: it is something else, too large, or unpacks to something too large.
    """
    kind = judge(filename, data).kind
    if kind not in KINDS:
        raise FileRefused("unknown_kind")
    return kind


def open_table(kind: str, data: bytes) -> Table:
    """The table in a file that ``kind_of_file`` has let through.

    Raises:
        FileRefused: 'encoding' or 'broken' at once, 'too_many_rows', 'too_many_columns' or
            'broken' while its rows are read.
    """
    if kind == "xlsx":
        sheet, rows = workbooks.read_rows(data)
        return Table(encoding="xlsx", sheet=sheet, rows=_checked(rows))
    text, encoding = _decode(data)
    return Table(encoding=encoding, rows=_checked(_csv_rows(text)))


def _decode(data: bytes) -> tuple[str, str]:
    if not data.startswith(_UTF16):
        for encoding in ("utf-8-sig", "cp932"):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                continue
    raise FileRefused("encoding")


def _csv_rows(text: str) -> Iterator[RawRow]:
    first = text.partition("\n")[0]
    separator = "\t" if "\t" in first and "," not in first else ","
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
