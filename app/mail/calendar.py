"""Invites as iTIP objects (RFC 5545, RFC 5546): what calendars put the meeting in by."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from urllib.parse import quote

from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from app.base.characters import has_control
from app.base.timezones import to_local
from app.mail.letter import Invite

PRODID = "-//Tsudoi//Meetings//EN"
STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}
UTC_ZONES = ("UTC", "Etc/UTC")


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody with a mail address: the office that invites, or who is invited."""

    name: str
    address: str


def calendar_object(invite: Invite, *, stamp: datetime, organiser: Party, attendee: Party) -> bytes:
    """Make the file of one invite: UTF-8, CRLF, folded lines.

    The same arguments give the same bytes, so a letter sent twice carries the same object. The
    attendee has accepted already (they signed up) and is not asked again.

    Args:
        invite: one meeting of the letter.
        stamp: when the letter was written (aware), for DTSTAMP.
        organiser: the office.
        attendee: to whom the letter goes.

    Raises:
        ValueError: the method is neither REQUEST nor CANCEL, or the zone unknown.
    """
    if invite.method not in STATUS:
        raise ValueError(f"no such iTIP method here: {invite.method!r}")
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", invite.method)
    if invite.zone not in UTC_ZONES:
        year = to_local(invite.start, invite.zone).year
        calendar.add_component(_timezone(invite.zone, year))
    calendar.add_component(_event(invite, stamp, organiser, attendee))
    made: bytes = calendar.to_ical(sorted=False)
    return made


def _event(invite: Invite, stamp: datetime, organiser: Party, attendee: Party) -> Event:
    event = Event()
    event.add("uid", invite.uid)
    event.add("sequence", invite.sequence)
    event.add("dtstamp", to_local(stamp, "UTC").replace(microsecond=0))
    event.add("dtstart", to_local(invite.start, invite.zone))
    event.add("dtend", to_local(invite.end, invite.zone))
    event.add("status", STATUS[invite.method])
    for name in ("summary", "location", "description"):
        text = _clean(getattr(invite, name))
        if text:
            event.add(name, text)
    if invite.url:
        event.add("url", vUri(invite.url))
    event.add("organizer", _address(organiser))
    guest = _address(attendee)
    guest.params["PARTSTAT"] = vText("ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{quote(party.address, safe='@!$*+-._~')}")
    # A parameter can neither hold a double quote nor escape it (RFC 5545, 3.2).
    name = " ".join(_clean(party.name).replace('"', "'").split())
    if name:
        address.params["CN"] = vText(name)
    return address


def _clean(text: str) -> str:
    """Without characters that have no place in a calendar; line ends are kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if not has_control(c)) for line in lines)


@cache
def _timezone(zone: str, year: int) -> Timezone:
    """The VTIMEZONE of a zone around one year; made once, since making it costs milliseconds."""
    timezone = Timezone.from_tzid(
        zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1)
    )
    timezone.pop("COMMENT", None)
    return timezone
