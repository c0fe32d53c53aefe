"""Sheets of A4: where labels are, and how many lines of a list go on a page. Pure; millimetres.

The sizes are those of the plain Japanese stock of card and label paper, centred on the sheet.
static/css/sheets.css draws them; a browser test compares the two.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

WIDTH, HEIGHT = 210.0, 297.0
"""Of A4."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class LabelSheet:
    """A sheet of labels without gaps between them; ``width`` and ``height`` of one label."""

    code: str
    columns: int
    rows: int
    width: float
    height: float

    @property
    def places(self) -> int:
        """How many labels it has."""
        return self.columns * self.rows

    @property
    def left(self) -> float:
        """The margin at the left, and at the right."""
        return round((WIDTH - self.columns * self.width) / 2, 2)

    @property
    def top(self) -> float:
        """The margin at the top, and at the bottom."""
        return round((HEIGHT - self.rows * self.height) / 2, 2)

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top edge of the label ``place``, counted from 0, row by row."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.width, self.top + row * self.height


SHEETS = {
    one.code: one
    for one in (
        LabelSheet(code="10", columns=2, rows=5, width=91, height=55),
        LabelSheet(code="12", columns=2, rows=6, width=86.4, height=42.3),
        LabelSheet(code="24", columns=3, rows=8, width=66, height=33.9),
    )
}


def on_sheets(labels: Sequence[T], sheet: LabelSheet, start: int) -> list[list[T | None]]:
    """The labels sheet by sheet; None where one was used before.

    Args:
        labels: in their order.
        sheet: on which they go.
        start: the first label of the first sheet that is free, from 1.
    """
    if not labels:
        return []
    cells: list[T | None] = [*[None] * (start - 1), *labels]
    return [cells[at : at + sheet.places] for at in range(0, len(cells), sheet.places)]


def pages(lines: Iterable[T], height: Callable[[T], float], room: float) -> list[list[T]]:
    """The lines page by page, each as full as it may be; one that is too high stands alone."""
    found: list[list[T]] = []
    used = 0.0
    for line in lines:
        its = height(line)
        if not found or used + its > room:
            found.append([])
            used = 0.0
        found[-1].append(line)
        used += its
    return found


def rows_of(text: str, columns: float) -> int:
    """How many rows ``text`` takes where one has room for so many full-width characters."""
    return max(1, -(-int(width_of(text) * 10) // int(columns * 10)))


def width_of(text: str) -> float:
    """In full-width characters; Latin letters are reckoned as wide as they get."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in text)
    return wide + (len(text) - wide) * 0.6
