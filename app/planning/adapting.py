"""A meeting has become another kind: its plan follows where somebody says so.

The tasks of the new kind that are missing come; of the old kind only those go that nobody has
touched and that are not done. What was edited or done, and what was added by hand, always stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from app.auth.facts import Actor
from app.base.errors import ChangedMeanwhile, NotFound
from app.base.tokens import content_digest
from app.db import db, locking, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.planning import rules
from app.planning.facts import PlanView
from app.planning.models import Plan, PlanTask
from app.planning.service import MOST, TooMany, add_model, find_row, lock_event, record
from app.planning.templates import TaskModel
from app.planning.templating import Template, read_template


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A task of the plan as far as it decides whether it goes."""

    id: int
    key: str
    touched: bool
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class Adaptation:
    """What adapting a plan does: ``add`` in the order of the template, ``remove`` ids of tasks."""

    kind: str
    add: tuple[TaskModel, ...]
    remove: tuple[int, ...]

    @property
    def digest(self) -> str:
        """By which a form knows what it shows."""
        come = [one.key for one in self.add]
        return content_digest({"kind": self.kind, "add": come, "remove": list(self.remove)})


def between(template: Template, there: Iterable[Standing]) -> Adaptation:
    """What has to come and what may go, so that a plan is that of the kind of ``template``."""
    tasks = list(there)
    wanted = {one.key for one in template.tasks}
    known = {one.key for one in tasks}
    return Adaptation(
        kind=template.kind,
        add=tuple(one for one in template.tasks if one.key not in known),
        remove=tuple(
            one.id for one in tasks if one.key not in wanted and not one.touched and not one.is_done
        ),
    )


def preview(plan: PlanView) -> Adaptation:
    """What adapting this plan would do: one query."""
    there = (
        Standing(
            id=one.id,
            key=one.code or one.wish.title,
            touched=one.touched,
            is_done=one.is_done,
        )
        for one in sorted(plan.tasks, key=lambda task: task.id)
    )
    return between(read_template(db.session(), plan.kind), there)


def adapt(event_id: int, by: Actor, *, seen: str) -> None:
    """Make the plan of a meeting that of its kind; done already, nothing happens.

    Args:
        event_id: which meeting.
        by: who of the office acts.
        seen: the digest of what was shown before.

    Raises:
        NotFound: there is no such meeting, or it has no plan yet.
        ChangedMeanwhile: something else would come or go than was shown.
        TooMany: with the new ones the meeting would have more than 60 tasks.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event, plan = _both(session, event_id)
        if plan.kind == event.kind:
            return
        rows = _locked_tasks(session, event_id)
        found = between(read_template(session, event.kind), map(_standing, rows))
        if found.digest != seen:
            raise ChangedMeanwhile("plan")
        if len(rows) - len(found.remove) + len(found.add) > MOST:
            raise TooMany("tasks")
        gone = [one.title or one.code for one in rows if one.id in found.remove]
        session.execute(delete(PlanTask).where(PlanTask.id.in_(found.remove)))
        for one in found.add:
            add_model(session, event_id, one)
        before = {"meeting_kind": plan.kind, "law": plan.law, "tasks": gone}
        _follow(plan, event.kind, adapted=True)
        come = [one.key for one in found.add]
        after = {"meeting_kind": plan.kind, "law": plan.law, "tasks": come}
        record(session, "plan.adapted", by, event_id, before, after)


def keep(event_id: int, by: Actor) -> None:
    """Leave the plan of a meeting as it is, and offer no more to adapt it to the kind it has.

    Raises:
        NotFound: there is no such meeting, or it has no plan yet.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event, plan = _both(session, event_id)
        if plan.kind == event.kind:
            return
        before = {"meeting_kind": plan.kind, "law": plan.law}
        _follow(plan, event.kind)
        after = {"meeting_kind": plan.kind, "law": plan.law}
        record(session, "plan.kept", by, event_id, before, after)


def _both(session: WriteSession, event_id: int) -> tuple[Event, Plan]:
    event, plan = lock_event(session, event_id), find_row(session, event_id)
    if plan is None:
        raise NotFound("plan")
    return event, plan


def _locked_tasks(session: WriteSession, event_id: int) -> Sequence[PlanTask]:
    query = select(PlanTask).where(PlanTask.event_id == event_id).order_by(PlanTask.id)
    return session.scalars(locking(query)).all()


def _standing(row: PlanTask) -> Standing:
    return Standing(
        id=row.id,
        key=row.code or row.title,
        touched=row.touched,
        is_done=row.done_at is not None,
    )


def _follow(plan: Plan, kind: str, *, adapted: bool = False) -> None:
    """The plan is of this kind now; an Act that does not bind such a meeting binds it no more.

    ``adapted``: what bound the old kind as delivered gives way to what binds the new one.
    """
    as_delivered = plan.law == rules.laws_of(plan.kind)[0] and plan.own_days is None
    plan.kind = kind
    if plan.law not in rules.laws_of(kind) or (adapted and as_delivered):
        plan.law, plan.own_days = rules.laws_of(kind)[0], None
