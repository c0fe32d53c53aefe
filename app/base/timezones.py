"""The only place where local time and UTC are turned into each other."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

OFFICE = "Asia/Tokyo"
"""Of the office itself, where a moment belongs to no meeting."""


def zone(name: str) -> ZoneInfo:
    """Find a time zone by its IANA name, such as ``Asia/Tokyo``.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: "Asia" is a folder, not a zone
        raise ValueError(f"unknown time zone: {name!r}") from error


_find = zone  # the parameters below bear the same name


def to_utc(naive_local: datetime, zone: str) -> datetime:
    """Turn the time on a wall clock in ``zone`` (IANA name) into an aware datetime in UTC.

    An hour that the clocks skip is read with the offset before the change, so it lands as much
    later as the clocks moved (02:30 becomes 03:30); an hour that comes twice means the first. The
    ``fold`` of the input is not looked at (PEP 495).

    Raises:
        ValueError: the time is already aware, the zone unknown, or the year out of range.
    """
    if naive_local.tzinfo is not None:
        raise ValueError("to_utc takes a naive local time")
    local = naive_local.replace(tzinfo=_find(zone), fold=0)
    try:
        return local.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("time out of range") from error


def to_local(moment: datetime, zone: str) -> datetime:
    """Turn an aware datetime of any zone into the aware local time in ``zone`` (IANA name).

    Raises:
        ValueError: the moment is naive, the zone unknown, or the year out of range.
    """
    if moment.utcoffset() is None:
        raise ValueError("to_local takes an aware moment")
    try:
        return moment.astimezone(_find(zone))
    except OverflowError as error:
        raise ValueError("time out of range") from error
