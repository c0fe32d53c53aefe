"""The office's own templates of plans: what a meeting of each kind begins with."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, Invalid, NotFound
from app.base.tokens import content_digest
from app.db import db, locking, transaction
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.planning import templates
from app.planning.models import PlanTemplate
from app.planning.rules import keeps
from app.planning.templates import TEMPLATES, TaskModel, as_plain, tasks_for

Tasks = tuple[TaskModel, ...]


class TooMany(Invalid):
    """The template has as many tasks as it can have."""


class TooLate(Invalid):
    """An Act binds the task, and counted like this it could be later than that lets."""


class TwiceNamed(Invalid):
    """The template has another task of one's own with this title."""


class Bound(Conflict):
    """An Act asks for the task, so it stays."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """The tasks of a kind of meeting, in order; ``own``: the office has changed them."""

    kind: str
    tasks: Tasks
    own: bool

    @property
    def digest(self) -> str:
        """By which a form knows the template that it shows."""
        return content_digest({"tasks": [as_plain(one) for one in self.tasks]})


def digest_of(task: TaskModel) -> str:
    """By which a form knows the task that it shows."""
    return content_digest(as_plain(task))


def read_template(session: Session, kind: str) -> Template:
    """The template of a kind of meeting, the delivered one where nobody has changed it: one query.

    Raises:
        NotFound: there is no such kind.
    """
    if kind not in TEMPLATES:
        raise NotFound("kind")
    stored = session.scalar(select(PlanTemplate.tasks).where(PlanTemplate.kind == kind))
    return _template(kind, stored)


def get_template(kind: str) -> Template:
    """The same for a page.

    Raises:
        NotFound: there is no such kind.
    """
    return read_template(db.session(), kind)


def list_changed() -> frozenset[str]:
    """The kinds whose templates the office has changed."""
    query = select(PlanTemplate.kind, PlanTemplate.tasks).order_by(PlanTemplate.kind)
    return frozenset(row.kind for row in db.session.execute(query) if row.tasks is not None)


def find_model(template: Template, code: str) -> TaskModel:
    """One task of a template.

    Raises:
        NotFound: it has none of this code.
    """
    for one in template.tasks:
        if one.code == code:
            return one
    raise NotFound("task")


def add(kind: str, task: TaskModel, by: Actor) -> None:
    """Add a task of the office's own at the end; the same one sent twice is added once.

    Raises:
        NotFound: there is no such kind.
        TooMany: the template has 40 already.
        TwiceNamed: another task of one's own has this title.
        Busy: nothing was stored.
    """

    def changed(there: Tasks) -> Tasks:
        wanted = replace(task, code=templates.OWN + secrets.token_hex(4))
        if any(replace(one, code=wanted.code) == wanted for one in there if one.is_own):
            return there
        return _checked(kind, (*there, wanted))

    _change(kind, by, "plan_template.task_added", changed)


def add_ready(kind: str, code: str, by: Actor) -> None:
    """Add a ready-made task that the template does not have; pressed twice it is added once.

    Raises:
        NotFound: there is no such kind, or no such task of it.
        TooMany: the template has 40 already.
        Busy: nothing was stored.
    """

    def changed(there: Tasks) -> Tasks:
        if any(one.code == code for one in there):
            return there
        found = [one for one in templates.offered(kind, there) if one.code == code]
        if not found:
            raise NotFound("task")
        return _checked(kind, (*there, *found))

    _change(kind, by, "plan_template.task_added", changed)


def change(kind: str, task: TaskModel, by: Actor, *, seen: str) -> bool:
    """Change a task; whether anything was different.

    Args:
        kind: of which template.
        task: all of it; its code says which one it is.
        by: who of the office acts.
        seen: ``digest_of`` the task that this is a change of.

    Raises:
        NotFound: the template has no such task.
        ChangedMeanwhile: it is not as it was seen.
        TooLate: an Act binds it, and it would be later.
        TwiceNamed: another task of one's own has this title.
        Busy: nothing was stored.
    """

    def changed(there: Tasks) -> Tasks:
        before = _known(there, task.code)
        if digest_of(before) != seen:
            raise ChangedMeanwhile("task")
        return _checked(kind, tuple(task if one is before else one for one in there))

    return _change(kind, by, "plan_template.task_changed", changed)


def move(kind: str, code: str, by: Actor, *, up: bool) -> None:
    """Move a task a place up or down.

    Raises:
        NotFound: the template has no such task.
        Busy: nothing was stored.
    """

    def changed(there: Tasks) -> Tasks:
        _known(there, code)
        return templates.moved(there, code, up=up)

    _change(kind, by, "plan_template.task_moved", changed)


def remove(kind: str, code: str, by: Actor, *, seen: str) -> None:
    """Remove a task; plans that were made stay as they are.

    Raises:
        NotFound: the template has no such task.
        ChangedMeanwhile: it is not as it was seen.
        Bound: an Act asks for it.
        Busy: nothing was stored.
    """

    def changed(there: Tasks) -> Tasks:
        gone = _known(there, code)
        if templates.bound_by(kind, code):
            raise Bound("task")
        if digest_of(gone) != seen:
            raise ChangedMeanwhile("task")
        return tuple(one for one in there if one is not gone)

    _change(kind, by, "plan_template.task_removed", changed)


def put_back(kind: str, by: Actor, *, seen: str) -> None:
    """Make the template as it was delivered.

    Args:
        kind: of which template.
        by: who of the office acts.
        seen: the digest of the template that was shown.

    Raises:
        NotFound: there is no such kind.
        ChangedMeanwhile: it is not as it was seen.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = _locked(session, kind)
        before = _template(kind, row.tasks)
        if not before.own:
            return
        if before.digest != seen:
            raise ChangedMeanwhile("template")
        row.tasks, row.changed_at = None, now()
        _record(session, "plan_template.put_back", by, kind, before.tasks, tasks_for(kind))


