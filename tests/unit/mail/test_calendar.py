"""Invites, read back as a calendar program does."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.mail.calendar import Party, calendar_object
from app.mail.letter import Invite

STAMP = datetime(2026, 5, 1, 3, 0, 0, 123456, tzinfo=UTC)
OFFICE = Party(name="WNJ 事務局", address="tsudoi@example.com")
PERSON = Party(name="見本 花子", address="mihon@example.com")
INVITE = Invite(
    uid="registration-1-event-1-1@example.com",
    sequence=2,
    method="REQUEST",
    start=datetime(2026, 6, 23, 1, 30, tzinfo=UTC),
    end=datetime(2026, 6, 23, 3, 30, tzinfo=UTC),
    zone="Asia/Tokyo",
    summary="第30回 WNJ 定期総会",
    location="オルタナティブ館 地下1階, スペース・オルタ; 新横浜",
    description="持ち物: 筆記用具\n\\ 変更は\r\nお電話で",
    url="http://127.0.0.1:8000/r/abc234",
)


def made(invite: Invite = INVITE, person: Party = PERSON, office: Party = OFFICE) -> bytes:
    return calendar_object(invite, stamp=STAMP, organiser=office, attendee=person)


def event_of(data: bytes) -> Event:
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    return event


def test_what_it_says() -> None:
    calendar = Calendar.from_ical(made())
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert calendar["PRODID"]
    event = event_of(made())
    assert event["UID"] == INVITE.uid
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == INVITE.summary
    assert event["LOCATION"] == INVITE.location
    assert event["DESCRIPTION"] == "持ち物: 筆記用具\n\\ 変更は\nお電話で"
    assert event["URL"] == INVITE.url
    assert event["DTSTAMP"].dt == STAMP.replace(microsecond=0)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert event["DTSTART"].dt == datetime(2026, 6, 23, 10, 30, tzinfo=tokyo)
    assert event["DTEND"].dt == datetime(2026, 6, 23, 12, 30, tzinfo=tokyo)
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert event["ORGANIZER"] == "mailto:tsudoi@example.com"
    assert event["ORGANIZER"].params["CN"] == "WNJ 事務局"
    assert event["ATTENDEE"] == "mailto:mihon@example.com"
    parameters = event["ATTENDEE"].params
    assert (parameters["PARTSTAT"], parameters["RSVP"]) == ("ACCEPTED", "FALSE")


def test_a_cancellation() -> None:
    data = made(replace(INVITE, method="CANCEL", sequence=3))
    assert Calendar.from_ical(data)["METHOD"] == "CANCEL"
    assert event_of(data)["STATUS"] == "CANCELLED"
    assert event_of(data)["UID"] == INVITE.uid, "the same meeting in the calendar"


def test_lines_end_in_crlf_and_are_short() -> None:
    lines = made(replace(INVITE, summary="長い題" * 100)).split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode("utf-8")  # no character is cut in two


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert made() == made()


def test_tokyo_has_its_time_zone_in_the_file() -> None:
    (zone,) = Calendar.from_ical(made()).walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Tokyo"
    (standard,) = zone.walk("STANDARD")
    assert standard["TZOFFSETTO"].to_ical() == "+0900"
    assert "COMMENT" not in zone


@pytest.mark.parametrize("month", [1, 7])
def test_a_zone_with_summer_time(month: int) -> None:
    start = datetime(2026, month, 10, 9, 0, tzinfo=UTC)
    invite = replace(INVITE, zone="Europe/Berlin", start=start, end=start.replace(hour=10))
    calendar = Calendar.from_ical(made(invite))
    (zone,) = calendar.walk("VTIMEZONE")
    written = event_of(made(invite))["DTSTART"].dt.replace(tzinfo=None)
    # Read by the file's own rules, not by what this machine knows of Berlin.
    assert written.replace(tzinfo=zone.to_tz()).astimezone(UTC) == start


def test_utc_needs_no_time_zone() -> None:
    data = made(replace(INVITE, zone="UTC"))
    assert b"DTSTART:20260623T013000Z\r\n" in data
    assert Calendar.from_ical(data).walk("VTIMEZONE") == []


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="iTIP"):
        made(replace(INVITE, method="PUBLISH"))
    with pytest.raises(ValueError, match="time zone"):
        made(replace(INVITE, zone="Mars/Base"))


NASTY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(name=NASTY, text=NASTY)
def test_whatever_was_typed_stays_in_its_place(name: str, text: str) -> None:
    invite = replace(INVITE, summary=text, description=f"{text}\nEND:VEVENT\r\nX:{name}")
    data = made(invite, person=Party(name=name, address="mihon@example.com"))
    event = event_of(data)
    assert event["ATTENDEE"] == "mailto:mihon@example.com"
    assert "X" not in event
    assert data.count(b"\r\nEND:VEVENT\r\n") == 1


@pytest.mark.parametrize(
    "name", ['髙 "𠮷", <b>: x; y', "a\r\nATTENDEE:mailto:x@example.com", "^n^'"]
)
def test_names_that_calendars_find_hard(name: str) -> None:
    event = event_of(made(person=Party(name=name, address="mihon@example.com")))
    assert event["ATTENDEE"] == "mailto:mihon@example.com"


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "o'hara&?%#@example.com"])
def test_addresses_that_are_hard(address: str) -> None:
    from urllib.parse import unquote

    event = event_of(made(person=Party(name="", address=address)))
    assert unquote(str(event["ATTENDEE"])) == f"mailto:{address}"
    assert "CN" not in event["ATTENDEE"].params
