"""Calendars to subscribe to, read back as a calendar program does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.events.changes import BEGINNING, Changes
from app.events.feed import Entry, Publisher, calendar
from tests.views import DAY, meeting, span

OFFICE = Publisher(
    calendar_name="WNJの会合",
    domain="example.com",
    url="https://example.com/",
)
TOKYO = ZoneInfo("Asia/Tokyo")


def entry(
    changes: Changes | None = None, texts: dict[str, str] | None = None, **more: Any
) -> Entry:
    said = {"summary": "見本の総会", "location": "見本会館, 3階; 東", "description": "一\n二"}
    return Entry(
        meeting=meeting(**more),
        url="https://example.com/events/soukai",
        changes=changes or Changes(),
        organiser=("WNJ 事務局", "tsudoi@example.com"),
        **{**said, **(texts or {})},
    )


def read(*entries: Entry) -> tuple[Calendar, list[Event]]:
    found = Calendar.from_ical(calendar(entries, OFFICE))
    assert all(not part.errors for part in found.walk())
    return found, found.walk("VEVENT")


def test_what_it_says() -> None:
    found, (event,) = read(entry())
    assert (found["VERSION"], found["METHOD"]) == ("2.0", "PUBLISH")
    assert found["X-WR-CALNAME"] == found["NAME"] == "WNJの会合"
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert found["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert found["X-PUBLISHED-TTL"] == "PT6H"
    assert event["UID"] == "event-7-1@example.com"
    assert event["DTSTART"].dt == datetime(2026, 6, 23, 10, 30, tzinfo=TOKYO)
    assert event["DTEND"].dt == datetime(2026, 6, 23, 12, 30, tzinfo=TOKYO)
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert event["SUMMARY"] == "見本の総会"
    assert event["LOCATION"] == "見本会館, 3階; 東"
    assert event["DESCRIPTION"] == "一\n二"
    assert event["URL"] == "https://example.com/events/soukai"
    assert event["ORGANIZER"] == "mailto:tsudoi@example.com"
    assert "ATTENDEE" not in event, "RFC 5546, 3.2.1"


def test_what_rfc_5545_asks_of_lines() -> None:
    data = calendar([entry(texts={"summary": "とても長い題" * 60})], OFFICE)
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # no character is cut in two


def test_several_days_are_several_entries_that_keep_their_uid() -> None:
    _, events = read(entry(spans=(span(), span(DAY))))
    assert [event["UID"] for event in events] == [
        "event-7-1@example.com",
        "event-7-2@example.com",
    ]
    assert [event["DTSTART"].dt.day for event in events] == [23, 24]


def test_a_meeting_that_was_called_off_says_so() -> None:
    when = datetime(2026, 5, 1, 3, 0, 0, 5, tzinfo=UTC)
    _, (event,) = read(entry(Changes(count=2, latest=when), state="cancelled"))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == when.replace(microsecond=0)
    assert event["UID"] == "event-7-1@example.com"


def test_it_is_the_same_to_the_byte_while_nothing_changed() -> None:
    assert calendar([entry()], OFFICE) == calendar([entry()], OFFICE)
    _, (event,) = read(entry())
    assert event["DTSTAMP"].dt == BEGINNING


def test_each_zone_is_described_once_and_for_every_year() -> None:
    berlin = [
        entry(spans=(span(days * DAY, zone="Europe/Berlin"),), zone="Europe/Berlin")
        for days in (0, 180, 900)
    ]
    found, events = read(entry(), *berlin)
    zones = {zone["TZID"]: zone for zone in found.walk("VTIMEZONE")}
    assert list(zones) == ["Asia/Tokyo", "Europe/Berlin"]
    for one, event in zip(berlin, events[1:], strict=True):
        written = event["DTSTART"].dt.replace(tzinfo=zones["Europe/Berlin"].to_tz())
        assert written.astimezone(UTC) == one.meeting.spans[0].start.astimezone(UTC)


def test_an_empty_calendar_is_one() -> None:
    found, events = read()
    assert events == []
    assert found["METHOD"] == "PUBLISH"


def test_the_online_address_is_not_in_it() -> None:
    assert b"himitsu" not in calendar([entry(ways=("online",))], OFFICE)


@pytest.mark.parametrize("field", ["summary", "location", "description"])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_was_typed_stays_in_its_place(field: str, text: str) -> None:
    said = f"x{text}\r\nEND:VEVENT\nX-EVIL:{text}"
    data = calendar([entry(texts={field: said})], OFFICE)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert "X-EVIL" not in event
    assert data.count(b"\r\nEND:VEVENT\r\n") == 1
