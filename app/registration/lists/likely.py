"""Sign-ups of a day that may be the same people: by reading, by telephone, by e-mail address.

A group of which the office has said that they are different people is not offered any more, unless
somebody else joins it or a name of it has changed since (``apart``).
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import CTE, Select, func, or_, select
from sqlalchemy.orm import Session

from app.base.tokens import content_digest
from app.db import db
from app.events.models import Event, Series
from app.registration.models import (
    LIKENESSES,
    LIVE,
    Booking,
    Participant,
    PersonApart,
    Registration,
)
from app.registration.rules import show_number

MOST = 100
"""Groups of one page."""
_KEYS: dict[str, Any] = {
    "reading": func.replace(func.replace(Participant.reading, " ", ""), "\u3000", ""),
    "telephone": Registration.telephone,
    "mail": Registration.email_key,
}
BY = LIKENESSES


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Somebody of a group."""

    registration_id: int
    participant_id: int
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

    @property
    def digest(self) -> str:
        """By which a form knows the people that it shows."""
        return content_digest({"key": self.key, "people": [asdict(one) for one in self.people]})


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the groups: ``total`` of all pages, ``first`` the place of the first of this one."""

    groups: tuple[Group, ...]
    total: int
    number: int

    @property
    def first(self) -> int:
        """Counted from 1."""
        return (self.number - 1) * MOST + 1

    @property
    def last_page(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // MOST))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which groups: of the day of a meeting, by one of ``BY``.

    ``among``: the meetings whose people may be shown; None for all. ``apart``: those of which the
    office has said that they are different people, in place of those that it has to look at.
    """

    event_id: int
    by: str
    among: Collection[int] | None = None
    apart: bool = False

    @property
    def turned(self) -> "Wanted":
        """The same day and likeness, those of the other kind."""
        return replace(self, apart=not self.apart)


def list_likely(wanted: Wanted, number: int = 1) -> Page:
    """A page of groups, the last one where there are not so many: two queries."""
    total = count(wanted)
    page = Page(groups=(), total=total, number=max(1, min(number, -(-total // MOST))))
    people = _people(wanted)
    keys = _keys(people, wanted).limit(MOST).offset(page.first - 1)
    return replace(page, groups=_read(db.session(), people, keys))


def count(wanted: Wanted) -> int:
    """How many groups there are: one query."""
    keys = _keys(_people(wanted), wanted).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(keys)) or 0


def find_group(session: Session, wanted: Wanted, participant_id: int) -> Group | None:
    """The group that somebody belongs to; None where there is none like that any more."""
    people = _people(wanted)
    mine = select(people.c.key).where(people.c.id == participant_id).scalar_subquery()
    keys = _keys(people, wanted)
    groups = _read(session, people, keys.where(keys.selected_columns.key == mine))
    return groups[0] if groups else None


def _people(wanted: Wanted) -> CTE:
    """Everybody of the day who comes, with what may be in common."""
    key = _KEYS[wanted.by].label("key")
    series = select(Event.series_id).where(Event.id == wanted.event_id).scalar_subquery()
    people = (
        select(key, Participant.id, Participant.registration_id, Participant.changed_at)
        .distinct()
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(
            Registration.series_id == series,
            Registration.merged_into.is_(None),
            Booking.state.in_(LIVE),
            key != "",
        )
    )
    if wanted.among is not None:
        people = people.where(Booking.event_id.in_(wanted.among))
    return people.cte("people")


def _keys(people: CTE, wanted: Wanted) -> Select[Any]:
    """What several sign-ups have in common, in order.

    A decision settles a group of which it names everybody.
    """
    sizes = (
        select(people.c.key, func.count(people.c.id).label("size"))
        .group_by(people.c.key)
        .having(func.count(people.c.registration_id.distinct()) > 1)
        .cte("sizes")
    )
    unchanged = or_(people.c.changed_at.is_(None), people.c.changed_at <= PersonApart.noted_at)
    settled = (
        select(people.c.key)
        .join(PersonApart, PersonApart.participant_id == people.c.id)
        .join(sizes, sizes.c.key == people.c.key)
        .where(PersonApart.likeness == wanted.by, unchanged)
        .group_by(people.c.key, PersonApart.decision, sizes.c.size)
        .having(func.count(PersonApart.id) == sizes.c.size)
    )
    found = sizes.c.key.in_(settled)
    keys: Select[Any] = select(sizes.c.key).where(found if wanted.apart else ~found)
    return keys.order_by(sizes.c.key)


def _read(session: Session, people: CTE, keys: Select[Any]) -> tuple[Group, ...]:
    query = (
        select(
            *(people.c.key, Participant.id.label("participant_id")),
            *(Participant.name, Participant.reading, Participant.organisation),
            *(Registration.id, Registration.number, Registration.email, Registration.telephone),
            Series.number_letter,
        )
        .join(Participant, Participant.id == people.c.id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(people.c.key.in_(keys))
        .order_by(people.c.key, Registration.number, Participant.id)
    )
    rows = session.execute(query).all()
    return tuple(
        Group(key=key, people=tuple(map(_likely, group)))
        for key, group in groupby(rows, key=lambda row: row.key)
    )


def _likely(row: Any) -> Likely:
    return Likely(
        registration_id=row.id,
        participant_id=row.participant_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        email=row.email,
        telephone=row.telephone,
    )
