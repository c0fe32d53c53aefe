"""A meeting as pages see it, for tests without a database."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from app.base.timezones import to_local
from app.events.facts import MeetingView, Span, WayView
from app.events.rules import EventFacts

START = datetime(2026, 6, 23, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEXTS = (
    *("summary", "description", "date_note", "venue_name", "venue_address", "access"),
    *("audience", "hosts", "fee", "bring", "contact", "report"),
)


def span(after: timedelta = timedelta(), hours: int = 2, zone: str = "Asia/Tokyo") -> Span:
    """So long after ``START``, in the time of ``zone``."""
    start = START + after
    return Span(start=to_local(start, zone), end=to_local(start + hours * HOUR, zone))


def meeting(
    *, spans: tuple[Span, ...] | None = None, ways: tuple[str, ...] = ("venue",), **more: Any
) -> MeetingView:
    """The sample assembly; ``more`` are other fields, ``state`` and ``kind`` among them."""
    spans = (span(),) if spans is None else spans
    kind, state = more.pop("kind", "assembly"), more.pop("state", "published")
    known: dict[str, Any] = {
        "kind": kind,
        "state": state,
        "starts_at": spans[0].start if spans else None,
        "ends_at": spans[-1].end if spans else None,
    }
    facts = EventFacts(**{**_nothing(EventFacts), **known})
    given: dict[str, Any] = {
        **_nothing(MeetingView),
        **dict.fromkeys(TEXTS, ""),
        "id": 7,
        "series_id": 1,
        "slug": "soukai",
        "kind": kind,
        "title": "見本の総会",
        "status": "open",
        "facts": facts,
        "spans": spans,
        "zone": "Asia/Tokyo",
        "venue_name": "見本会館",
        "online_url": "https://online.example.com/himitsu",
        "is_sample": False,
        "places": (),
        "ways": tuple(WayView(code=way, left=None, full=False, few=False) for way in ways),
    }
    return MeetingView(**{**given, **more})


def _nothing(kind: type[Any]) -> dict[str, Any]:
    """None for every field."""
    return {field.name: None for field in fields(kind)}
