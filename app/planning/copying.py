"""A plan goes along when a meeting is copied: its tasks are counted from the new date."""

from collections.abc import Mapping

from sqlalchemy import select

from app.db.session import WriteSession
from app.planning import queries, rules
from app.planning.facts import TaskWish
from app.planning.models import Plan, PlanTask
from app.planning.rules import Held, Law
from app.planning.service import add_plan, add_row


def copy_plans(session: WriteSession, pairs: Mapping[int, int]) -> None:
    """Give new meetings the plans of those that they were copied from, in the same transaction.

    Tasks come as not done, with who does them; a day that was entered becomes its distance from
    the meeting, so that it moves with the new one.

    Args:
        session: of the transaction that makes the meetings; they must be flushed.
        pairs: id of each old meeting → id of its copy, which has no plan yet.
    """
    held = queries.read_held(session, pairs)
    plans = session.scalars(select(Plan).where(Plan.event_id.in_(pairs)).order_by(Plan.id))
    known = {plan.event_id: plan for plan in plans.all()}
    for plan in known.values():
        add_plan(session, pairs[plan.event_id], plan.kind, plan.law, plan.own_days)
    rows = session.scalars(
        select(PlanTask).where(PlanTask.event_id.in_(pairs)).order_by(PlanTask.id)
    )
    for row in rows.all():
        bound = known.get(row.event_id)
        law = rules.law_for(row.code, bound.law, bound.own_days) if bound else None
        wish = _moving(queries.wish_of(row), held.get(row.event_id), law)
        add_row(session, pairs[row.event_id], row.code, wish, touched=row.touched)


def _moving(wish: TaskWish, held: Held | None, law: Law | None) -> TaskWish:
    """The same, counted from the meeting; where no date was fixed an entered day is left behind."""
    return TaskWish(
        title=wish.title,
        title_en=wish.title_en,
        when=rules.as_when(wish.due_on, held, law) if wish.due_on and held else wish.when,
        account_id=wish.account_id,
        assignee=wish.assignee,
        note=wish.note,
    )
