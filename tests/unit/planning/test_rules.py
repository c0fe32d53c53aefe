from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.officedays import is_office_day
from app.events.models import KINDS
from app.planning import rules
from app.planning.rules import Held, Law, When
from app.planning.templates import TEMPLATES, tasks_for

JUNE_23 = Held(first=date(2026, 6, 23), last=date(2026, 6, 23))


@pytest.mark.parametrize(
    ("days", "day"),
    [
        (10, date(2026, 6, 12)),
        (14, date(2026, 6, 8)),
        (7, date(2026, 6, 15)),
        (5, date(2026, 6, 17)),
    ],
)
def test_clear_days_leave_out_the_day_of_the_meeting_and_that_of_the_act(
    days: int, day: date
) -> None:
    assert rules.clear_days_before(JUNE_23.first, days) == day


@pytest.mark.parametrize(
    ("law", "kind", "days"),
    [
        ("roukyou", "assembly", 10),
        ("roukyou_founding", "founding", 14),
        ("ippan", "assembly", 7),
        ("ippan_written", "assembly", 14),
        ("npo", "assembly", 5),
    ],
)
def test_each_act_binds_one_task_of_its_kind_of_meeting(law: str, kind: str, days: int) -> None:
    bound = [one for one in tasks_for(kind, law) if rules.law_for(one.code, law, None)]
    assert [one.when for one in bound] == [When(amount=days, unit="clear_days")]
    assert law in rules.laws_of(kind)


def test_every_kind_has_tasks_with_codes_of_their_own() -> None:
    assert set(TEMPLATES) == set(KINDS)
    for kind in KINDS:
        codes = [one.code for one in TEMPLATES[kind]]
        assert len(codes) == len(set(codes)) > 2


def test_by_laws_shorten_only_what_the_act_lets_them_shorten() -> None:
    assert rules.law_for("notice", "roukyou", 7) == Law(task="notice", days=7, shorter=True)
    assert rules.law_for("notice", "roukyou", 20) == rules.LAWS["roukyou"]
    assert rules.law_for("notice", "npo", 3) == rules.LAWS["npo"]
    assert rules.law_for("announcement", "roukyou_founding", 3) == rules.LAWS["roukyou_founding"]
    assert rules.law_for("badges", "roukyou", None) is None
    assert rules.law_for("notice", rules.OWN, None) is None


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (When(amount=0), date(2026, 6, 23)),
        (When(amount=7), date(2026, 6, 16)),
        (When(amount=3), date(2026, 6, 19)),  # the 20th is a Saturday
        (When(amount=2, unit="office_days"), date(2026, 6, 19)),
        (When(amount=7, after=True), date(2026, 6, 30)),
        (When(amount=4, after=True), date(2026, 6, 29)),  # the 27th is a Saturday
    ],
)
def test_a_task_falls_on_an_office_day(when: When, day: date) -> None:
    assert rules.due(when, JUNE_23).on == day


def test_of_several_days_the_first_counts_before_and_the_last_after() -> None:
    held = Held(first=date(2026, 6, 23), last=date(2026, 6, 25))
    assert rules.due(When(amount=1), held).on == date(2026, 6, 22)
    assert rules.due(When(amount=1, after=True), held).on == date(2026, 6, 26)


def test_the_last_day_of_an_act_on_a_sunday_is_the_friday_before() -> None:
    law = rules.LAWS["roukyou"]
    held = Held(first=date(2026, 6, 25), last=date(2026, 6, 25))
    due = rules.due(When(amount=10, unit="clear_days"), held, law)
    assert (due.latest, due.on) == (date(2026, 6, 14), date(2026, 6, 12))
    assert not due.brought_forward


def test_a_day_that_was_entered_stays_but_never_after_the_last_day_of_the_act() -> None:
    law, when = rules.LAWS["roukyou"], When(amount=10, unit="clear_days")
    early, late = date(2026, 6, 1), date(2026, 6, 15)
    assert rules.due(when, JUNE_23, law, early).on == early
    brought = rules.due(when, JUNE_23, law, late)
    assert (brought.on, brought.brought_forward) == (date(2026, 6, 12), True)
    assert rules.due(when, JUNE_23, None, late).on == late


def test_a_day_that_the_act_allows_stays_though_nobody_is_there() -> None:
    held = Held(first=date(2026, 6, 25), last=date(2026, 6, 25))
    law, when, sunday = rules.LAWS["roukyou"], When(amount=10, unit="clear_days"), date(2026, 6, 14)
    assert rules.due(when, held, law, sunday) == rules.Due(on=sunday, latest=sunday)


def test_what_has_become_later_than_the_act_allows_says_so() -> None:
    due = rules.due(When(amount=3), JUNE_23, rules.LAWS["roukyou"])
    assert (due.on, due.brought_forward) == (date(2026, 6, 12), True)


@pytest.mark.parametrize(
    ("when", "fixed", "allowed"),
    [
        (When(amount=10, unit="clear_days"), None, True),
        (When(amount=3), None, False),
        (When(amount=40), None, False),
        (When(amount=3), date(2026, 6, 12), True),
        (When(amount=20, unit="clear_days"), date(2026, 6, 13), False),
    ],
)
def test_nobody_enters_what_is_later_than_the_act_allows(
    when: When,
    fixed: date | None,
    allowed: bool,  # noqa: FBT001  # a case
) -> None:
    law = rules.LAWS["roukyou"]
    assert rules.allows(law, when, JUNE_23, fixed) is allowed
    assert rules.allows(None, when, JUNE_23, fixed)


def test_a_day_of_what_an_act_binds_is_copied_as_whole_days_between() -> None:
    law = rules.LAWS["roukyou"]
    for day, amount in ((date(2026, 6, 12), 10), (date(2026, 6, 1), 21), (date(2026, 6, 20), 10)):
        assert rules.as_when(day, JUNE_23, law) == When(amount=amount, unit="clear_days")


DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
WHENS = st.builds(
    When,
    amount=st.integers(0, 60),
    unit=st.sampled_from(["days", "office_days", "clear_days"]),
    after=st.just(False),
)


@given(DAYS, WHENS, st.sampled_from(sorted(rules.LAWS)), st.none() | DAYS)
def test_no_task_of_an_act_is_ever_later_than_its_last_day(
    day: date, when: When, law: str, fixed: date | None
) -> None:
    bound = rules.LAWS[law]
    due = rules.due(when, Held(first=day, last=day), bound, fixed)
    assert (day - due.on).days >= bound.days + 1
    assert fixed is not None or is_office_day(due.on)


@given(DAYS, st.integers(-30, 60))
def test_a_day_as_distance_gives_the_day_back(day: date, away: int) -> None:
    held = Held(first=day, last=day)
    when = rules.as_when(day.fromordinal(day.toordinal() - away), held)
    assert (when.amount, when.after) == (abs(away), away < 0)
