from dataclasses import replace

import pytest

from app.events.models import KINDS
from app.planning import templates
from app.planning.adapting import Standing, between
from app.planning.rules import LAWS, When, keeps, laws_of
from app.planning.templates import (
    EXTRAS,
    OWN,
    TEMPLATES,
    TaskModel,
    as_plain,
    from_plain,
    tasks_for,
)
from app.planning.templating import Template

FLOWERS = TaskModel(
    code=f"{OWN}1", title="花を頼む", title_en="Order flowers", when=When(amount=3), assignee="会計"
)


def standing(number: int, key: str, *, touched: bool = False, is_done: bool = False) -> Standing:
    return Standing(id=number, key=key, touched=touched, is_done=is_done)


def template(kind: str, *more: TaskModel) -> Template:
    return Template(kind=kind, tasks=(*tasks_for(kind), *more), own=bool(more))


def test_a_task_is_read_as_it_was_stored() -> None:
    for one in (FLOWERS, *tasks_for("assembly")):
        assert from_plain(as_plain(one)) == one


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        (When(amount=10, unit="clear_days"), True),
        (When(amount=20, unit="clear_days"), True),
        (When(amount=9, unit="clear_days"), False),
        (When(amount=40), False),
        (When(amount=10, unit="office_days"), False),
        (When(amount=10, unit="clear_days", after=True), False),
    ],
)
def test_what_an_act_binds_is_counted_as_the_act_counts(when: When, kept: bool) -> None:  # noqa: FBT001  # a case
    assert keeps(LAWS["roukyou"], when) is kept


def test_only_the_notice_of_an_assembly_and_the_announcement_of_a_founding_are_bound() -> None:
    bound = {
        (kind, one.code)
        for kind in KINDS
        for one in tasks_for(kind)
        if templates.bound_by(kind, one.code)
    }
    assert bound == {("assembly", "notice"), ("founding", "announcement")}
    assert all(
        keeps(LAWS[laws_of(kind)[0]], one.when)
        for kind in KINDS
        for one in tasks_for(kind)
        if templates.bound_by(kind, one.code)
    )


def test_an_announcement_of_an_assembly_is_offered_but_is_in_no_plan_by_itself() -> None:
    assert "assembly_announcement" not in {one.code for one in TEMPLATES["assembly"]}
    assert templates.offered("assembly", tasks_for("assembly")) == EXTRAS["assembly"]
    assert templates.offered("other", tasks_for("other")) == ()
    (gone, *rest) = tasks_for("other")
    assert templates.offered("other", rest) == (gone,)


def test_a_task_moves_a_place_and_stays_at_the_ends() -> None:
    first, second, third = tasks_for("walk_in")
    there = (first, second, third)
    assert templates.moved(there, third.code, up=True) == (first, third, second)
    assert templates.moved(there, first.code, up=False) == (second, first, third)
    assert templates.moved(there, first.code, up=True) == there
    assert templates.moved(there, third.code, up=False) == there


def test_a_plan_loses_only_what_nobody_has_touched_or_done() -> None:
    there = [
        standing(1, "papers"),
        standing(2, "notice", is_done=True),
        standing(3, "minutes", touched=True),
        standing(4, "badges"),
        standing(5, "花を頼む", touched=True),
    ]
    found = between(template("briefing"), there)
    assert found.remove == (1,)
    assert [one.code for one in found.add] == [
        *("publicity", "arrangements", "replies", "calls", "thanks", "report")
    ]


def test_a_task_of_the_offices_own_is_known_again_by_its_title() -> None:
    there = [standing(1, "花を頼む"), standing(2, "看板")]
    found = between(template("walk_in", FLOWERS), there)
    assert found.remove == (2,)
    assert FLOWERS not in found.add
    renamed = between(template("walk_in", replace(FLOWERS, title="花")), there)
    assert renamed.remove == (1, 2)
    assert renamed.digest != found.digest
