"""A small workbook for Excel, written row by row; every cell is text, also what looks otherwise."""

import io
from collections.abc import Sequence

import xlsxwriter
from flask import Response

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575
"""Of a sheet, its heading apart (Excel's own limit)."""
LONGEST = 32_767
"""Characters of a cell (Excel's own limit)."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class Sheet:
    """One sheet with a frozen heading and a filter; what is beyond ``MOST_ROWS`` is left out."""

    def __init__(self, name: str, headings: Sequence[str], widths: Sequence[int]) -> None:
        """``widths`` in characters, one for each heading."""
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, _OPTIONS)
        self._page = self._book.add_worksheet(name)
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._last, self._columns = 0, len(headings)
        for at, width in enumerate(widths):
            self._page.set_column(at, at, width)
        bold = self._book.add_format({"bold": True, "bottom": 1})
        for at, heading in enumerate(headings):
            self._page.write_string(0, at, heading, bold)
        self._page.freeze_panes(1, 0)

    def add(self, cells: Sequence[str]) -> None:
        """One row more."""
        if self._last < MOST_ROWS:
            self._last += 1
            for at, cell in enumerate(cells):
                self._page.write_string(self._last, at, cell[:LONGEST], self._wrapped)

    def answer(self, filename: str) -> Response:
        """The finished workbook as a download."""
        self._page.autofilter(0, 0, self._last, self._columns - 1)
        self._book.close()
        response = Response(self._file.getvalue(), content_type=MEDIA_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response
