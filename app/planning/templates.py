"""What is to be done for each kind of meeting: as delivered, and what the office makes of it. Pure.

Only the dates of notices come from an Act (``rules.LAWS``); the others are habit. No Act asks that
a general assembly be announced in public: its members are sent a notice. By-laws may ask for it,
and other Acts for that of the balance sheet, so both can be added but are in no plan by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.planning.rules import LAWS, Law, When, laws_of

MOST = 40
"""Tasks of the template of one kind: fewer than a meeting can have."""
OWN = "own-"
"""What the codes of the office's own tasks begin with."""


@dataclass(frozen=True, kw_only=True)
class TaskModel:
    """A task before it is one of a meeting.

    ``code`` finds its words; one of the office's own begins with ``OWN`` and has a title.
    """

    code: str
    when: When
    title: str = ""
    title_en: str = ""
    assignee: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the office has thought of it."""
        return self.code.startswith(OWN)

    @property
    def key(self) -> str:
        """By which the task is known again in a plan, where one of the office's own has no code."""
        return self.title if self.is_own else self.code


def _before(code: str, days: int) -> TaskModel:
    return TaskModel(code=code, when=When(amount=days))


def _office_before(code: str, days: int) -> TaskModel:
    return TaskModel(code=code, when=When(amount=days, unit="office_days"))


def _after(code: str, days: int) -> TaskModel:
    return TaskModel(code=code, when=When(amount=days, after=True))


_CLOSE = (
    _before("arrangements", 14),
    _before("replies", 7),
    _office_before("lunches", 3),
    _office_before("calls", 2),
    _office_before("badges", 1),
)
_AFTERWARDS = (_after("thanks", 7), _after("minutes", 14))
TEMPLATES: Mapping[str, tuple[TaskModel, ...]] = {
    "assembly": (_before("papers", 28), _before("notice", 14), *_CLOSE, *_AFTERWARDS),
    "founding": (_before("announcement", 21), _before("invitations", 21), *_CLOSE, *_AFTERWARDS),
    "briefing": (
        *(_before("publicity", 42), _before("arrangements", 14), _before("replies", 7)),
        *(_office_before("calls", 2), _office_before("badges", 1)),
        *(_after("thanks", 7), _after("report", 14)),
    ),
    "other": (
        *(_before("publicity", 28), _before("arrangements", 14), _before("replies", 7)),
        *(_office_before("calls", 2), _office_before("badges", 1), _after("thanks", 7)),
    ),
    "walk_in": (_before("publicity", 28), _office_before("things", 3), _after("thanks", 7)),
}
EXTRAS: Mapping[str, tuple[TaskModel, ...]] = {
    "assembly": (_before("assembly_announcement", 14), _after("balance_sheet", 14)),
}
"""Ready-made tasks that only some associations need."""
CODES = tuple(
    sorted({one.code for group in (TEMPLATES, EXTRAS) for every in group.values() for one in every})
)


def tasks_for(kind: str, law: str = "") -> tuple[TaskModel, ...]:
    """The tasks of a meeting of this kind; what an Act binds is due on the last day it leaves."""
    bound = LAWS.get(law or laws_of(kind)[0])
    return tuple(
        TaskModel(code=one.code, when=When(amount=bound.days, unit="clear_days"))
        if bound and bound.task == one.code
        else one
        for one in TEMPLATES[kind]
    )


def bound_by(kind: str, code: str) -> Law | None:
    """What binds a task of the template: the Act that a plan of this kind begins with."""
    law = LAWS.get(laws_of(kind)[0])
    return law if law and law.task == code else None


def offered(kind: str, there: Sequence[TaskModel]) -> tuple[TaskModel, ...]:
    """The ready-made tasks of this kind that its template does not have."""
    codes = {one.code for one in there}
    return tuple(one for one in (*tasks_for(kind), *EXTRAS.get(kind, ())) if one.code not in codes)


def moved(there: Sequence[TaskModel], code: str, *, up: bool) -> tuple[TaskModel, ...]:
    """The same with one task a place earlier or later; at the end it stays where it is."""
    tasks = list(there)
    here = next(place for place, one in enumerate(tasks) if one.code == code)
    to = here + (-1 if up else 1)
    if 0 <= to < len(tasks):
        tasks[here], tasks[to] = tasks[to], tasks[here]
    return tuple(tasks)


def as_plain(task: TaskModel) -> dict[str, Any]:
    """A task as it is stored and compared."""
    return asdict(task)


def from_plain(stored: Mapping[str, Any]) -> TaskModel:
    """A task as it was stored."""
    return TaskModel(**{**stored, "when": When(**stored["when"])})
