"""What a meeting lacks, and how the next one is named and dated."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.meetings.rules import (
    Draft,
    free_letter,
    free_slug,
    make_slug,
    missing,
    moved,
    next_letter,
    next_year,
    raised,
    raised_slug,
    slug_for,
    slug_on,
    too_short,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Draft(
    kind="assembly",
    starts_at=NOW + 80 * DAY,
    ends_at=NOW + 81 * DAY,
    opens_at=NOW,
    closes_at=NOW + 70 * DAY,
    ways=("venue", "online"),
    online_url="https://meeting.example.com/",
    worded=("title", "title_en", "summary", "description", "hosts", "venue_name"),
)


def codes(draft: Draft, *, blocks: bool) -> list[str]:
    return [one.code for one in missing(draft, NOW) if one.blocks == blocks]


def test_nothing_is_missing_where_all_is_there() -> None:
    assert missing(GOOD, NOW) == ()


@pytest.mark.parametrize(
    ("change", "blocks"),
    [
        ({"worded": ("venue_name",)}, ["title"]),
        ({"starts_at": None, "ends_at": None}, ["date"]),
        ({"starts_at": None, "ends_at": None, "worded": ("title", "date_note")}, []),
        ({"ways": ()}, ["ways"]),
        ({"worded": ("title",)}, ["venue"]),
        ({"worded": ("title",), "ways": ("online",)}, []),
        ({"opens_at": None}, ["window"]),
        ({"closes_at": NOW}, ["window_over"]),
        ({"kind": "walk_in", "ways": (), "opens_at": None}, []),
        ({"kind": "walk_in", "ways": (), "worded": ("title",)}, ["venue"]),
        ({"starts_at": NOW - 2 * DAY, "ends_at": NOW - DAY, "closes_at": NOW - 9 * DAY}, []),
    ],
)
def test_what_stands_in_the_way(change: dict[str, object], blocks: list[str]) -> None:
    assert codes(replace(GOOD, **change), blocks=True) == blocks  # type: ignore[arg-type]


def test_what_is_worth_a_look_stands_in_no_way() -> None:
    draft = replace(GOOD, online_url="", worded=("title", "venue_name"), unseen_rules=2)
    assert codes(draft, blocks=True) == []
    assert codes(draft, blocks=False) == [
        "online_url", "summary", "description", "hosts", "english", "rules",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("this", "next_one"),
    [
        ("第30回 WNJ 定期総会", "第31回 WNJ 定期総会"),
        ("第３０回総会", "第31回総会"),
        ("30th WNJ General Assembly", "31st WNJ General Assembly"),
        ("11th to 20th", "12th to 21st"),
        ("アースデー東京 2026", "アースデー東京 2027"),
        ("令和8年度 総会", "令和9年度 総会"),
        ("創立総会", "創立総会"),
        ("電話 045-2026-1", "電話 045-2027-1"),
        ("120260 席", "120260 席"),
    ],
)
def test_titles_count_on(this: str, next_one: str) -> None:
    assert raised(this) == next_one


def test_addresses() -> None:
    assert make_slug("Soukai 2027 / 第31回_A") == "soukai-2027-31-a"
    assert make_slug("総会") == ""
    assert len(make_slug("a" * 100)) == 80
    assert slug_for("walk_in", None) == "walk-in"
    assert slug_for("assembly", date(2027, 6, 22)) == "assembly-2027-06-22"
    assert free_slug("a", {"a", "a-2"}) == "a-3"
    assert len(free_slug("a" * 80, {"a" * 80})) <= 80
    assert raised_slug("wnj-30-soukai", "第30回 WNJ 定期総会") == "wnj-31-soukai"
    assert raised_slug("soukai-2026-06", "総会") == "soukai-2027-06"
    again = raised_slug("assembly-2026-06-16-b", "第16回 総会", 1, date(2027, 6, 15))
    assert again == "assembly-2027-06-15-b"
    assert raised_slug("a-2026-06-16", "総会") == "a-2027-06-15", "the same weekday"
    assert raised_slug("a-2026-13-40", "総会") == "a-2026-13-40"
    assert (next_letter("A"), next_letter("Z"), next_letter("")) == ("B", "A", "A")


def test_a_letter_that_is_used_is_passed_over_as_long_as_there_is_another() -> None:
    assert free_letter("C", set()) == "D"
    assert free_letter("C", {"D", "E"}) == "F"
    assert free_letter("Y", {"Z", "A"}) == "B"
    assert free_letter("C", set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == "D"


def test_an_address_follows_the_day_that_was_chosen() -> None:
    offered = date(2027, 6, 15)
    assert slug_on("assembly-2027-06-15-2", offered, date(2028, 7, 1)) == "assembly-2028-07-01-2"
    assert slug_on("soukai-2027", offered, date(2028, 7, 1)) == "soukai-2028"
    assert slug_on("wnj-31-soukai", offered, date(2027, 7, 1)) == "wnj-31-soukai"
    assert slug_on("assembly-2027-06-15", offered, None) == "assembly"
    assert slug_on("2027-06-15", offered, None) == "2027-06-15"


@pytest.mark.parametrize("day", [date(2026, 6, 23), date(2027, 12, 28), date(2028, 2, 29)])
def test_next_year_is_the_same_weekday_close_to_the_same_date(day: date) -> None:
    found = next_year(day)
    assert found.weekday() == day.weekday()
    assert abs((found - day).days - 365) <= 2


def test_moved_keeps_the_time_on_the_clock_when_clocks_change() -> None:
    start = datetime(2026, 3, 20, 9, tzinfo=UTC)  # 10:00 in Paris, where clocks change on the 29th
    assert moved(start, 14 * DAY, "Europe/Paris") == datetime(2026, 4, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "contacts", "years", "told"),
    [
        (30, 180, 10, ""),
        (30, 30, 1, ""),
        (0, 0, 0, ""),
        (0, 365, 1, ""),
        (31, 30, 10, "contacts_days"),
        (31, 30, 0, "contacts_days"),
        (30, 366, 1, "minutes_years"),
        (0, 1, 0, "minutes_years"),
    ],
)
def test_terms_end_in_the_order_that_people_are_told(
    days: int, contacts: int, years: int, told: str
) -> None:
    terms = {"arrangements_days": days, "contacts_days": contacts, "minutes_years": years}
    assert too_short(terms) == told
