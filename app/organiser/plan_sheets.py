"""How tasks are set on paper, so that they are one sheet as long as they can be read on one."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.organiser.plan_words import title_of
from app.planning.facts import TaskView
from app.web.print_sheets import rows_of

ROOM = 250.0
"""Millimetres for the tasks; static/css/paper.css draws them."""
SPARE = 1.1
"""Of ``ROOM``: what reckoned heights may come to and still fit in the smallest letters."""
_BOLD = 0.75
"""Of the characters of a row in titles, which are larger and break between phrases."""


@dataclass(frozen=True, kw_only=True)
class _Setting:
    """A size of letters: its class, full-width characters of what and of who, millimetres."""

    code: str
    what: float
    who: float
    row: float
    around: float


_SETTINGS = (
    _Setting(code="", what=24, who=8.5, row=5.7, around=2.0),
    _Setting(code="boxes--close", what=30, who=10, row=4.15, around=1.6),
    _Setting(code="boxes--closer", what=35, who=11.5, row=3.5, around=1.1),
)


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """What takes room on the sheet: ``under``: texts below the title, ``more``: rows of others."""

    title: str
    under: tuple[str, ...] = ()
    who: str = ""
    more: int = 0
    least: int = 1


def row_of(task: TaskView, meeting: str = "") -> SheetRow:
    """A task; ``meeting``: the title of its meeting, '' where that is not told."""
    return SheetRow(
        title=title_of(task),
        under=(meeting, *task.wish.note.splitlines()),
        who=task.who,
        more=int(bool(task.due and task.due.latest)),
        least=2 if meeting or task.is_done else 1,
    )


def setting_of(rows: Iterable[SheetRow]) -> str:
    """The class of the largest letters by which they fit on a sheet.

    Where none does by far, there will be several sheets, and nobody need read small letters.
    """
    there = list(rows)
    heights = [sum(_height(row, one) for row in there) for one in _SETTINGS]
    fit = (one for one, height in zip(_SETTINGS, heights, strict=True) if height <= ROOM)
    # Heights are reckoned with room to spare, so the smallest letters may fit all the same.
    spare = _SETTINGS[-1] if heights[-1] <= ROOM * SPARE else _SETTINGS[0]
    return next(fit, spare).code


def _height(row: SheetRow, setting: _Setting) -> float:
    what = rows_of(row.title, setting.what * _BOLD) + row.more
    what += sum(rows_of(text, setting.what) for text in row.under if text)
    rows = max(what, rows_of(row.who, setting.who), row.least)
    return rows * setting.row + setting.around
