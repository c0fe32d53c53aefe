"""Meetings as a calendar to subscribe to (RFC 5545, RFC 5546 "PUBLISH", RFC 7986)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from icalendar import Calendar, Event, vDuration, vText, vUri

from app.base.ical import PRODID, UTC_ZONES, calendar_address, clean, timezone
from app.base.timezones import to_local
from app.events.changes import Changes
from app.events.facts import MeetingView, Span

REFRESH = timedelta(hours=6)
"""How often programs are asked to look again."""


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Who publishes: ``domain`` stands in every UID and must not change; ``url`` is the page."""

    calendar_name: str
    domain: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One meeting of the feed, in one language; ``url`` is the address of its page.

    ``organiser``: name and mail address of in whose name its letters go.
    """

    meeting: MeetingView
    summary: str
    location: str
    description: str
    url: str
    changes: Changes
    organiser: tuple[str, str]


def calendar(entries: Sequence[Entry], publisher: Publisher) -> bytes:
    """Make the file: UTF-8, CRLF, folded lines, one VEVENT a session of each meeting.

    Nothing of it depends on the clock or on who is signed up, so that the same meetings give the
    same bytes. The online address of a meeting never stands in it.
    """
    made = Calendar()
    made.add("prodid", PRODID)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", vText(clean(publisher.calendar_name)))
    made.add("name", vText(clean(publisher.calendar_name)))
    made.add("url", vUri(publisher.url))
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"
    made.add("refresh-interval", refresh)
    made.add("x-published-ttl", vDuration(REFRESH))
    for zone, (first, last) in _years(entries).items():
        made.add_component(timezone(zone, first, last))
    for entry in entries:
        for event in _events(entry, publisher):
            made.add_component(event)
    file: bytes = made.to_ical(sorted=False)
    return file


def _years(entries: Iterable[Entry]) -> Mapping[str, tuple[int, int]]:
    """The zones that are spoken of, each with the first and last year in which it is."""
    spoken = sorted(
        (entry.meeting.zone, year)
        for entry in entries
        if entry.meeting.zone not in UTC_ZONES
        for span in entry.meeting.spans
        for year in (span.start.year, span.end.year)
    )
    zones = {zone: [year for _, year in pairs] for zone, pairs in groupby(spoken, lambda p: p[0])}
    return {zone: (years[0], years[-1]) for zone, years in zones.items()}


def _events(entry: Entry, publisher: Publisher) -> Iterator[Event]:
    for number, span in enumerate(entry.meeting.spans, start=1):
        yield _event(entry, span, f"event-{entry.meeting.id}-{number}@{publisher.domain}")


def _event(entry: Entry, span: Span, uid: str) -> Event:
    event = Event()
    moment = to_local(entry.changes.latest, "UTC").replace(microsecond=0)
    event.add("uid", uid)
    event.add("sequence", entry.changes.count)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("dtstart", span.start)
    event.add("dtend", span.end)
    cancelled = entry.meeting.facts.state == "cancelled"
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # to know of a meeting is not to be busy
    for name in ("summary", "location", "description"):
        text = clean(getattr(entry, name))
        if text:
            event.add(name, text)
    event.add("url", vUri(entry.url))
    event.add("organizer", calendar_address(*entry.organiser))
    return event
