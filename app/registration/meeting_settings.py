"""The settings of a meeting as the office's form shows them, and whom a change concerns."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.base.errors import NotFound
from app.db import db
from app.events.models import Event
from app.registration.meetings import MeetingSettings, settings_of, used_ways
from app.registration.models import Booking


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A meeting's settings, and what of it they cannot change.

    ``used``: ways by which somebody is or was signed up; they stay.
    """

    state: str
    settings: MeetingSettings
    used: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is signed up for a meeting: ``taken`` are the places taken by way."""

    everybody: int
    online: int
    taken: dict[str, int]


def get_stored(event_id: int) -> Stored:
    """The settings of a meeting, drafts included: four queries.

    Raises:
        NotFound: there is none.
    """
    query = select(Event).where(Event.id == event_id)
    query = query.options(selectinload(Event.sessions), selectinload(Event.ways))
    event = db.session.scalar(query)
    if event is None:
        raise NotFound("event")
    used = db.session.scalars(used_ways(event_id))
    return Stored(state=event.state, settings=settings_of(event), used=frozenset(used))


def count_audience(event_id: int) -> Audience:
    """How many come or wait, by one query."""
    query = (
        select(Booking.way, Booking.state, func.count(), func.sum(Booking.seats))
        .where(Booking.event_id == event_id, Booking.state.in_(("confirmed", "waiting")))
        .group_by(Booking.way, Booking.state)
    )
    rows = db.session.execute(query).all()
    return Audience(
        everybody=sum(number for _way, _state, number, _seats in rows),
        online=sum(n for way, state, n, _seats in rows if (way, state) == ("online", "confirmed")),
        taken={way: int(seats) for way, state, _n, seats in rows if state == "confirmed"},
    )
