"""Sign-ups of a day that may be the same people: by reading, by telephone, by e-mail address."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.events.models import Event, Series
from app.registration.models import LIVE, Booking, Participant, Registration
from app.registration.rules import show_number

MOST = 100
"""Groups of one list: more at once is nothing that anybody works through."""
_KEYS: dict[str, Any] = {
    "reading": func.replace(func.replace(Participant.reading, " ", ""), "\u3000", ""),
    "telephone": Registration.telephone,
    "mail": Registration.email_key,
}
BY = tuple(_KEYS)


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Somebody of a group."""

    registration_id: int
    number: str
    name: str
    reading: str
    organisation: str
    email: str
    telephone: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """People of several sign-ups with the same reading, number or address, the earliest first."""

    key: str
    people: tuple[Likely, ...]


def list_likely(event_id: int, by: str, among: Collection[int] | None = None) -> tuple[Group, ...]:
    """The groups of the day of a meeting, by one query; at most ``MOST``.

    Args:
        event_id: of a meeting of the day.
        by: one of ``BY``.
        among: the meetings whose people may be shown; None for all.
    """
    key = _KEYS[by].label("key")
    series = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
    people = (
        select(key, Participant.id, Participant.registration_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(
            Registration.series_id == series,
            Registration.merged_into.is_(None),
            Booking.state.in_(LIVE),
            key != "",
        )
    )
    if among is not None:
        people = people.where(Booking.event_id.in_(among))
    found = people.subquery()
    keys = (
        select(found.c.key)
        .group_by(found.c.key)
        .having(func.count(found.c.registration_id.distinct()) > 1)
        .order_by(found.c.key)
        .limit(MOST)
    )
    query = (
        select(
            *(found.c.key, Participant.name, Participant.reading, Participant.organisation),
            *(Registration.id, Registration.number, Registration.email, Registration.telephone),
            Series.number_letter,
        )
        .distinct()
        .join(Participant, Participant.id == found.c.id)
        .join(Registration, Registration.id == found.c.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(found.c.key.in_(keys))
        .order_by(found.c.key, Registration.number)
    )
    rows = db.session.execute(query).all()
    return tuple(
        Group(key=key, people=tuple(map(_likely, group)))
        for key, group in groupby(rows, key=lambda row: row.key)
    )


def _likely(row: Any) -> Likely:
    return Likely(
        registration_id=row.id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        email=row.email,
        telephone=row.telephone,
    )
