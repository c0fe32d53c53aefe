from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.reminders.timing import (
    ASK_BEFORE,
    Standing,
    Stretch,
    Timing,
    decide,
    due_at,
    in_order,
    in_turn,
)

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
LATE = timedelta(hours=24)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at(*numbers: int, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime(*numbers, tzinfo=zone)  # type: ignore[arg-type,misc]


def stretch(start: datetime, hours: int = 2, zone: str = "Asia/Tokyo", event: int = 1) -> Stretch:
    start = start.astimezone(UTC)
    return Stretch(event_id=event, start=start, end=start + hours * HOUR, zone=zone)


def timing(
    unit: str = "days", amount: int = 7, minute: int = 600, *, after: bool = False
) -> Timing:
    return Timing(unit=unit, amount=amount, after=after, minute=minute)


SATURDAY = stretch(at(2026, 6, 20, 13, 30))


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        (timing("days", 7), at(2026, 6, 13, 10)),
        (timing("days", 0, 480), at(2026, 6, 20, 8)),
        (timing("days", 1, after=True), at(2026, 6, 21, 10)),
        (timing("office_days", 2), at(2026, 6, 18, 10)),
        (timing("office_days", 1, 9 * 60 + 30), at(2026, 6, 19, 9, 30)),
        (timing("office_days", 1, after=True), at(2026, 6, 22, 10)),
        (timing("hours", 3), at(2026, 6, 20, 10, 30)),
        (timing("hours", 1, after=True), at(2026, 6, 20, 16, 30)),
    ],
)
def test_the_moment_at_which_a_rule_is_due(rule: Timing, due: datetime) -> None:
    assert due_at(rule, SATURDAY) == due


def test_after_it_counts_from_the_last_day_of_a_long_meeting() -> None:
    long = stretch(at(2026, 6, 20, 13, 30), hours=50)
    assert due_at(timing("days", 1, after=True), long) == at(2026, 6, 23, 10)


def test_the_day_is_that_of_the_meetings_zone() -> None:
    early = stretch(at(2026, 6, 20, 8))  # still the 19th in UTC
    assert due_at(timing("days", 1), early) == at(2026, 6, 19, 10)


def test_the_local_time_stays_when_the_clocks_change() -> None:
    sunday = stretch(at(2026, 3, 31, 18, zone=BERLIN), zone="Europe/Berlin")
    before = due_at(timing("days", 3), sunday)  # summer time began on the 29th
    assert before.astimezone(BERLIN).hour == 10
    assert before == at(2026, 3, 28, 10, zone=BERLIN)
    assert due_at(timing("hours", 72), sunday) == sunday.start - 72 * HOUR


def test_a_time_that_the_clocks_leave_out_is_still_a_moment() -> None:
    """02:30 does not exist on the day on which summer time begins."""
    meeting = stretch(at(2026, 3, 30, 18, zone=BERLIN), zone="Europe/Berlin")
    due = due_at(timing("days", 1, 150), meeting)
    assert abs(due - at(2026, 3, 29, 3, zone=BERLIN)) <= HOUR


def test_before_a_day_the_first_meeting_counts_and_after_it_the_last() -> None:
    morning = stretch(at(2026, 6, 20, 10), hours=8, event=5)
    noon = stretch(at(2026, 6, 20, 12), hours=1, event=3)
    evening = stretch(at(2026, 6, 20, 17), hours=1, event=4)
    every = [evening, noon, morning]
    assert [one.event_id for one in in_order(timing(), every)] == [5, 3, 4]
    assert [one.event_id for one in in_order(timing(after=True), every)] == [5, 4, 3]


DUE = at(2026, 6, 13, 10)
READY = Standing(
    due_at=DUE,
    start=SATURDAY.start,
    before=True,
    seen=True,
    timed_at=DUE - 30 * DAY,
    sent_at=None,
)


@pytest.mark.parametrize(
    ("changes", "now", "step"),
    [
        ({}, DUE - timedelta(seconds=1), ("wait", "")),
        ({}, DUE, ("send", "")),
        ({}, DUE + LATE, ("send", "")),
        ({}, DUE + LATE + timedelta(seconds=1), ("missed", "late")),
        ({}, SATURDAY.start, ("missed", "begun")),
        ({"due_at": SATURDAY.start - HOUR}, SATURDAY.start, ("missed", "begun")),
        ({"before": False}, SATURDAY.start, ("missed", "late")),
        ({"before": False, "due_at": SATURDAY.start + DAY}, SATURDAY.start + DAY, ("send", "")),
        ({"seen": False}, DUE - ASK_BEFORE - timedelta(seconds=1), ("wait", "")),
        ({"seen": False}, DUE - ASK_BEFORE, ("ask", "")),
        ({"seen": False}, DUE + HOUR, ("ask", "")),
        ({"seen": False}, DUE + LATE + HOUR, ("missed", "unseen")),
        ({"timed_at": DUE + HOUR}, DUE + 2 * HOUR, ("wait", "")),
        ({"timed_at": DUE}, DUE, ("send", "")),
        ({"sent_at": DUE}, DUE + HOUR, ("missed", "told")),
        ({"sent_at": DUE - 3 * DAY}, DUE + HOUR, ("send", "")),
        ({"sent_at": DUE - 3 * DAY}, DUE + 2 * DAY, ("missed", "told")),
    ],
)
def test_what_is_done_about_a_rule(
    changes: dict[str, Any], now: datetime, step: tuple[str, str]
) -> None:
    assert decide(replace(READY, **changes), now, LATE) == step


@pytest.mark.parametrize("meetings", [[], [SATURDAY, stretch(at(2026, 6, 21, 10), event=2)]])
def test_rules_are_listed_in_the_order_of_their_time(meetings: list[Stretch]) -> None:
    in_time = [
        *(timing("days", 14), timing("days", 7), timing("office_days", 2)),
        *(timing("days", 1), timing("hours", 2), timing("days", 0, 22 * 60)),
        *(timing("hours", 24, after=True), timing("days", 3, after=True)),
    ]
    assert sorted(in_time[4:] + in_time[:4], key=lambda one: in_turn(one, meetings)) == in_time
