"""Answers of calendars (iTIP REPLY, RFC 5546) to the invites that went with our letters."""

import re
from collections.abc import Iterator
from email.message import Message

from icalendar import Calendar

from app.mail.bounces.facts import CalendarAnswer

PARTSTATS = ("ACCEPTED", "DECLINED", "TENTATIVE")
LARGEST = 200_000
MOST = 20
_UID = re.compile(r"registration-(\d{1,9})-event-(\d{1,9})-\d{1,4}@[A-Za-z0-9.-]{1,255}")


def answers_of(message: Message) -> tuple[CalendarAnswer, ...]:
    """All answers about meetings of ours, in the order of the message; most mail has none."""
    return tuple(answer for part in message.walk() for answer in _of_part(part))[:MOST]


def _of_part(part: Message) -> Iterator[CalendarAnswer]:
    if part.get_content_type() != "text/calendar":
        return
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or len(payload) > LARGEST:
        return
    try:
        calendar = Calendar.from_ical(payload.decode("utf-8", "replace"))
    except (ValueError, IndexError, KeyError):  # no calendar, whatever the part is called
        return
    if str(calendar.get("method", "")).upper() == "REPLY":
        for event in calendar.walk("VEVENT"):
            yield from _of_event(event)


def _of_event(event: object) -> Iterator[CalendarAnswer]:
    get = event.get  # type: ignore[attr-defined]  # icalendar's components are mappings
    uid = _UID.fullmatch(str(get("uid", "")).strip())
    if uid is None:
        return
    given = get("attendee") or []
    for attendee in given if isinstance(given, list) else [given]:
        partstat = str(attendee.params.get("PARTSTAT", "")).upper()
        if partstat in PARTSTATS:
            yield CalendarAnswer(
                uid=uid[0],
                registration_id=int(uid[1]),
                event_id=int(uid[2]),
                attendee=re.sub("(?i)^mailto:", "", str(attendee)).strip()[:254],
                partstat=partstat.lower(),
            )