def _change(kind: str, by: Actor, action: str, changed: Callable[[Tasks], Tasks]) -> bool:
    """Store what a change makes of the tasks as they are under the lock."""
    with transaction() as session:
        row = _locked(session, kind)
        before = _template(kind, row.tasks).tasks
        after = changed(before)
        if after == before:
            return False
        row.tasks, row.changed_at = [as_plain(one) for one in after], now()
        _record(session, action, by, kind, before, after)
        return True


def _checked(kind: str, tasks: Tasks) -> Tasks:
    if len(tasks) > templates.MOST:
        raise TooMany("tasks")
    titles = [one.key for one in tasks if one.is_own]
    if len(titles) != len(set(titles)):
        raise TwiceNamed("title")
    for one in tasks:
        law = templates.bound_by(kind, one.code)
        if law and not keeps(law, one.when):
            raise TooLate("when")
    return tasks


def _known(tasks: Tasks, code: str) -> TaskModel:
    found = [one for one in tasks if one.code == code]
    if not found:
        raise NotFound("task")
    return found[0]


def _template(kind: str, stored: Sequence[Mapping[str, Any]] | None) -> Template:
    if stored is None:
        return Template(kind=kind, tasks=tasks_for(kind), own=False)
    tasks = tuple(map(templates.from_plain, stored))
    return Template(kind=kind, tasks=tasks, own=True)


def _locked(session: WriteSession, kind: str) -> PlanTemplate:
    """The row of a kind, locked; made where there is none yet."""
    if kind not in TEMPLATES:
        raise NotFound("kind")
    made = upsert(db.engine, PlanTemplate).values(kind=kind, tasks=None, changed_at=now())
    session.execute(made.on_conflict_do_nothing(index_elements=["kind"]))
    row: PlanTemplate = session.scalars(
        locking(select(PlanTemplate).where(PlanTemplate.kind == kind))
    ).one()
    return row


def _record(  # noqa: PLR0913, PLR0917  # one entry of the audit table
    session: WriteSession, action: str, by: Actor, kind: str, before: Tasks, after: Tasks
) -> None:
    """Only what differs is told: the tasks, and where they stand if nothing else has changed."""
    gone: dict[str, Any] = {_field(one): as_plain(one) for one in before if one not in after}
    come: dict[str, Any] = {_field(one): as_plain(one) for one in after if one not in before}
    if not gone and not come:
        gone, come = ({"task_order": [one.key for one in tasks]} for tasks in (before, after))
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="settings",
        before={"meeting_kind": kind, **gone},
        after={"meeting_kind": kind, **come},
    )
    audit.record(session, entry, now())


def _field(task: TaskModel) -> str:
    return f"template_task {task.code}"
