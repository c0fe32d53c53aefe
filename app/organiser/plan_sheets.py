"""How tasks are set on paper, so that they are one sheet as long as they can be read on one."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.organiser.plan_words import title_of
from app.planning.facts import TaskView
from app.web.print_sheets import rows_of

ROOM = 250.0
"""Millimetres for the tasks; static/css/paper.css draws them."""
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


def setting_of(tasks: Iterable[tuple[TaskView, str]]) -> str:
    """The class of the largest letters by which they fit on a sheet; '' too where none does.

    Args:
        tasks: each with the title of its meeting, '' where that is not told.
    """
    there = list(tasks)
    fit = (one for one in _SETTINGS if sum(_height(*task, one) for task in there) <= ROOM)
    return next(fit, _SETTINGS[0]).code


def _height(task: TaskView, meeting: str, setting: _Setting) -> float:
    what = rows_of(title_of(task), setting.what * _BOLD)
    texts = (meeting, *task.wish.note.splitlines())
    what += sum(rows_of(text, setting.what) for text in texts if text)
    what += bool(task.due and task.due.latest)
    rows = max(what, rows_of(task.who, setting.who), 2 if meeting or task.is_done else 1)
    return rows * setting.row + setting.around
