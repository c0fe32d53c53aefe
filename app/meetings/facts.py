"""What the office enters of a meeting, and what pages of the office show of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.events.presets import Words
from app.meetings.rules import Missing

TEXTS = (
    *("title", "summary", "description", "date_note", "audience", "hosts", "fee", "bring"),
    *("contact", "report"),
)
"""Texts that are worded apart from time and place."""
TERMS = ("arrangements_days", "contacts_days", "minutes_years")


@dataclass(frozen=True, kw_only=True)
class NewMeeting:
    """What a meeting begins with. ``spans`` aware; none while the date is not fixed.

    ``series_id``: of the meetings it is signed up for together with; None for a series of its own.
    """

    kind: str
    slug: str
    title: Words
    zone: str
    spans: tuple[tuple[datetime, datetime], ...] = ()
    series_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a meeting says, how long its data are kept, and its address."""

    slug: str
    kind: str
    texts: Mapping[str, Words]
    terms: Mapping[str, int]
    host_id: int | None = None
    """In whose name its letters go; None: the association."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A meeting of any state as the office manages it.

    ``people``: who come or wait; ``touched``: bookings of whatever state, and people who want to be
    told of the date. ``status`` is that of ``events.rules``; ``reopens``: sign-up was closed by
    hand before its time, so that one press opens it again.
    """

    id: int
    series_id: int
    slug: str
    title: str
    zone: str
    state: str
    kind: str
    status: str
    archived: bool
    is_sample: bool
    people: int
    touched: int
    missing: tuple[Missing, ...]
    reopens: bool = False
    others: tuple[tuple[str, str], ...] = field(default=())
    """Slug and title of the other meetings that are signed up for together with it."""

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way of publishing it."""
        return not any(one.blocks for one in self.missing)

    @property
    def takes_sign_ups(self) -> bool:
        """Whether sign-up can be closed."""
        return self.status in {"open", "full", "invited"}

    @property
    def over(self) -> bool:
        """Whether nobody waits for it any more, so that it can go to the archive."""
        return self.status in {"past", "cancelled", "draft"}


@dataclass(frozen=True, kw_only=True)
class SeriesChoice:
    """A series that a new meeting may join: its first day, and what it consists of."""

    id: int
    day: date
    titles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One meeting of last time and how it is called this time."""

    event_id: int
    slug: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class CopyOrder:
    """What is copied: ``day`` is that of the first of ``meetings`` with a date, None if not known.

    ``files``: materials, too.
    """

    meetings: tuple[Copied, ...]
    day: date | None
    files: bool = False
