"""Whom a change of a meeting concerns, as the letters tell it: one answer for all who ask.

A new time concerns everybody; a place those who come there, or may; an online address those who
have a place online, who need it and are always told.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_

from app.registration.models import LIVE, Booking

PLACE = frozenset({"venue_name", "venue_address"})
PLACE_AND_TIME = PLACE | {"spans"}
"""What people who are signed up are told if the office wishes."""
TOLD = PLACE_AND_TIME | {"online_url"}
"""What they may be told; those online always hear of their address."""


def kinds_of(changed: Collection[str], *, tell: bool = True) -> tuple[str, ...]:
    """The notices that tell a change: 'changed' to everybody, 'venue' and 'online' to some.

    Args:
        changed: names of settings.
        tell: whether the office wishes to tell what it need not.
    """
    if tell and "spans" in changed:
        return ("changed",)
    place = ("venue",) if tell and PLACE.intersection(changed) else ()
    return (*place, *(("online",) if "online_url" in changed else ()))


def bookings_of(kind: str) -> ColumnElement[bool]:
    """The bookings that a notice of this kind is for."""
    if kind == "online":
        return and_(Booking.way == "online", Booking.state == "confirmed")
    states = ("waiting",) if kind == "queue_ended" else LIVE
    live = or_(*(Booking.state == state for state in states))
    return and_(Booking.way == "venue", live) if kind == "venue" else live
