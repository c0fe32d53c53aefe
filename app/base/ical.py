"""What every calendar file of ours needs (RFC 5545): time zones, clean texts, who made it."""

from datetime import date
from functools import cache
from urllib.parse import quote

from icalendar import Timezone, vCalAddress, vText

from app.base.characters import has_control

PRODID = "-//Tsudoi//Meetings//EN"
UTC_ZONES = ("UTC", "Etc/UTC")


def clean(text: str) -> str:
    """Without characters that have no place in a calendar; line ends are kept, as LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if not has_control(c)) for line in lines)


@cache
def timezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """The VTIMEZONE of an IANA zone, good for these years; made once, since it costs milliseconds.

    Nobody may change what is handed out.

    Raises:
        ValueError: there is no such zone.
    """
    made = Timezone.from_tzid(
        zone, first_date=date(first_year - 1, 1, 1), last_date=date(last_year + 2, 1, 1)
    )
    made.pop("COMMENT", None)
    return made


def calendar_address(name: str, address: str) -> vCalAddress:
    """Somebody with a mail address, for ORGANIZER and ATTENDEE; ``name`` may be ''."""
    made = vCalAddress(f"mailto:{quote(address, safe='@!$*+-._~')}")
    # A parameter can neither hold a double quote nor escape it (RFC 5545, 3.2).
    name = " ".join(clean(name).replace('"', "'").split())
    if name:
        made.params["CN"] = vText(name)
    return made
