"""Excel workbooks, read row by row; what is packed in one is looked at before it is unpacked."""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError  # only the name of its error

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from app.events.files.rules import MEGABYTE, FileRefused
from app.registration.imports.rows import FORMULA, MERGED, RawRow

UNPACKED = 80 * MEGABYTE
"""Of all parts: ten thousand rows of a hundred cells stay far below."""
PACKED_BETTER = 400
"""A part that grows more than so many times, and beyond a megabyte, is no table."""
_ROW = re.compile(rb"<(?:\w+:)?row[ />]")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)[ />]")
_FAR_RIGHT = re.compile(rb' r="(?:[A-Z]{3}|[D-Z][A-Z]|C[W-Z])[0-9]+"[^>]*(?<!/)>')
"""A cell beyond the hundredth column, CV, with anything in it."""
_MERGES = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
DIGITS = 15
"""Of a number, as Excel shows it: further ones come from counting in twos (0.1 + 0.2)."""
MOST_MERGES = 2000
WIDEST = 100
MOST_LINES = 100_000
"""Empty ones included; nobody leaves more of them between two people."""
_BROKEN = (
    *(zipfile.BadZipFile, ParseError, InvalidFileException, KeyError, ValueError, TypeError),
    *(AttributeError, IndexError, EOFError, OSError, NotImplementedError, RuntimeError),
)
Cells = tuple[str | datetime, ...]
Merged = Mapping[int, Collection[int]]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The first sheet that is shown and has anything in it: its name and its rows.

    ``most``: it has no more rows with anything in them; None where a cell stands further right than
    ``WIDEST``.
    """

    name: str
    rows: Iterator[RawRow]
    most: int | None


def read_sheet(data: bytes) -> Sheet:
    """The sheet of a workbook that is imported; an empty one where there is none.

    Raises:
        FileRefused: 'unpacks_too_large', or 'broken', also while rows are read.
    """
    try:
        _look_inside(data)
        formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        results = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        shown = [page for page in formulas.worksheets if page.sheet_state == "visible"]
        page = next((page for page in shown if _has_rows(page)), None)
        if page is None:
            return Sheet(name="", rows=iter(()), most=0)
        source = _source(data, page)
        values, merged = results[page.title], _merged(source)
    except FileRefused:
        raise
    except _BROKEN as error:
        raise FileRefused("broken") from error
    for one in (page, values):
        one.reset_dimensions()  # what a file says of its size need not be so
    return Sheet(name=page.title, rows=_rows(page, values, merged), most=_most(source))


def _rows(page: Any, results: Any, merged: Merged) -> Iterator[RawRow]:
    try:
        for line, (cells, values) in enumerate(
            zip(
                page.iter_rows(max_row=MOST_LINES),
                results.iter_rows(values_only=True),
                strict=False,
            ),
            1,
        ):
            yield RawRow(line=line, cells=_cells(line, cells, values, merged))
    except _BROKEN as error:
        raise FileRefused("broken") from error


def _cells(line: int, cells: Any, values: Any, merged: Merged) -> Cells:
    found: list[str | datetime] = []
    hidden = merged.get(line, ())
    for cell, value in zip(cells, values, strict=False):
        if value is None and cell.data_type == "f":
            found.append(FORMULA)
        else:
            found.append(_cell(value))
    found += [""] * (max(hidden, default=0) - len(found))
    return tuple(MERGED if at in hidden else cell for at, cell in enumerate(found, 1))


def _cell(value: Any) -> str | datetime:
    """As a text; numbers without what Excel adds, days as moments at midnight."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # a day, of no zone
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.{DIGITS}g}"
    return str(value).replace("\0", "")


def _has_rows(page: Any) -> bool:
    first = page.iter_rows(min_row=1, max_row=20, values_only=True)
    return any(value is not None for row in first for value in row)


def _look_inside(data: bytes) -> None:
    """Refuse what would unpack to far too much, or brings definitions of its own (DTD)."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > UNPACKED or any(map(_is_bomb, parts)):
            raise FileRefused("unpacks_too_large")
        for part in parts:
            with packed.open(part) as opened:
                head = opened.read(1024).replace(b"\0", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise FileRefused("broken")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    size = part.file_size
    return size > MEGABYTE and size > PACKED_BETTER * max(1, part.compress_size)


def _source(data: bytes, page: Any) -> bytes:
    """What a sheet is read from."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(page._worksheet_path)  # noqa: SLF001  # what is read by rows tells less


def _most(source: bytes) -> int | None:
    """How many rows hold anything, spaces too: far sooner than by reading them all."""
    if _FAR_RIGHT.search(source):
        return None
    return sum(1 for row in _ROW.split(source)[1:] if _FILLED.search(row))


def _merged(source: bytes) -> Merged:
    """By row, the columns of the cells that are hidden in a joined one."""
    hidden: dict[int, set[int]] = defaultdict(set)
    for ref in _MERGES.findall(source)[:MOST_MERGES]:
        left, top, right, bottom = range_boundaries(ref.decode())
        for row in range(top, min(bottom, top + MOST_MERGES) + 1):
            columns = range(left, min(right, left + WIDEST) + 1)
            hidden[row] |= set(columns) - ({left} if row == top else set())
    return hidden
