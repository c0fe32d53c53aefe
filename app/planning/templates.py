"""What is to be done for each kind of meeting, before anybody has changed it. Pure.

Only the dates of notices come from an Act (``rules.LAWS``); the others are habit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.planning.rules import LAWS, When, laws_of


@dataclass(frozen=True, kw_only=True)
class TaskModel:
    """A task before it is one of a meeting; ``code`` finds its words."""

    code: str
    when: When


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
CODES = tuple(sorted({one.code for every in TEMPLATES.values() for one in every}))


def tasks_for(kind: str, law: str = "") -> tuple[TaskModel, ...]:
    """The tasks of a meeting of this kind; what an Act binds is due on the last day it leaves."""
    bound = LAWS.get(law or laws_of(kind)[0])
    return tuple(
        TaskModel(code=one.code, when=When(amount=bound.days, unit="clear_days"))
        if bound and bound.task == one.code
        else one
        for one in TEMPLATES[kind]
    )
