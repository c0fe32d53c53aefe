"""Templates that the office makes, and plans that follow a change of kind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.auth.facts import Actor
from app.auth.models import AuditValue
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import db, transaction
from app.events.models import Event
from app.planning import adapting, copying, queries, service, templating
from app.planning.facts import TaskView, TaskWish
from app.planning.rules import When, laws_of
from app.planning.templates import MOST, OWN, TaskModel, tasks_for
from app.planning.templating import digest_of, find_model, get_template
from tests.conftest import count_queries
from tests.factories import make_event
from tests.office import actions, make_account

FLOWERS = TaskModel(
    code=OWN, title="花を頼む", title_en="Order flowers", when=When(amount=3), assignee="会計"
)


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account(role="administrator")


def known(kind: str, code: str) -> TaskModel:
    db.session.remove()
    return find_model(get_template(kind), code)


def keys(kind: str) -> list[str]:
    db.session.remove()
    return [one.key for one in get_template(kind).tasks]


def tasks(event_id: int) -> dict[str, TaskView]:
    db.session.remove()
    return {one.code or one.wish.title: one for one in queries.get_plan(event_id).tasks}


def turn_into(event_id: int, kind: str) -> None:
    with transaction() as session:
        session.get_one(Event, event_id).kind = kind
    db.session.remove()


def last_values() -> tuple[dict[str, object], dict[str, object]]:
    db.session.remove()
    row = db.session.scalars(select(AuditValue).order_by(AuditValue.id.desc())).first()
    assert row is not None
    return row.before, row.after


def test_a_new_meeting_begins_with_what_the_office_has_made(by: Actor) -> None:
    old = make_event("old")
    service.make_plan(old)
    templating.add("assembly", FLOWERS, by)
    badges = known("assembly", "badges")
    changed = replace(badges, when=When(amount=5), assignee="見本 花子")
    assert templating.change("assembly", changed, by, seen=digest_of(badges))
    lunches = known("assembly", "lunches")
    templating.remove("assembly", "lunches", by, seen=digest_of(lunches))
    new = make_event("new")
    service.make_plan(new)
    made = tasks(new)
    assert (made["花を頼む"].wish.title_en, made["花を頼む"].who) == ("Order flowers", "会計")
    assert made["花を頼む"].code == ""
    assert (made["badges"].wish.when, made["badges"].who) == (When(amount=5), "見本 花子")
    assert "lunches" not in made
    assert not any(one.touched for one in made.values())
    assert {"lunches", "花を頼む"} & set(tasks(old)) == {"lunches"}


def test_a_ready_made_task_is_added_once_and_only_where_it_belongs(by: Actor) -> None:
    for _press in range(2):
        templating.add_ready("assembly", "balance_sheet", by)
    assert keys("assembly").count("balance_sheet") == 1
    for kind, code in (("briefing", "balance_sheet"), ("assembly", "nothing"), ("nothing", "x")):
        with pytest.raises(NotFound):
            templating.add_ready(kind, code, by)


def test_what_an_act_binds_stays_and_is_never_later(by: Actor) -> None:
    notice = known("assembly", "notice")
    late = replace(notice, when=When(amount=9, unit="clear_days"))
    with pytest.raises(templating.TooLate):
        templating.change("assembly", late, by, seen=digest_of(notice))
    with pytest.raises(templating.Bound):
        templating.remove("assembly", "notice", by, seen=digest_of(notice))
    early = replace(notice, when=When(amount=20, unit="clear_days"), assignee="会計")
    assert templating.change("assembly", early, by, seen=digest_of(notice))
    event = make_event()
    service.make_plan(event)
    assert tasks(event)["notice"].wish.when == When(amount=20, unit="clear_days")


def test_the_second_of_two_administrators_is_refused(by: Actor) -> None:
    badges = known("assembly", "badges")
    first = replace(badges, assignee="一")
    assert templating.change("assembly", first, by, seen=digest_of(badges))
    assert not templating.change("assembly", first, by, seen=digest_of(first))
    with pytest.raises(ChangedMeanwhile):
        templating.change("assembly", replace(badges, assignee="二"), by, seen=digest_of(badges))
    with pytest.raises(ChangedMeanwhile):
        templating.remove("assembly", "badges", by, seen=digest_of(badges))
    stale = get_template("assembly").digest
    templating.add("assembly", FLOWERS, by)
    with pytest.raises(ChangedMeanwhile):
        templating.put_back("assembly", by, seen=stale)
    assert known("assembly", "badges").assignee == "一"


def test_what_many_add_at_once_is_all_there(app: Flask, by: Actor) -> None:
    def press(number: int) -> None:
        with app.app_context():
            templating.add("other", replace(FLOWERS, title=f"花 {number}"), by)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(8)))
    assert {f"花 {number}" for number in range(8)} <= set(keys("other"))
    assert len(keys("other")) == len(tasks_for("other")) + 8


def test_own_tasks_have_titles_of_their_own_and_a_limit(by: Actor) -> None:
    for _press in range(2):
        templating.add("walk_in", FLOWERS, by)
    assert keys("walk_in").count("花を頼む") == 1
    with pytest.raises(templating.TwiceNamed):
        templating.add("walk_in", replace(FLOWERS, assignee="別の人"), by)
    for number in range(MOST - len(keys("walk_in"))):
        templating.add("walk_in", replace(FLOWERS, title=f"花 {number}"), by)
    with pytest.raises(templating.TooMany):
        templating.add("walk_in", replace(FLOWERS, title="もう一つ"), by)


def test_order_and_the_way_back_are_told_before_and_after(app: Flask, by: Actor) -> None:
    templating.move("walk_in", "things", by, up=True)
    assert keys("walk_in") == ["things", "publicity", "thanks"]
    before, after = last_values()
    assert before["task_order"] == ["publicity", "things", "thanks"]
    assert after["task_order"] == ["things", "publicity", "thanks"]
    templating.move("walk_in", "things", by, up=True)  # it is the first: nothing happens
    assert templating.list_changed() == {"walk_in"}
    for _press in range(2):
        templating.put_back("walk_in", by, seen=get_template("walk_in").digest)
    db.session.remove()
    assert get_template("walk_in").tasks == tasks_for("walk_in")
    assert templating.list_changed() == frozenset()
    things = known("walk_in", "things")
    templating.change("walk_in", replace(things, title="荷物"), by, seen=digest_of(things))
    before, after = last_values()
    assert before["template_task things"]["title"] == ""  # type: ignore[index]  # as it was written
    assert after["template_task things"]["title"] == "荷物"  # type: ignore[index]
    assert actions(app) == [
        *("plan_template.task_moved", "plan_template.put_back", "plan_template.task_changed")
    ]


def test_a_plan_follows_the_kind_but_keeps_what_was_edited_or_done(app: Flask, by: Actor) -> None:
    event = make_event()
    service.make_plan(event)
    there = tasks(event)
    edited = TaskWish(title="", when=When(amount=20), assignee="会計")
    service.change_task(event, there["minutes"].id, edited, 1, by)
    service.mark(event, there["papers"].id, by, done=True)
    service.add_task(event, TaskWish(title="看板", when=When(amount=1)), by)
    assert not queries.get_plan(event).is_of_other_kind
    turn_into(event, "briefing")
    assert queries.is_of_other_kind(event)
    plan = queries.get_plan(event)
    assert (plan.made_for, plan.kind) == ("assembly", "briefing")
    shown = adapting.preview(plan)
    adapting.adapt(event, by, seen=shown.digest)
    adapting.adapt(event, by, seen=shown.digest)  # pressed twice
    after = tasks(event)
    assert set(there) - set(after) == {"notice", "lunches"}
    assert set(after) - set(there) == {"publicity", "report", "看板"}
    assert (after["minutes"].who, after["papers"].is_done) == ("会計", True)
    plan = queries.get_plan(event)
    assert (plan.law, plan.is_of_other_kind) == ("own", False)
    assert actions(app).count("plan.adapted") == 1
    before, come = last_values()
    assert before["tasks"] == ["notice", "lunches"]
    assert come["tasks"] == ["publicity", "report"]


def test_what_was_edited_meanwhile_is_not_lost(by: Actor) -> None:
    event = make_event()
    service.make_plan(event)
    turn_into(event, "other")
    shown = adapting.preview(queries.get_plan(event))
    lunches = tasks(event)["lunches"]
    service.change_task(event, lunches.id, replace(lunches.wish, note="弁当30個"), 1, by)
    with pytest.raises(ChangedMeanwhile):
        adapting.adapt(event, by, seen=shown.digest)
    assert {"lunches", "papers"} <= set(tasks(event))
    adapting.adapt(event, by, seen=adapting.preview(queries.get_plan(event)).digest)
    assert {"lunches", "papers"} & set(tasks(event)) == {"lunches"}


def test_what_bound_the_old_kind_as_delivered_gives_way(by: Actor) -> None:
    event = make_event(kind="briefing")
    service.make_plan(event)
    turn_into(event, "founding")
    adapting.adapt(event, by, seen=adapting.preview(queries.get_plan(event)).digest)
    assert queries.get_plan(event).law == laws_of("founding")[0]


def test_a_plan_can_stay_as_it_is(app: Flask, by: Actor) -> None:
    event = make_event()
    service.make_plan(event)
    before = set(tasks(event))
    turn_into(event, "founding")
    for _press in range(2):
        adapting.keep(event, by)
    plan = queries.get_plan(event)
    assert (plan.is_of_other_kind, plan.law, set(tasks(event))) == (
        *(False, "roukyou_founding"),
        before,
    )
    assert actions(app)[-1] == "plan.kept"
    assert actions(app).count("plan.kept") == 1
    with pytest.raises(NotFound):
        adapting.keep(make_event("b"), by)


def test_more_tasks_than_a_meeting_can_have_are_refused(by: Actor) -> None:
    event = make_event()
    service.make_plan(event)
    for number in range(service.MOST - len(tasks(event))):
        service.add_task(event, TaskWish(title=f"花 {number}", when=When(amount=1)), by)
    for one in tasks(event).values():
        service.mark(event, one.id, by, done=True)
    turn_into(event, "briefing")
    with pytest.raises(service.TooMany):
        adapting.adapt(event, by, seen=adapting.preview(queries.get_plan(event)).digest)
    assert len(tasks(event)) == service.MOST


def test_a_copy_knows_what_was_edited_in_the_original(by: Actor) -> None:
    old, new = make_event("a"), make_event("b")
    service.make_plan(old)
    badges = tasks(old)["badges"]
    service.change_task(old, badges.id, replace(badges.wish, when=When(amount=4)), 1, by)
    with transaction() as session:
        copying.copy_plans(session, {old: new})
    copied = tasks(new)
    assert [one.code for one in copied.values() if one.touched] == ["badges"]
    assert queries.get_plan(new).made_for == "assembly"


def test_a_preview_takes_one_query_whatever_the_number(app: Flask, by: Actor) -> None:
    event = make_event()
    service.make_plan(event)
    turn_into(event, "other")

    def queries_of() -> int:
        db.session.remove()
        plan = queries.get_plan(event)
        with count_queries(app) as counted:
            adapting.preview(plan)
        return len(counted)

    few = queries_of()
    for number in range(20):
        service.add_task(event, TaskWish(title=f"花 {number}", when=When(amount=1)), by)
        templating.add("other", replace(FLOWERS, title=f"木 {number}"), by)
    assert few == queries_of() == 1
