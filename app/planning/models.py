"""Plan (one of each meeting) → its tasks; templates, one of each kind that the office changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

UNITS = ("days", "office_days", "clear_days")


class Plan(Base):
    """That a meeting has its tasks, and what binds its notice.

    ``law``: a key of ``rules.LAWS``, or 'own'. ``own_days``: the clear days that the by-laws say in
    place of the Act's. ``kind``: that of the meeting when the plan was made or last adapted.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("event_id"),
        CheckConstraint("own_days >= 0", name="own_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    law: Mapped[str]
    own_days: Mapped[int | None]
    kind: Mapped[str] = mapped_column(server_default="other")
    created_at: Mapped[datetime]


class PlanTask(Base):
    """Something to be done for a meeting, ``amount`` of ``unit`` before it or ``after`` it.

    ``code`` says which of the ready-made ones it is ('' for one of the office's own); ``title`` is
    what somebody has called it, '' for the ready-made words. ``due_on``: the day that somebody has
    entered (local to the meeting); None while it is counted from the meeting's date, so that it
    moves with it. Who does it: an account, or whoever ``assignee`` names. ``touched``: somebody
    has added or changed it, so that it is never taken away when the meeting becomes another kind.
    """

    __tablename__ = "plan_task"
    __table_args__ = (
        Index("ix_plan_task_event", "event_id", "id"),
        Index("ix_plan_task_done", "done_at", "event_id"),
        CheckConstraint(f"unit IN {UNITS}", name="unit"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    code: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(default="days")
    after: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assignee: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    touched: Mapped[bool] = mapped_column(default=True, server_default=true())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class PlanTemplate(Base):
    """What a meeting of a kind begins with; ``tasks`` None: as delivered.

    Each of the tasks is a ``templates.TaskModel`` as plain values; there are never many.
    """

    __tablename__ = "plan_template"
    __table_args__ = (UniqueConstraint("kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    tasks: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime]
