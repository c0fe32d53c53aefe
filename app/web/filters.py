"""How dates and numbers are written: in Japanese, English, and Japanese with readings."""

from datetime import date, datetime
from typing import Protocol

from flask import Flask
from markupsafe import Markup, escape

from app.base.clock import now
from app.base.furigana import annotate
from app.base.languages import PLAIN
from app.base.postal import WRITTEN
from app.base.text import telephone_digits
from app.web.locale import current_locale

KILOBYTE, MEGABYTE = 1000, 1000 * 1000
WEEKDAYS_JA = "月火水木金土日"
MONTH_READINGS = (
    *("いち", "に", "さん", "し", "ご", "ろく"),
    *("しち", "はち", "く", "じゅう", "じゅういち", "じゅうに"),
)
WEEKDAY_READINGS = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
_FIRST_TEN = (
    *("ついたち", "ふつか", "みっか", "よっか", "いつか"),
    *("むいか", "なのか", "ようか", "ここのか", "とおか"),
)
DAY_READINGS = {14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか"} | dict(
    enumerate(_FIRST_TEN, start=1)
)
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Stretch(Protocol):
    """Anything with a start and an end in local time."""

    @property
    def start(self) -> datetime: ...  # noqa: D102
    @property
    def end(self) -> datetime: ...  # noqa: D102


def day(value: date, locale: str | None = None) -> str:
    """2026年6月23日(火) / Tuesday 23 June 2026 / 2026年6月23日 火曜日, with readings."""
    locale = locale or current_locale()
    if locale == "en":
        weekday, month = WEEKDAYS_EN[value.weekday()], MONTHS_EN[value.month - 1]
        return f"{weekday} {value.day} {month} {value.year}"
    return f"{year(value, locale)}{short_day(value, locale)}"


def short_day(value: date, locale: str | None = None) -> str:
    """6月23日(火) / Tue 23 June / 6月23日 火曜日, with readings."""
    return "".join(day_and_weekday(value, locale))


def day_and_weekday(value: date, locale: str | None = None) -> tuple[str, str]:
    """The short day in two parts, of which the second is the smaller matter."""
    locale = locale or current_locale()
    if locale == "en":
        return f"{WEEKDAYS_EN[value.weekday()][:3]} {value.day} {MONTHS_EN[value.month - 1]}", ""
    weekday = WEEKDAYS_JA[value.weekday()]
    if locale != PLAIN:
        return f"{value.month}月{value.day}日", f"({weekday})"
    reading = f"{WEEKDAY_READINGS[value.weekday()]}ようび"
    month = f"|{value.month}月《{MONTH_READINGS[value.month - 1]}がつ》"
    return annotate(month + _plain_day(value.day)), annotate(f" {weekday}曜日《{reading}》")


def _plain_day(number: int) -> str:
    """日 is read by itself, but for days with names of their own: ついたち, はつか."""
    name = DAY_READINGS.get(number)
    return f"|{number}日《{name}》" if name else f"{number}日《にち》"


def clock(value: datetime) -> str:
    """10:30, by the 24-hour clock."""
    return f"{value.hour}:{value.minute:02d}"


def span(value: Stretch, locale: str | None = None) -> str:
    """10:30〜12:30 / 10:30–12:30 / 10:30から 12:30まで."""
    locale, start, end = locale or current_locale(), clock(value.start), clock(value.end)
    if locale == PLAIN:
        return f"{start}から {end}まで"
    return f"{start}{'–' if locale == 'en' else '〜'}{end}"


def day_span(value: Stretch, locale: str | None = None) -> str:
    """2026年6月23日(火) 10:30〜12:30 / Tuesday 23 June 2026, 10:30–12:30."""
    comma = "," if (locale or current_locale()) == "en" else ""
    return f"{day(value.start, locale)}{comma} {span(value, locale)}"


def moment(value: datetime, locale: str | None = None) -> str:
    """6月16日(火) 17:00 / Tue 16 June, 17:00."""
    comma = "," if (locale or current_locale()) == "en" else ""
    return f"{short_day(value, locale)}{comma} {clock(value)}"


def dated(value: datetime, locale: str | None = None) -> str:
    """``moment`` for lists of the office: with its year unless that is the present one."""
    if value.year == now().astimezone(value.tzinfo).year:
        return moment(value, locale)
    comma = "," if (locale or current_locale()) == "en" else ""
    return f"{day(value, locale)}{comma} {clock(value)}"


def year(value: date, locale: str | None = None) -> str:
    """2026年 / 2026."""
    locale = locale or current_locale()
    if locale == "en":
        return str(value.year)
    return annotate(f"{value.year}年《ねん》") if locale == PLAIN else f"{value.year}年"


def file_size(octets: int) -> str:
    """1.2 MB, 340 KB; never 0."""
    kilobytes = max(1, round(octets / KILOBYTE))
    return f"{kilobytes} KB" if kilobytes < KILOBYTE else f"{octets / MEGABYTE:.1f} MB"


def tel(number: str) -> str:
    """The address of a telephone link (RFC 3966): global with its +, else local.

    '' for an extension alone: only a telephone of the same house can dial it.
    """
    digits = telephone_digits(number)
    plus = "+" if number.startswith("+") and not number.startswith("+81") else ""
    return f"tel:{plus}{digits}" if digits else ""


def postal(text: str) -> Markup:
    """A text in which no line ends between 〒 and its number, nor within it."""
    return Markup(WRITTEN.sub(r'<span class="nb">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped


def init_app(app: Flask) -> None:
    """Make the filters known to templates."""
    moments = (clock, span, day_span, moment, dated)
    for filter_ in (day, short_day, day_and_weekday, year, *moments, file_size, tel, postal):
        app.add_template_filter(filter_)
