"""A plan goes along when a meeting is copied: its tasks are counted from the new date."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db import lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, Series
from app.planning import queries, rules
from app.planning.facts import TaskWish
from app.planning.models import Plan, PlanTask
from app.planning.rules import Held
from app.planning.service import add_plan, add_row


def copy(series_from: int, series_to: int) -> None:
    """Give the meetings of a new series the plans of those that they were copied from.

    Meetings are paired by their order in the series. Tasks come as not done, with who does them;
    a day that was entered becomes its distance from the meeting, so that it moves with the new one.
    A meeting that has a plan already keeps it.

    Raises:
        Busy: nothing was stored.
    """
    with transaction() as session:
        copy_in(session, series_from, series_to)


def copy_in(session: WriteSession, series_from: int, series_to: int) -> None:
    """The same within the transaction that copies the meetings."""
    lock(session, {Series: [series_to]})
    session.flush()
    old, new = _events(session, series_from), _events(session, series_to)
    held = queries.read_held(session, old)
    planned = set(session.scalars(select(Plan.event_id).where(Plan.event_id.in_(new))))
    for source, target in zip(old, new, strict=False):
        plan = session.scalar(select(Plan).where(Plan.event_id == source))
        if plan is not None and target not in planned:
            add_plan(session, target, plan.law, plan.own_days)
            _copy_tasks(session, source, target, held.get(source))


def _copy_tasks(session: WriteSession, source: int, target: int, held: Held | None) -> None:
    query = select(PlanTask).where(PlanTask.event_id == source).order_by(PlanTask.id)
    for row in session.scalars(query).all():
        wish = queries.wish_of(row)
        when = rules.as_when(wish.due_on, held) if wish.due_on and held else wish.when
        add_row(
            session,
            target,
            row.code,
            TaskWish(
                title=wish.title,
                when=when,
                account_id=wish.account_id,
                assignee=wish.assignee,
                note=wish.note,
            ),
        )


def _events(session: WriteSession, series_id: int) -> Sequence[int]:
    query = select(Event.id).where(Event.series_id == series_id)
    return session.scalars(query.order_by(Event.position, Event.id)).all()
