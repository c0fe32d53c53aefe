"""Making plans, changing and doing their tasks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Invalid, NotFound
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventSession
from app.events.practising import is_real
from app.planning import queries, rules
from app.planning.facts import TaskWish
from app.planning.models import Plan, PlanTask
from app.planning.templates import TaskModel
from app.planning.templating import Bound, TooLate, read_template

MOST = 60
"""Tasks of one meeting."""


class TooMany(Invalid):
    """The meeting has as many tasks as it can have."""


class WrongLaw(Invalid):
    """A meeting of this kind is not bound by that Act."""


def give_plans_tick(_stop: object) -> None:
    """Give new meetings their tasks; a duty of the worker.

    Raises:
        Busy: the database could not be had.
    """
    give_plans()


def give_plans() -> None:
    """Give every meeting that is not over its tasks, once.

    Raises:
        Busy: the database could not be had.
    """
    held = exists().where(EventSession.event_id == Event.id)
    coming = exists().where(EventSession.event_id == Event.id, EventSession.ends_at > now())
    has_plan = exists().where(Plan.event_id == Event.id)
    query = select(Event.id).where(~has_plan, Event.state != "cancelled", is_real(), coming | ~held)
    new = list(db.session.scalars(query.order_by(Event.id)))
    db.session.close()
    for event_id in new:
        make_plan(event_id)


def make_plan(event_id: int, by: Actor | None = None) -> None:
    """Give a meeting the tasks of its kind, where it has no plan yet; ``by`` None: the worker.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = lock_event(session, event_id)
        if find_row(session, event_id) is None:
            add_plan(session, event_id, event.kind, rules.laws_of(event.kind)[0], None)
            for one in read_template(session, event.kind).tasks:
                add_model(session, event_id, one)
            record(session, "plan.made", by, event_id)


def set_law(event_id: int, law: str, own_days: int | None, by: Actor) -> None:
    """Say what binds the notice of a meeting; its task is due on the last day that this leaves.

    Args:
        event_id: which meeting.
        law: a key of ``rules.LAWS``, or ``rules.OWN``.
        own_days: the clear days that the by-laws say; None for those of the Act.
        by: who of the office acts.

    Raises:
        NotFound: there is no such meeting, or it has no plan yet.
        WrongLaw: such a meeting is not bound by it.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = lock_event(session, event_id)
        plan = find_row(session, event_id)
        if plan is None:
            raise NotFound("plan")
        if law not in rules.laws_of(event.kind):
            raise WrongLaw("law")
        before = {"law": plan.law, "own_days": plan.own_days}
        plan.law, plan.own_days = law, own_days
        after = {"law": plan.law, "own_days": plan.own_days}
        if before == after:
            return
        _follow_law(session, plan)
        record(session, "plan.law_changed", by, event_id, before, after)


def add_task(event_id: int, wish: TaskWish, by: Actor) -> int:
    """Add a task of the office's own; return its id.

    Raises:
        NotFound: there is no such meeting.
        TooMany: it has 60 already.
        Busy: nothing was stored.
    """
    with transaction() as session:
        lock_event(session, event_id)
        there = session.scalars(select(PlanTask.id).where(PlanTask.event_id == event_id)).all()
        if len(there) >= MOST:
            raise TooMany("tasks")
        row = add_row(session, event_id, "", wish, touched=True)
        session.flush()
        record(session, "task.added", by, event_id, {}, _plain(wish))
        return row.id


def change_task(event_id: int, task_id: int, wish: TaskWish, seen: int, by: Actor) -> None:
    """Change a task.

    Args:
        event_id: of its meeting.
        task_id: which one.
        wish: all of it.
        seen: the version that this is a change of.
        by: who of the office acts.

    Raises:
        NotFound: the meeting has no such task.
        ChangedMeanwhile: it has another version now.
        TooLate: an Act binds it, and it would be later.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = _locked(session, event_id, task_id)
        known = queries.wish_of(row)
        before, after = _plain(known), _plain(wish)
        if before == after:
            return
        if row.version != seen:
            raise ChangedMeanwhile("task")
        if (wish.when, wish.due_on) != (known.when, known.due_on):
            _check_day(session, row, wish)
        called = row.title or row.code
        _write(row, wish)
        row.touched = True
        row.version += 1
        changed = [name for name in after if before[name] != after[name]]
        record(
            *(session, "task.changed", by, event_id),
            {"task": called, **{name: before[name] for name in changed}},
            {"task": row.title or row.code, **{name: after[name] for name in changed}},
        )


