"""Invites as iTIP objects (RFC 5545, RFC 5546): what calendars put the meeting in by."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event, vText, vUri

from app.base.ical import PRODID, UTC_ZONES, calendar_address, clean, timezone
from app.base.timezones import to_local
from app.mail.letter import Invite

STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}


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
        calendar.add_component(timezone(invite.zone, year, year))
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
        text = clean(getattr(invite, name))
        if text:
            event.add(name, text)
    if invite.url:
        event.add("url", vUri(invite.url))
    event.add("organizer", calendar_address(organiser.name, organiser.address))
    guest = calendar_address(attendee.name, attendee.address)
    guest.params["PARTSTAT"] = vText("ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest)
    return event
