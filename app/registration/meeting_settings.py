"""The settings of a meeting as the office's form shows them, and whom a change concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import selectinload

from app.base.errors import NotFound
from app.db import db
from app.events.models import Event
from app.mail.bounces.models import MailAddress
from app.registration.meetings import MeetingSettings, settings_of, used_ways
from app.registration.models import LIVE, Booking, Participant, Registration


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A meeting's settings, and what of it they cannot change.

    ``used``: ways by which somebody is or was signed up; they stay. ``closed_at``: when sign-up was
    closed by hand (aware), None where it was not.
    """

    state: str
    settings: MeetingSettings
    used: frozenset[str]
    closed_at: datetime | None = None


@dataclass(frozen=True)
class People:
    """How many are told, and how many of them by telephone or post, as mail does not reach them."""

    number: int
    without_mail: int

    def __add__(self, more: "People") -> "People":
        return People(self.number + more.number, self.without_mail + more.without_mail)

    def __bool__(self) -> bool:
        return bool(self.number)


NOBODY = People(0, 0)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is signed up for a meeting: ``taken`` are the places taken by way.

    ``venue``: those who come there, or may; ``online``: those who have a place online.
    """

    everybody: People
    venue: People
    online: People
    taken: dict[str, int]

    def told_by(self, kinds: Collection[str]) -> People:
        """How many notices of these kinds are for."""
        some = {"changed": self.everybody, "venue": self.venue, "online": self.online}
        return sum((some[kind] for kind in kinds), NOBODY)


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
    return Stored(
        state=event.state,
        settings=settings_of(event),
        used=frozenset(used),
        closed_at=event.closed_at,
    )


def count_audience(event_id: int) -> Audience:
    """How many come or wait, by one query."""
    marked = exists().where(
        MailAddress.address_key == Registration.email_key, MailAddress.state == "marked"
    )
    without = case((or_(Registration.email == "", marked), 1), else_=0).label("without")
    query = (
        select(*(Booking.way, Booking.state, without), func.count(), func.sum(Booking.seats))
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .where(Booking.event_id == event_id, Booking.state.in_(LIVE))
        .group_by(Booking.way, Booking.state, without)
    )
    everybody, venue, online = NOBODY, NOBODY, NOBODY
    taken: dict[str, int] = {}
    for way, state, is_without, number, seats in db.session.execute(query):
        counted = People(number, number * is_without)
        everybody += counted
        venue += counted if way == "venue" else NOBODY
        if state == "confirmed":
            taken[way] = taken.get(way, 0) + int(seats)
            online += counted if way == "online" else NOBODY
    return Audience(everybody=everybody, venue=venue, online=online, taken=taken)