def mark(event_id: int, task_id: int, by: Actor, *, done: bool) -> None:
    """Note that a task is done, or take that back; pressed twice it is noted once.

    Raises:
        NotFound: the meeting has no such task.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = _locked(session, event_id, task_id)
        if (row.done_at is not None) == done:
            return
        row.done_at, row.done_by = (now(), by.account_id) if done else (None, None)
        action = "task.done" if done else "task.undone"
        record(session, action, by, event_id, {}, {"task": row.title or row.code})


def remove_task(event_id: int, task_id: int, by: Actor) -> None:
    """Remove a task.

    Raises:
        NotFound: the meeting has no such task.
        Bound: an Act asks for it.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = _locked(session, event_id, task_id)
        if _law_of(session, row):
            raise Bound("task")
        told = {"task": row.title or row.code, **_plain(queries.wish_of(row))}
        record(session, "task.removed", by, event_id, told, {})
        session.execute(delete(PlanTask).where(PlanTask.id == row.id))


def add_plan(
    session: WriteSession, event_id: int, kind: str, law: str, own_days: int | None
) -> None:
    """Insert the plan of a meeting that has none, under the meeting's lock."""
    row = Plan(event_id=event_id, kind=kind, law=law, own_days=own_days, created_at=now())
    session.add(row)


def add_model(session: WriteSession, event_id: int, task: TaskModel) -> None:
    """Insert one task of a template, under the meeting's lock."""
    wish = TaskWish(
        title=task.title, title_en=task.title_en, when=task.when, assignee=task.assignee
    )
    code = "" if task.is_own else task.code
    add_row(session, event_id, code, wish, touched=False)


def add_row(
    session: WriteSession, event_id: int, code: str, wish: TaskWish, *, touched: bool
) -> PlanTask:
    """Insert one task, under the meeting's lock."""
    row = PlanTask(event_id=event_id, code=code, touched=touched, created_at=now())
    _write(row, wish)
    session.add(row)
    return row


def _write(row: PlanTask, wish: TaskWish) -> None:
    row.title, row.title_en, row.due_on = wish.title, wish.title_en, wish.due_on
    row.note = wish.note
    row.amount, row.unit, row.after = wish.when.amount, wish.when.unit, wish.when.after
    row.account_id, row.assignee = wish.account_id, wish.assignee


def _law_of(session: WriteSession, row: PlanTask) -> rules.Law | None:
    """What binds a task of a meeting."""
    plan = find_row(session, row.event_id)
    return rules.law_for(row.code, plan.law, plan.own_days) if plan else None


def _check_day(session: WriteSession, row: PlanTask, wish: TaskWish) -> None:
    """Raise TooLate where an Act binds the task and does not let it be then."""
    held = queries.read_held(session, [row.event_id]).get(row.event_id)
    if not rules.allows(_law_of(session, row), wish.when, held, wish.due_on):
        raise TooLate("when")


def _follow_law(session: WriteSession, plan: Plan) -> None:
    """Count what the Act binds anew, where nobody has entered a day and it is not done."""
    rows = session.scalars(select(PlanTask).where(PlanTask.event_id == plan.event_id))
    for row in rows:
        law = rules.law_for(row.code, plan.law, plan.own_days)
        if law and row.due_on is None and row.done_at is None:
            row.amount, row.unit, row.after = law.days, "clear_days", False
            row.version += 1


def _plain(wish: TaskWish) -> dict[str, Any]:
    when = wish.when
    return {
        "title": wish.title,
        "title_en": wish.title_en,
        "when": f"{when.amount} {when.unit} {'after' if when.after else 'before'}",
        "due_on": wish.due_on.isoformat() if wish.due_on else None,
        "account_id": wish.account_id,
        "assignee": wish.assignee,
        "note": wish.note,
    }


def find_row(session: Session, event_id: int) -> Plan | None:
    """The plan of a meeting, if it has one yet."""
    return session.scalar(select(Plan).where(Plan.event_id == event_id))


def lock_event(session: WriteSession, event_id: int) -> Event:
    """Lock a meeting, since its plan is made and adapted by one at a time.

    Raises:
        NotFound: there is no such meeting.
    """
    found: list[Event] = lock(session, {Event: [event_id]})[Event]
    if not found:
        raise NotFound("event")
    return found[0]


def _locked(session: WriteSession, event_id: int, task_id: int) -> PlanTask:
    query = select(PlanTask).where(PlanTask.id == task_id, PlanTask.event_id == event_id)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NotFound("task")
    return row


def record(  # noqa: PLR0913, PLR0917  # one entry of the audit table
    session: WriteSession,
    action: str,
    by: Actor | None,
    event_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write what was done to the plan of a meeting into the audit log."""
    entry = audit.Entry(
        actor=audit.ACCOUNT if by else audit.SYSTEM,
        account_id=by.account_id if by else None,
        action=action,
        subject="event",
        subject_id=event_id,
        before=before or {},
        after=after or {},
    )
    audit.record(session, entry, now())
