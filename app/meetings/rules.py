"""What a meeting lacks before it is published, and how next year's is named and dated. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.base.timezones import to_local, to_utc

YEAR = timedelta(weeks=52)
"""Next year on the same day of the week."""
DAYS_OF_A_YEAR = 365
LONGEST_SLUG = 80
_NOT_SLUG = re.compile("[^a-z0-9]+")
_COUNTED = re.compile(r"(?<=第)\s*([0-9０-９]+)\s*(?=回)")
_ORDINAL = re.compile(r"\b([0-9]+)(?:st|nd|rd|th)\b")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])")
_ERA_YEAR = re.compile(r"(?<=令和)\s*([0-9０-９]+)\s*(?=年)")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What decides whether a meeting can be published. Moments aware, None where not fixed.

    ``worded``: names of the texts that are there, in English with ``_en`` behind.
    """

    kind: str
    starts_at: datetime | None
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    ways: Collection[str]
    online_url: str
    worded: Collection[str]
    unseen_rules: int = 0
    worded_letters: int = 0


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A thing that is not there yet. ``blocks``: published without it, the page would be wrong."""

    code: str
    blocks: bool = False


def missing(draft: Draft, now: datetime) -> tuple[Missing, ...]:
    """What a meeting lacks at ``now``: first what stands in the way, then what is worth a look."""
    signs_up = draft.kind != "walk_in"
    dated = draft.starts_at is not None
    over = draft.ends_at is not None and now >= draft.ends_at
    comes_in = "venue" in draft.ways or not signs_up
    blocking: Mapping[str, bool] = {
        "title": "title" not in draft.worded,
        "date": not dated and "date_note" not in draft.worded,
        "ways": signs_up and not draft.ways,
        "venue": dated and comes_in and "venue_name" not in draft.worded,
        "window": signs_up and dated and not over and draft.opens_at is None,
        "window_over": signs_up
        and not over
        and draft.closes_at is not None
        and now >= draft.closes_at,
    }
    worth_a_look: Mapping[str, bool] = {
        "over": over,
        "online_url": dated and "online" in draft.ways and not draft.online_url,
        "summary": "summary" not in draft.worded,
        "description": "description" not in draft.worded,
        "hosts": "hosts" not in draft.worded,
        "english": "title_en" not in draft.worded,
        "rules": draft.unseen_rules > 0,
        "letters": draft.worded_letters > 0,
    }
    return (
        *(Missing(code=code, blocks=True) for code, holds in blocking.items() if holds),
        *(Missing(code=code) for code, holds in worth_a_look.items() if holds),
    )


def too_short(terms: Mapping[str, int]) -> str:
    """The term that ends before the one that has to end first; '' where they are in order.

    Everybody is promised that arrangements go first, then contacts, then what the minutes need.
    """
    if terms["contacts_days"] < terms["arrangements_days"]:
        return "contacts_days"
    in_days = terms["minutes_years"] * DAYS_OF_A_YEAR
    return "minutes_years" if in_days < terms["contacts_days"] else ""


def make_slug(typed: str) -> str:
    """``typed`` as an address has it: a to z, 0 to 9 and single hyphens; '' where none is left."""
    return _NOT_SLUG.sub("-", typed.lower()).strip("-")[:LONGEST_SLUG].strip("-")


def slug_for(kind: str, day: date | None) -> str:
    """The address of a new meeting: its kind and its day, if it has one."""
    name = kind.replace("_", "-")
    return f"{name}-{day:%Y-%m-%d}" if day else name


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or with the next number behind it that nobody has."""
    found, number = wanted, 2
    while found in taken:
        found = f"{wanted[: LONGEST_SLUG - 5].rstrip('-')}-{number}"
        number += 1
    return found


def next_letter(last: str) -> str:
    """The letter before the numbers of a new series, so that neighbours differ: A to Z, again A."""
    return chr(ord("A") + (ord(last) - ord("A") + 1) % 26) if "A" <= last <= "Z" else "A"


def free_letter(last: str, used: Collection[str]) -> str:
    """The letter for a new series: the next one that none of ``used`` is, as long as there is one.

    So nobody at work meets the same number twice; the archive may have it, too.
    """
    letter = first = next_letter(last)
    while letter in used:
        letter = next_letter(letter)
        if letter == first:
            break
    return letter


def raised(title: str, years: int = 1) -> str:
    """A title for the next time: 第30回 → 第31回, 30th → 31st; 2026年度, 令和8年度 by ``years``."""
    title = _COUNTED.sub(lambda found: str(int(found[1]) + 1), title)
    title = _ORDINAL.sub(lambda found: _ordinal(int(found[1]) + 1), title)
    return moved_years(title, years)


def moved_years(text: str, years: int) -> str:
    """A text with its years moved."""
    text = _YEAR.sub(lambda found: str(int(found[1]) + years), text)
    return _ERA_YEAR.sub(lambda found: str(int(found[1]) + years), text)


def raised_slug(slug: str, title: str, years: int = 1, day: date | None = None) -> str:
    """wnj-30-soukai → wnj-31-soukai where the title counts 第30回; years are moved.

    A day in it becomes ``day``. The same where it names none of them, for ``free_slug`` to number.
    """
    counted = {int(found[1]) for found in _COUNTED.finditer(title)}

    def beside_days(text: str) -> str:
        parts = [
            str(int(part) + 1) if part.isdigit() and int(part) in counted else part
            for part in text.split("-")
        ]
        return moved_years("-".join(parts), years)

    return _around_days(slug, beside_days, lambda one: day or next_year(one))


def slug_on(slug: str, offered: date, day: date | None) -> str:
    """``slug``, which was offered for the day ``offered``, for another; None: without a date."""
    if day is None:
        return make_slug(_DAY.sub("", slug)) or slug
    years, by = day.year - offered.year, day - offered
    return _around_days(slug, lambda text: moved_years(text, years), lambda one: one + by)


def _around_days(slug: str, beside: Callable[[str], str], days: Callable[[date], date]) -> str:
    """Change what stands beside days such as 2026-06-16, and the days."""
    parts = _DAY.split(slug)
    return "".join(
        _moved_day(part, days) if place % 2 else beside(part) for place, part in enumerate(parts)
    )


def _moved_day(text: str, days: Callable[[date], date]) -> str:
    try:
        return f"{days(date.fromisoformat(text)):%Y-%m-%d}"
    except (ValueError, OverflowError):  # such as 2026-13-01
        return text


def next_year(day: date) -> date:
    """The same weekday of the next year, at most two days from the same date."""
    return day + YEAR


def moved(moment: datetime, by: timedelta, zone: str) -> datetime:
    """``moment`` so many days later at the same time on the wall clock of ``zone``."""
    local = to_local(moment, zone).replace(tzinfo=None)
    return to_utc(local + by, zone)


def _ordinal(number: int) -> str:
    teens = number % 100 in {11, 12, 13}
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
