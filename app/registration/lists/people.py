"""One person, over all meetings of a day and whatever sign-ups name them; and other days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.base.errors import NotFound
from app.db import db
from app.events.models import EventSession
from app.registration.facts import PersonView, Signup
from app.registration.models import Booking
from app.registration.queries import read_signups


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with every sign-up of theirs: the one that was asked for first, then the others.

    The same person is known again by name, reading and address, else telephone (``identity``).
    """

    here: PersonView
    identities: tuple[str, ...]
    signups: tuple[tuple[Signup, PersonView], ...]

    @property
    def registration_ids(self) -> tuple[int, ...]:
        """The ids of their sign-ups."""
        return tuple(signup.registration_id for signup, _person in self.signups)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A booking of the same person at a meeting of another day, ``begins`` (None: not fixed)."""

    event_id: int
    participant_id: int
    way: str
    state: str
    begins: datetime | None


def get_person(event_ids: Sequence[int], participant_id: int) -> Person:
    """A participant of any of these meetings, and of no other, in five queries.

    Raises:
        NotFound: nobody of these meetings has this id.
    """
    inside = Booking.event_id.in_(event_ids)
    mine = select(Booking.identity).where(inside, Booking.participant_id == participant_id)
    identities = db.session.scalars(mine).all()
    which = [Booking.participant_id == participant_id]
    rows = _whose(inside, *which)
    known = [one for one in identities if one]
    if known:
        rows += _whose(inside, Booking.identity.in_(known))
    if participant_id not in {row.participant_id for row in rows}:
        raise NotFound("participant")
    signups = read_signups(db.session(), {row.registration_id for row in rows})
    found = sorted({(row.participant_id != participant_id, *row) for row in rows})
    pairs = tuple(
        (signup, person)
        for _other, whose, registration_id in found
        for signup in [signups[registration_id].only(event_ids)]
        for person in signup.people
        if person.id == whose
    )
    return Person(here=pairs[0][1], identities=tuple(known), signups=pairs)


def list_elsewhere(found: Person, event_ids: Collection[int]) -> tuple[Elsewhere, ...]:
    """Where else they are or were signed up, of these meetings, the latest first: one query.

    Whoever was erased is known again nowhere.
    """
    held = select(func.min(EventSession.starts_at)).where(EventSession.event_id == Booking.event_id)
    begins = held.correlate(Booking).scalar_subquery().label("begins")
    columns = (Booking.event_id, Booking.participant_id, Booking.way, Booking.state)
    query = select(*columns, begins).where(
        Booking.event_id.in_(event_ids), Booking.identity.in_(found.identities)
    )
    rows = db.session.execute(query.order_by(begins.desc(), Booking.id.desc())).mappings()
    return tuple(Elsewhere(**row) for row in rows)


def _whose(*which: ColumnElement[bool]) -> list[Any]:
    query = select(Booking.participant_id, Booking.registration_id).where(*which)
    return list(db.session.execute(query))
