"""Reading tasks. Each function makes the same number of queries whatever the number of tasks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.auth.models import Account
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, EventSession
from app.planning import rules
from app.planning.facts import PlanView, TaskLine, TaskView, TaskWish
from app.planning.models import Plan, PlanTask
from app.planning.rules import Held, When

FORGOTTEN = timedelta(days=180)
"""Of meetings that ended longer ago nothing is due any more."""
_who: Any = aliased(Account)
_doer: Any = aliased(Account)


def get_plan(event_id: int) -> PlanView:
    """The tasks of one meeting: three queries. A meeting without a plan has none yet.

    Raises:
        NotFound: there is no such meeting.
    """
    session = db.session()
    query = (
        select(Event.kind, Plan.law, Plan.own_days, Plan.kind.label("made_for"))
        .outerjoin(Plan, Plan.event_id == Event.id)
        .where(Event.id == event_id)
    )
    plan = session.execute(query).first()
    if plan is None:
        raise NotFound("event")
    held, law = read_held(session, [event_id]).get(event_id), plan.law or ""
    rows = session.execute(_tasks().where(PlanTask.event_id == event_id))
    tasks = sorted((_view(row, held, law, plan.own_days) for row in rows), key=_key)
    return PlanView(
        event_id=event_id,
        kind=plan.kind,
        made_for=plan.made_for or plan.kind,
        law=law,
        own_days=plan.own_days,
        held=held,
        tasks=tuple(tasks),
    )


def is_of_other_kind(event_id: int) -> bool:
    """Whether a meeting has become another kind since its plan was made: one query."""
    differs = exists().where(
        Plan.event_id == event_id, Event.id == Plan.event_id, Event.kind != Plan.kind
    )
    return bool(db.session.scalar(select(differs)))


def get_task(event_id: int, task_id: int) -> TaskView:
    """One task of a meeting.

    Raises:
        NotFound: the meeting has none of this id.
    """
    found = [one for one in get_plan(event_id).tasks if one.id == task_id]
    if not found:
        raise NotFound("task")
    return found[0]


def list_tasks(
    locale: str, since: datetime, meetings: Collection[int] | None = None
) -> list[TaskLine]:
    """What is to be done for all meetings, by date, and what was done ``since``: two queries.

    Tasks without a date are left out, and those of meetings that were called off.

    Args:
        locale: of the titles of the meetings.
        since: aware; also tasks that were done from then on.
        meetings: ids of the meetings that the reader may see; None for all.
    """
    session = db.session()
    recent = exists().where(
        EventSession.event_id == Event.id, EventSession.ends_at > since - FORGOTTEN
    )
    query = (
        _tasks()
        .add_columns(Event.slug, Event.title, Event.zone, Plan.law, Plan.own_days)
        .join(Event, Event.id == PlanTask.event_id)
        .join(Plan, Plan.event_id == PlanTask.event_id)
        .where(
            or_(PlanTask.done_at.is_(None), PlanTask.done_at >= since),
            Event.state != "cancelled",
            Event.archived_at.is_(None),
            recent,
        )
    )
    if meetings is not None:
        query = query.where(Event.id.in_(sorted(meetings)))
    rows = session.execute(query).all()
    held = read_held(session, {row[0].event_id for row in rows})
    lines = [
        TaskLine(
            task=_view(row, held.get(row[0].event_id), row.law, row.own_days),
            slug=row.slug,
            title=row.title.text(locale),
            zone=row.zone,
        )
        for row in rows
    ]
    dated = [one for one in lines if one.task.due is not None]
    return sorted(dated, key=lambda one: _key(one.task))


def read_held(session: Session, event_ids: Iterable[int]) -> Mapping[int, Held]:
    """The days of meetings, local to each; those without a date are left out: one query."""
    query = (
        select(
            EventSession.event_id,
            Event.zone,
            func.min(EventSession.starts_at).label("start"),
            func.max(EventSession.ends_at).label("end"),
        )
        .join(Event, Event.id == EventSession.event_id)
        .where(EventSession.event_id.in_(sorted(set(event_ids))))
        .group_by(EventSession.event_id, Event.zone)
    )
    return {
        row.event_id: Held(
            first=to_local(row.start, row.zone).date(), last=to_local(row.end, row.zone).date()
        )
        for row in session.execute(query)
    }


def wish_of(task: PlanTask) -> TaskWish:
    """What was entered of a stored task."""
    return TaskWish(
        title=task.title,
        title_en=task.title_en,
        when=When(amount=task.amount, unit=task.unit, after=task.after),  # type: ignore[arg-type]  # checked by the table
        due_on=task.due_on,
        account_id=task.account_id,
        assignee=task.assignee,
        note=task.note,
    )


def _key(task: TaskView) -> tuple[bool, int, int]:
    return (task.due is None, task.due.on.toordinal() if task.due else 0, task.id)


def _tasks() -> Select[Any]:
    """Tasks with the names of who does them and of who did."""
    query: Any = (
        select(
            PlanTask,
            func.coalesce(func.nullif(_who.name, ""), _who.email).label("who"),
            func.coalesce(func.nullif(_doer.name, ""), _doer.email).label("doer"),
        )
        .outerjoin(_who, _who.id == PlanTask.account_id)
        .outerjoin(_doer, _doer.id == PlanTask.done_by)
        .order_by(PlanTask.id)
    )
    tasks: Select[Any] = query
    return tasks


def _view(row: Any, held: Held | None, law: str, own_days: int | None) -> TaskView:
    task: PlanTask = row[0]
    wish, bound = wish_of(task), rules.law_for(task.code, law, own_days)
    return TaskView(
        id=task.id,
        event_id=task.event_id,
        code=task.code,
        wish=wish,
        due=rules.due(wish.when, held, bound, wish.due_on) if held else None,
        law=bound,
        who=row.who or task.assignee,
        done_at=task.done_at,
        done_by=row.doer or "",
        version=task.version,
        touched=task.touched,
    )
