"""What pages show of tasks: frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from app.planning.rules import Due, Held, Law, When


@dataclass(frozen=True, kw_only=True)
class TaskWish:
    """A task as somebody wants it; ``due_on`` None: counted from the meeting's date by ``when``."""

    title: str
    when: When
    title_en: str = ""
    due_on: date | None = None
    account_id: int | None = None
    assignee: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A task as it stands; ``wish`` is what was entered, ``due`` None while no date is fixed.

    ``who``: the name of the account or what was entered, '' for nobody yet. ``done_at`` (aware
    UTC) and ``done_by``, a name.
    """

    id: int
    event_id: int
    code: str
    wish: TaskWish
    due: Due | None
    law: Law | None
    who: str
    done_at: datetime | None
    done_by: str
    version: int
    touched: bool = True

    @property
    def is_done(self) -> bool:
        """Whether somebody has done it."""
        return self.done_at is not None


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """The tasks of one meeting, by date; those that have none come last.

    ``law`` '' where the meeting has no plan yet; ``held`` None while its date is not fixed.
    ``kind`` is that of the meeting, ``made_for`` that for which the plan was made.
    """

    event_id: int
    kind: str
    made_for: str
    law: str
    own_days: int | None
    held: Held | None
    tasks: tuple[TaskView, ...]

    @property
    def is_of_other_kind(self) -> bool:
        """Whether the meeting has become another kind since the plan was made."""
        return bool(self.law) and self.made_for != self.kind


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task beside others of other meetings."""

    task: TaskView
    slug: str
    title: str
    zone: str
