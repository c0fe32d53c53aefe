"""The sample meetings: read from ``samples.toml``, moved to dates that are open for sign-up."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.base.timezones import to_local, to_utc
from app.db import Translated, transaction
from app.db.session import WriteSession
from app.events import questions
from app.events.models import Event, EventSession, EventWay, Series
from app.events.presets import PRESETS, QuestionModel

FILE = Path(__file__).with_name("samples.toml")
ZONE = "Asia/Tokyo"
TUESDAY = 1
NOTICE = timedelta(days=30)
# A month that is only planned lies this far behind the dates that are moved.
MONTHS_BEHIND = 3
TEXTS = (
    *("title", "summary", "description", "date_note", "venue_name", "venue_address"),
    *("access", "audience", "hosts", "fee", "bring", "report"),
)
# Month and day on which no association meets: national holidays, o-bon, the turn of the year.
NO_MEETING = frozenset(
    {
        *((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3), (2, 11), (2, 23), (3, 20)),
        *((3, 21), (4, 29), (5, 3), (5, 4), (5, 5), (5, 6), (8, 11), (8, 13), (8, 14), (8, 15)),
        *((8, 16), (9, 22), (9, 23), (11, 3), (11, 23)),
    }
)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The slugs of meetings that were added, and of those that were there already."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def next_fitting_tuesday(today: date) -> date:
    """The first Tuesday at least 30 days after ``today`` on which an association would meet."""
    day = today + NOTICE
    while day.weekday() != TUESDAY or (day.month, day.day) in NO_MEETING:
        day += timedelta(days=1)
    return day


def planned_month(announced: str, moved_to: date | None) -> date:
    """The first day of the month for which a meeting without a date is planned."""
    if moved_to is None:
        return date.fromisoformat(f"{announced}-01")
    years, month = divmod(moved_to.month - 1 + MONTHS_BEHIND, 12)
    return date(moved_to.year + years, month + 1, 1)


def load(now: datetime, *, as_announced: bool = False) -> Loaded:
    """Add the sample meetings that are not there yet; those that are stay as they are.

    Args:
        now: aware; decides where the movable dates go.
        as_announced: keep the announced dates instead of moving them.
    """
    with FILE.open("rb") as file:
        data = tomllib.load(file)
    moved_to = None if as_announced else next_fitting_tuesday(to_local(now, ZONE).date())
    added: list[str] = []
    kept: list[str] = []
    with transaction() as session:
        for given in data["series"]:
            found = session.scalar(select(Series).where(Series.slug == given["slug"]))
            slugs = [event["slug"] for event in given["event"]]
            (kept if found else added).extend(slugs)
            if not found:
                _add_series(session, given, moved_to)
    return Loaded(added=tuple(added), kept=tuple(kept))


def _add_series(session: WriteSession, given: Mapping[str, Any], moved_to: date | None) -> None:
    series = Series(slug=given["slug"], number_letter=given["letter"], is_sample=True)
    session.add(series)
    for position, event in enumerate(given["event"]):
        series.events.append(_event(event, position, moved_to))
    session.flush()
    for event, row in zip(given["event"], series.events, strict=True):
        for position, asked in enumerate(event.get("questions", []), start=1):
            questions.put(session, row.id, _question(asked), position)


def _question(given: Mapping[str, Any]) -> QuestionModel:
    """A ready-made question; ``places`` limits its first choice."""
    model = PRESETS[given["preset"]]
    first, *others = model.choices
    limited = replace(first, places=given.get("places"))
    return replace(model, choices=(limited, *others))


def _event(given: Mapping[str, Any], position: int, moved_to: date | None) -> Event:
    event = Event(slug=given["slug"], kind=given["kind"], position=position, state="published")
    event.zone = ZONE
    event.online_url = given.get("online_url", "")
    for name in TEXTS:
        text = given.get(name, {})
        if name == "date_note" and "planned" in given:
            text = _with_month(text, planned_month(given["planned"], moved_to))
        setattr(event, name, Translated(**{code: said.strip() for code, said in text.items()}))
    for place, way in enumerate(given.get("ways", [])):
        event.ways.append(EventWay(way=way["way"], places=way.get("places"), position=place))
    spans = [_span(text) for text in given.get("dates", [])]
    if spans and moved_to and not given.get("fixed"):
        shift = moved_to - spans[0][0].date()
        spans = [(start + shift, end + shift) for start, end in spans]
    for start, end in spans:
        event.sessions.append(
            EventSession(starts_at=to_utc(start, ZONE), ends_at=to_utc(end, ZONE))
        )
    if spans:
        _set_window(event, given, spans[0][0])
    return event


def _with_month(text: Mapping[str, str], month: date) -> dict[str, str]:
    words = {
        "ja": f"{month.year}年{month.month}月",
        "en": f"{month:%B} {month.year}",
        "easy": f"{month.year}年《ねん》{month.month}月《がつ》",
    }
    return {locale: said.replace("{month}", words[locale]) for locale, said in text.items()}


def _set_window(event: Event, given: Mapping[str, Any], start: datetime) -> None:
    if "doors" in given:
        event.doors_at = to_utc(datetime.combine(start, time.fromisoformat(given["doors"])), ZONE)
    if "opens_days_before" in given:
        opens = start - timedelta(days=given["opens_days_before"])
        event.opens_at = to_utc(datetime.combine(opens, time(10)), ZONE)
    for name, column in (("closes", "closes_at"), ("change_until", "change_until")):
        if name in given:
            setattr(event, column, _days_before(given[name], start))


def _days_before(text: str, start: datetime) -> datetime:
    """'7 days before 17:00' → that moment, aware."""
    days, _days, _before, at = text.split()
    day = start - timedelta(days=int(days))
    return to_utc(datetime.combine(day, time.fromisoformat(at)), ZONE)


def _span(text: str) -> tuple[datetime, datetime]:
    """'2026-06-23 10:30-12:30' → local start and end."""
    day, hours = text.split()
    start, end = hours.split("-")
    on = date.fromisoformat(day)
    return (
        datetime.combine(on, time.fromisoformat(start)),
        datetime.combine(on, time.fromisoformat(end)),
    )
