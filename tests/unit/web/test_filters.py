from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from app.base.furigana import in_brackets
from app.web import filters

JUNE = datetime(2026, 6, 23, 10, 30)  # noqa: DTZ001  # local time of a meeting


@dataclass
class Stretch:
    start: datetime
    end: datetime


SPAN = Stretch(JUNE, JUNE.replace(hour=12))


@pytest.mark.parametrize(
    ("filter_", "value", "japanese", "english"),
    [
        (filters.day, JUNE, "2026年6月23日(火)", "Tuesday 23 June 2026"),
        (filters.short_day, JUNE, "6月23日(火)", "Tue 23 June"),
        (filters.moment, JUNE, "6月23日(火) 10:30", "Tue 23 June, 10:30"),
        (filters.span, SPAN, "10:30〜12:30", "10:30–12:30"),
        (
            filters.day_span,
            SPAN,
            "2026年6月23日(火) 10:30〜12:30",
            "Tuesday 23 June 2026, 10:30–12:30",
        ),
    ],
)
def test_dates_as_each_language_writes_them(
    filter_: object, value: object, japanese: str, english: str
) -> None:
    assert filter_(value, "ja") == japanese  # type: ignore[operator]
    assert filter_(value, "en") == english  # type: ignore[operator]


@pytest.mark.parametrize(
    ("day", "read"),
    [
        (23, "6月(ろくがつ)23日(にち) 火曜日(かようび)"),
        (1, "6月(ろくがつ)1日(ついたち) 月曜日(げつようび)"),
        (10, "6月(ろくがつ)10日(とおか) 水曜日(すいようび)"),
        (14, "6月(ろくがつ)14日(じゅうよっか) 日曜日(にちようび)"),
        (20, "6月(ろくがつ)20日(はつか) 土曜日(どようび)"),
        (24, "6月(ろくがつ)24日(にじゅうよっか) 水曜日(すいようび)"),
    ],
)
def test_days_are_read_by_their_names_in_plain_words(day: int, read: str) -> None:
    date = JUNE.replace(day=day)
    assert in_brackets(filters.short_day(date, "easy")) == read
    assert in_brackets(filters.day(date, "easy")) == f"2026年(ねん){read}"
    assert in_brackets(filters.moment(date, "easy")) == f"{read} 10:30"


def test_a_moment_of_another_year_than_this_is_shown_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = datetime(2027, 1, 1, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    monkeypatch.setattr(filters, "now", lambda: datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    assert filters.dated(at, "ja") == "2027年1月1日(金) 9:00"
    assert filters.dated(at, "en") == "Friday 1 January 2027, 9:00"
    monkeypatch.setattr(filters, "now", lambda: datetime(2026, 12, 31, 15, tzinfo=UTC))
    assert filters.dated(at, "ja") == "1月1日(金) 9:00", "it is 2027 in Tokyo already"


def test_from_and_to_are_words_in_plain_words() -> None:
    assert filters.span(SPAN, "easy") == "10:30から 12:30まで"


def test_the_clock_has_24_hours_and_no_leading_zero() -> None:
    assert filters.clock(JUNE.replace(hour=9, minute=5)) == "9:05"
    assert filters.clock(JUNE.replace(hour=17, minute=0)) == "17:00"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("03-0000-0000", "tel:0300000000"),
        ("+81-3-0000-0000", "tel:0300000000"),
        ("+1-212-555-0100", "tel:+12125550100"),
        ("03-0000-0000 内線12", "tel:0300000000"),
        ("内線123", ""),
    ],
)
def test_telephone_links(number: str, link: str) -> None:
    assert filters.tel(number) == link


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("〒231-0000 横浜市 1-2", '<span class="nb">〒231-0000</span> 横浜市 1-2'),
        ("担当 〒 231 0000", '担当 <span class="nb">〒 231 0000</span>'),
        ("<b>〒２３１－００００", '&lt;b&gt;<span class="nb">〒２３１－００００</span>'),
        (Markup("<b>見本</b> 〒2310000"), '<b>見本</b> <span class="nb">〒2310000</span>'),
        ("〒は郵便番号", "〒は郵便番号"),
        ("045-000-0000", "045-000-0000"),
    ],
)
def test_a_postal_code_stays_on_one_line_with_its_mark(text: str, kept: str) -> None:
    assert filters.postal(text) == kept
