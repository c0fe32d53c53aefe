"""Days, times and numbers as the office types them, in a meeting's own zone, to and from UTC."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.validators import StopValidation

from app.base.text import nfkc
from app.base.timezones import to_local, to_utc
from app.organiser.inputs import is_whole

MOST_PLACES = 99_999
_YEARS = range(2000, 2200)
_NUMBERS = re.compile("[0-9]+")


def show_moment(moment: datetime | None, zone: str) -> str:
    """As a field of date and time holds it, to the minute; '' for none."""
    return f"{to_local(moment, zone):%Y-%m-%dT%H:%M}" if moment else ""


def show_session(span: tuple[datetime, datetime], zone: str) -> tuple[str, str, str]:
    """Day, beginning and end as their fields hold them."""
    start, end = (to_local(moment, zone) for moment in span)
    return f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"


def read_session(
    day: Field, start: Field, end: Field, zone: str
) -> tuple[datetime, datetime] | None:
    """Beginning and end in UTC; None, with an error at the field, where they make no sense."""
    for field, words in (
        (day, _("Please enter the date")),
        (start, _("Please enter when it begins")),
        (end, _("Please enter when it ends")),
    ):
        if not field.data:
            wrong(field, words)
            return None
    begins, ends = (read_moment(f"{day.data} {at.data}", zone) for at in (start, end))
    if begins is None:
        wrong(day, _("Please look at the date and the time again"))
        return None
    if ends is None or ends <= begins:
        wrong(end, _("Please enter an end after the beginning"))
        return None
    return begins, ends


def read_moment(text: str, zone: str) -> datetime | None:
    """'2026-06-16T17:00', '2026/6/16 17:00', '2026年6月16日17時' → aware UTC, or None."""
    numbers = [int(one) for one in _NUMBERS.findall(nfkc(text)) if len(one) <= len("2026")]
    if len(numbers) == len(("year", "month", "day", "hour")):
        numbers.append(0)
    if len(numbers) not in {5, 6} or numbers[0] not in _YEARS:
        return None
    year, month, day, hour, minute, *_seconds = numbers
    try:
        return to_utc(datetime(year, month, day, hour, minute), zone)  # noqa: DTZ001  # local
    except ValueError:
        return None


def read_day(text: str) -> date | None:
    """'2026-06-16', '2026/6/16', '2026年6月16日' → that day, or None."""
    numbers = [int(one) for one in _NUMBERS.findall(nfkc(text)) if len(one) <= len("2026")]
    if len(numbers) != len(("year", "month", "day")) or numbers[0] not in _YEARS:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def check_places(field: Field) -> None:
    """Refuse what is no number of places; nothing means no limit.

    Raises:
        StopValidation: with what to do.
    """
    typed = field.data or ""
    if typed and not is_whole(typed, MOST_PLACES):
        raise StopValidation(
            _("Please enter a whole number up to %(n)s, or nothing for no limit", n=MOST_PLACES)
        )


def read_places(field: Field) -> int | None:
    """The number of places of a field that ``check_places`` let pass; None for no limit."""
    return int(field.data) if field.data else None


def wrong(field: Field, words: Any) -> None:
    """Put an error at a field, once."""
    if words not in field.errors:
        field.errors = [*field.errors, words]
