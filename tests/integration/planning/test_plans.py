from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import db, transaction
from app.events.models import Event, EventSession
from app.planning import copying, queries, service, templating
from app.planning.facts import TaskView, TaskWish
from app.planning.rules import When
from tests.conftest import count_queries
from tests.factories import make_event
from tests.office import actions, make_account

OWN = TaskWish(title="花を頼む", when=When(amount=3), assignee="例の家")


def hold(event_id: int, start: datetime) -> None:
    """Move a meeting."""
    with transaction() as session:
        for one in session.scalars(select(EventSession).where(EventSession.event_id == event_id)):
            one.starts_at, one.ends_at = start, start + timedelta(hours=2)


def tasks(event_id: int) -> dict[str, TaskView]:
    db.session.remove()
    return {one.code or one.wish.title: one for one in queries.get_plan(event_id).tasks}


def day_of(task: TaskView) -> date | None:
    return task.due and task.due.on


JUNE_23 = datetime(2026, 6, 23, 1, 30, tzinfo=UTC)
JULY_14 = datetime(2026, 7, 14, 1, 30, tzinfo=UTC)


def test_every_meeting_to_come_gets_its_plan_once(app: Flask) -> None:
    events = [make_event("a"), make_event("b", kind="walk_in"), make_event("c", starts_in=None)]
    over = make_event("d", starts_in=timedelta(days=-9))
    off = make_event("e", state="cancelled")
    service.give_plans()
    service.give_plans()
    assert [len(tasks(one)) > 2 for one in (*events, over, off)] == [True] * 3 + [False] * 2
    assert [one.due for one in tasks(events[2]).values()] == [None] * len(tasks(events[2]))
    assert actions(app) == ["plan.made"] * 3


def test_moving_the_meeting_moves_what_nobody_has_entered(app: Flask) -> None:
    event, by = make_event(), make_account()
    hold(event, JUNE_23)
    service.make_plan(event, by)
    assert day_of(tasks(event)["notice"]) == date(2026, 6, 12)
    badges = tasks(event)["badges"]
    entered = TaskWish(title="", when=badges.wish.when, due_on=date(2026, 6, 18))
    service.change_task(event, badges.id, entered, badges.version, by)
    hold(event, JULY_14)
    assert day_of(tasks(event)["notice"]) == date(2026, 7, 3)
    assert day_of(tasks(event)["badges"]) == date(2026, 6, 18)


def test_the_by_laws_count_the_notice_anew(app: Flask) -> None:
    event, by = make_event(), make_account()
    hold(event, JUNE_23)
    service.make_plan(event, by)
    service.set_law(event, "roukyou", 7, by)
    assert day_of(tasks(event)["notice"]) == date(2026, 6, 15)
    service.set_law(event, "ippan_written", None, by)
    assert day_of(tasks(event)["notice"]) == date(2026, 6, 8)
    with pytest.raises(service.WrongLaw):
        service.set_law(event, "roukyou_founding", None, by)


def test_what_is_done_says_by_whom_and_can_be_taken_back(app: Flask) -> None:
    event, by = make_event(), make_account()
    service.make_plan(event, by)
    one = tasks(event)["notice"]
    for _press in range(2):
        service.mark(event, one.id, by, done=True)
    done = tasks(event)["notice"]
    assert (done.is_done, done.done_by) == (True, by.name)
    service.mark(event, one.id, by, done=False)
    assert not tasks(event)["notice"].is_done
    assert actions(app)[1:] == ["task.done", "task.undone"]


def test_own_tasks_are_added_changed_and_removed(app: Flask) -> None:
    event, other, by = make_event(), make_event("b"), make_account()
    task_id = service.add_task(event, OWN, by)
    changed = TaskWish(title="花", when=When(amount=1), account_id=by.account_id)
    service.change_task(event, task_id, changed, 1, by)
    assert tasks(event)["花"].who == by.name
    with pytest.raises(ChangedMeanwhile):
        service.change_task(event, task_id, OWN, 1, by)
    with pytest.raises(NotFound):
        service.remove_task(other, task_id, by)
    service.remove_task(event, task_id, by)
    assert tasks(event) == {}
    assert actions(app) == ["task.added", "task.changed", "task.removed"]


def test_under_the_lock_nothing_is_later_than_the_act_allows(app: Flask) -> None:
    event, by = make_event(), make_account()
    hold(event, JUNE_23)
    service.make_plan(event, by)
    notice = tasks(event)["notice"]
    for late in (
        replace(notice.wish, when=When(amount=3)),
        replace(notice.wish, due_on=date(2026, 6, 13)),
    ):
        with pytest.raises(templating.TooLate):
            service.change_task(event, notice.id, late, notice.version, by)
    with pytest.raises(templating.Bound):
        service.remove_task(event, notice.id, by)
    early = replace(notice.wish, due_on=date(2026, 6, 12))
    service.change_task(event, notice.id, early, notice.version, by)
    service.set_law(event, "own", None, by)
    service.remove_task(event, notice.id, by)
    assert "notice" not in tasks(event)


def test_a_copy_counts_from_the_new_date_and_is_not_done(app: Flask) -> None:
    old, new = make_event("a"), make_event("b")
    by = make_account()
    hold(old, JUNE_23)
    hold(new, JULY_14)
    service.make_plan(old, by)
    service.set_law(old, "roukyou", 7, by)
    entered = TaskWish(title="花", when=When(amount=0), due_on=date(2026, 6, 16), note="白い花")
    service.add_task(old, entered, by)
    service.mark(old, tasks(old)["notice"].id, by, done=True)
    with transaction() as session:
        copying.copy_plans(session, {old: new})
    copied = tasks(new)
    assert set(copied) == set(tasks(old))
    assert day_of(copied["notice"]) == date(2026, 7, 6)
    assert (day_of(copied["花"]), copied["花"].wish.note) == (date(2026, 7, 7), "白い花")
    assert not any(one.is_done for one in copied.values())


def test_what_is_due_is_read_by_two_queries_whatever_the_number(app: Flask) -> None:
    by = make_account()

    def lines() -> int:
        db.session.remove()
        return len(queries.list_tasks("ja", now() - timedelta(hours=1)))

    first = make_event("a")
    service.make_plan(first, by)
    with count_queries(app) as few:
        before = lines()
    for slug in "bcd":
        service.make_plan(make_event(slug), by)
    with count_queries(app) as many:
        assert lines() == 4 * before
    assert len(few) == len(many) == 2
    with transaction() as session:
        session.get_one(Event, first).state = "cancelled"
    done = tasks(first)["notice"]
    service.mark(first, done.id, by, done=True)
    assert lines() == 3 * before
    assert queries.list_tasks("ja", now(), meetings=[first]) == []
    with transaction() as session:
        rest = session.scalars(select(Event).where(Event.id != first)).all()
        rest[0].archived_at = now()
    assert lines() == 2 * before
