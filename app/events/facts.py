"""What pages and letters show of meetings: frozen, in one language, in the meeting's own time."""

from dataclasses import dataclass
from datetime import date, datetime

from app.events.rules import EventFacts, Status, WayPlaces


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time in the meeting's own zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class WayView:
    """A way of attending: ``left`` None means no limit; show it only when ``few``."""

    code: str
    left: int | None
    full: bool
    few: bool


@dataclass(frozen=True, kw_only=True)
class MeetingView:
    """One meeting in one language; texts are '' where unknown, moments local to the meeting."""

    id: int
    series_id: int
    slug: str
    kind: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    status: Status
    facts: EventFacts
    spans: tuple[Span, ...]
    date_note: str
    doors_at: datetime | None
    zone: str
    venue_name: str
    venue_address: str
    access: str
    audience: str
    hosts: str
    fee: str
    bring: str
    report: str
    online_url: str
    ways: tuple[WayView, ...]
    places: tuple[WayPlaces, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    is_sample: bool

    @property
    def day(self) -> date | None:
        """The first day, None while the date is not fixed."""
        return self.spans[0].start.date() if self.spans else None


@dataclass(frozen=True, kw_only=True)
class Day:
    """The meetings of one day at one place, in order, and the minutes between them."""

    date: date
    meetings: tuple[MeetingView, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The list of meetings: days to come, meetings without a date, past ones (latest first)."""

    coming: tuple[Day, ...]
    undecided: tuple[MeetingView, ...]
    past: tuple[MeetingView, ...]
