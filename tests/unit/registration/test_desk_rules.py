"""What the desk looks for, and how somebody stands there."""

from datetime import UTC, datetime, timedelta

import pytest

from app.base.text import sort_key
from app.base.timezones import to_local
from app.registration.desk.rules import (
    LONGEST,
    ROWS,
    Wanted,
    condition,
    end_of_day,
    latest_end,
    pass_state,
)
from app.registration.presence import DoorFact

NOW = datetime(2026, 6, 23, 1, 0, tzinfo=UTC)
IN = DoorFact(id=1, kind="in", at=NOW - timedelta(minutes=20))
OUT = DoorFact(id=2, kind="out", at=NOW - timedelta(minutes=10))
NOT_IN = DoorFact(id=3, kind="in", at=NOW, undoes=1)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("A-0123", ("A", 123)),
        ("ａ０１２３", ("A", 123)),
        ("123", ("", 123)),
        ("０１２３", ("", 123)),
        ("みほ", None),
        ("090-0000-0000", None),
        ("a@example.com", None),
    ],
)
def test_a_number_is_known_in_any_width(typed: str, number: tuple[str, int] | None) -> None:
    assert Wanted(term=typed).number == number


@pytest.mark.parametrize(
    ("reading", "row"),
    [
        ("あい", "あ"),
        ("ガク", "か"),
        ("ぱぱ", "は"),
        ("ゃき", "や"),
        ("をの", "わ"),
        ("んま", "わ"),
    ],
)
def test_each_reading_stands_in_its_row(reading: str, row: str) -> None:
    key = sort_key(reading, "見本")
    rows = [one for one in ROWS if stands_in(key, one)]
    assert rows == [row]


def test_a_name_without_reading_stands_in_the_last_row() -> None:
    assert [one for one in ROWS if stands_in(sort_key("", "Mihon"), one)] == ["わ"]


def stands_in(key: str, row: str) -> bool:
    low, high = Wanted(row=row).bounds or ("", "")
    return key >= low and (high is None or key < high)


@pytest.mark.parametrize(
    ("state", "way", "facts", "expected"),
    [
        ("confirmed", "venue", (), "expected"),
        ("confirmed", "online", (), "online"),
        ("waiting", "venue", (), "waiting"),
        ("cancelled", "venue", (), "cancelled"),
        ("declined", "venue", (), "declined"),
        ("declined", "venue", (IN,), "in"),
        ("confirmed", "venue", (IN,), "in"),
        ("cancelled", "venue", (IN,), "in"),
        ("confirmed", "venue", (IN, OUT), "out"),
        ("cancelled", "venue", (IN, OUT), "cancelled"),
        ("confirmed", "venue", (IN, NOT_IN), "expected"),
    ],
)
def test_how_somebody_stands(
    state: str, way: str, facts: tuple[DoorFact, ...], expected: str
) -> None:
    assert condition(state, way, facts, NOW) == expected


def test_whoever_is_signed_up_elsewhere_is_said_to_be() -> None:
    assert condition("confirmed", "venue", (), NOW, here=False) == "elsewhere"


def test_a_pass_ends_by_time_or_by_the_office() -> None:
    assert pass_state(NOW + timedelta(seconds=1), None, NOW) == "good"
    assert pass_state(NOW, None, NOW) == "expired"
    assert pass_state(NOW + timedelta(days=1), NOW, NOW) == "revoked"


def test_a_pass_may_reach_the_end_of_the_last_day_by_the_clocks_of_the_meeting() -> None:
    far = NOW + timedelta(days=40)
    for zone in ("Asia/Tokyo", "America/New_York"):
        until = to_local(latest_end(far, zone, NOW), zone)
        assert f"{until:%Y-%m-%d %H:%M}" == f"{to_local(far, zone):%Y-%m-%d} 23:59"
        assert latest_end(far, zone, NOW) == end_of_day(far, zone)
    assert latest_end(NOW + timedelta(days=2), "Asia/Tokyo", NOW) == NOW + LONGEST
    assert latest_end(None, "Asia/Tokyo", NOW) == NOW + LONGEST
