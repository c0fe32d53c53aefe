"""A sheet as an Excel workbook, written row by row: its size in memory stays the same.

The first row holds the headings, every further one a person, and there is one sheet with no
title above: so Word's mail merge (差し込み印刷) can read it. Texts are texts, also those that look
like formulas, numbers or links; moments are dates, answers that are numbers are numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from app.registration.lists.columns import Cell
from app.registration.lists.export import Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOMENT = "yyyy-mm-dd hh:mm"
LONGEST = 32767
"""Characters of a cell (Excel's own limit)."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(sheet: Sheet, name: str, path: Path) -> Iterator[int]:
    """Write ``sheet`` to ``path``; gives the number of rows written so far after each batch.

    Args:
        sheet: its rows are read as they are written.
        name: of the sheet in the workbook.
        path: of a new file; beside it parts are written meanwhile.
    """
    count = 0
    with xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)}) as book:
        page = book.add_worksheet(name)
        formats = {
            str: book.add_format({"num_format": "@", "valign": "top"}),
            int: book.add_format({"num_format": "0", "valign": "top"}),
            datetime: book.add_format({"num_format": MOMENT, "valign": "top", "align": "left"}),
        }
        for at, width in enumerate(sheet.widths):
            page.set_column(at, at, width)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for at, heading in enumerate(sheet.headings):
            page.write_string(0, at, heading, head)
        for rows in sheet.batches:
            for row in rows:
                count += 1
                _write(page, count, row, formats)
            yield count
        page.autofilter(0, 0, count, max(0, len(sheet.headings) - 1))


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    at: int,
    row: Sequence[Cell],
    formats: Mapping[type, xlsxwriter.format.Format],
) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, datetime):
            page.write_datetime(at, place, cell, formats[datetime])
        elif isinstance(cell, int):
            page.write_number(at, place, cell, formats[int])
        elif cell:
            page.write_string(at, place, cell[:LONGEST], formats[str])
