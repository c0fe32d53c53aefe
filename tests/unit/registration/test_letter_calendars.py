"""What letters put into calendars: one entry a meeting, updated, withdrawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from icalendar import Calendar

from app.mail.calendar import Party, calendar_object
from app.mail.letter import Letter
from app.registration.letters.letters import Why
from tests.facts import AFTERNOON, meeting, offer, person, signup
from tests.unit.registration.test_letters import GROUP, HANAKO, ONLINE, plain_app, told

__all__ = ["plain_app"]


def parsed(letter: Letter | None) -> list[Any]:
    """The calendar objects of a letter as a calendar reads them."""
    assert letter is not None
    made = []
    for invite in letter.invites:
        data = calendar_object(
            invite,
            stamp=datetime(2026, 6, 1, tzinfo=UTC),
            organiser=Party(name="WNJ 事務局", address="tsudoi@example.com"),
            attendee=Party(name=letter.to_name, address=letter.to_address),
        )
        assert data.endswith(b"\r\n")
        lines = data.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines), "RFC 5545, 3.1"
        assert b"\n" not in data.replace(b"\r\n", b"")
        made.append(Calendar.from_ical(data))
    return made


def told_to(calendar: Any) -> tuple[str, str, int, str]:
    (event,) = calendar.walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:tsudoi@example.com"
    assert event["ATTENDEE"] == "mailto:mihon@example.com"
    assert event["DTSTAMP"]
    assert calendar.walk("VTIMEZONE")
    return (calendar["METHOD"], str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"]))


def test_calendars_follow_from_confirmation_to_cancellation(plain_app: Flask) -> None:
    first = signup(HANAKO)
    second = signup(
        person(1, "見本 花子", (1, "online", "confirmed"), (2, "venue", "confirmed")), version=2
    )
    third = signup(
        person(1, "見本 花子", (1, "venue", "cancelled"), (2, "venue", "cancelled")), version=3
    )
    made = [told_to(one) for one in parsed(told(None, first))]
    uids = [uid for _method, uid, _sequence, _status in made]
    assert made == [("REQUEST", uid, 0, "CONFIRMED") for uid in uids]
    assert len(set(uids)) == 2
    changed = [told_to(one) for one in parsed(told(first, second))]
    assert changed == [("REQUEST", uids[0], 1, "CONFIRMED")], "only the meeting that changed"
    cancelled = [told_to(one) for one in parsed(told(second, third))]
    assert cancelled == [("CANCEL", uid, 2, "CANCELLED") for uid in uids]


def test_a_moved_meeting_keeps_its_uid_and_one_called_off_leaves_the_calendar(
    plain_app: Flask,
) -> None:
    moved = offer(meeting(1, start=AFTERNOON), meeting(2, status="cancelled"))
    letter = told(
        signup(HANAKO), signup(HANAKO, version=2), Why(actor="meeting"), old=offer(), new=moved
    )
    made = [told_to(one)[::2] for one in parsed(letter)]
    assert made == [("REQUEST", 1), ("CANCEL", 1)]


def test_a_day_that_a_meeting_no_longer_has_leaves_the_calendar(plain_app: Flask) -> None:
    one = meeting(1)
    span = one.spans[0]
    later = replace(span, start=span.start + timedelta(days=1), end=span.end + timedelta(days=1))
    two_days = offer(meeting(1, spans=(span, later)))
    who = signup(person(1, "見本 花子", (1, "venue", "confirmed")))
    letter = told(who, replace(who, version=2), Why(actor="meeting"), old=two_days, new=offer(one))
    made = [told_to(one) for one in parsed(letter)]
    assert [method for method, *_rest in made] == ["REQUEST", "CANCEL"]
    assert made[0][1] != made[1][1]


def test_another_address_is_another_calendar(plain_app: Flask) -> None:
    moved = signup(HANAKO, version=2, email="other@example.com")
    letter = told(signup(HANAKO, email="mihon@docomo.ne.jp"), moved)
    assert letter is not None
    assert [one.method for one in letter.invites] == ["REQUEST", "REQUEST"]


def test_who_has_no_address_has_no_calendar(plain_app: Flask) -> None:
    letter = told(None, signup(HANAKO, email=""))
    assert letter is not None
    assert letter.invites == ()


def test_a_calendar_entry_says_who_comes_how_and_where_to_change(plain_app: Flask) -> None:
    who = signup(*GROUP[:2])
    (first, _second) = parsed(told(None, who, new=offer(meeting(1, online_url=ONLINE), meeting(2))))
    (event,) = first.walk("VEVENT")
    for part in ("見本 花子", "見本 太郎", ONLINE, "いいえ", "/r/"):
        assert part in event["DESCRIPTION"]
    assert "見本会館" in event["LOCATION"]


def test_what_is_withdrawn_from_a_calendar_no_longer_carries_the_online_address(
    plain_app: Flask,
) -> None:
    online = offer(meeting(1, online_url=ONLINE))
    letter = told(
        signup(person(1, "見本 花子", (1, "online", "confirmed"))),
        signup(person(1, "見本 花子", (1, "online", "cancelled")), version=2),
        new=online,
    )
    (calendar,) = parsed(letter)
    assert told_to(calendar)[0] == "CANCEL"
    assert ONLINE.encode() not in calendar.to_ical()


def test_waiting_is_in_no_calendar(plain_app: Flask) -> None:
    letter = told(None, signup(person(1, "見本 花子", (1, "venue", "waiting", 1))))
    assert parsed(letter) == []
