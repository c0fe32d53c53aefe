"""Numbers for the office's first page and for that of a meeting; each function is one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import case, func, select

from app.base.timezones import to_utc
from app.db import db
from app.registration.attendance import came
from app.registration.models import Booking, Participant

GROUPS = 100
"""The most organisations that are named; what is left of them is one line."""


@dataclass(frozen=True, kw_only=True)
class Attended:
    """Of those who had a place: ``came`` and not. ``name``: the organisation, '' for none.

    Nobody notes at a door who takes part online: whoever has no record there has not stayed away.
    """

    way: str
    name: str
    came: int
    had_place: int

    @property
    def unrecorded(self) -> int:
        """How many take part online without a record that they came."""
        return self.had_place - self.came if self.way == "online" else 0

    @property
    def stayed_away(self) -> int:
        """How many did not come to the venue."""
        return 0 if self.way == "online" else self.had_place - self.came


def count_by_day(event_ids: Collection[int], first: date, days: int, zone: str) -> list[int]:
    """How many people signed up on each of ``days`` days from ``first`` on, at each meeting anew.

    Cancelled ones count, too: it tells when people signed up. Days are those of ``zone``.
    """
    bounds = [
        to_utc(datetime.combine(first + timedelta(days=n), time()), zone) for n in range(days + 1)
    ]
    ids = sorted(event_ids)
    # A range of the index for each day: one grouping by day takes ten times as long.
    counts = (
        select(func.count())
        .where(Booking.event_id.in_(ids), Booking.created_at >= start, Booking.created_at < end)
        .scalar_subquery()
        for start, end in pairwise(bounds)
    )
    return list(db.session.execute(select(*counts)).one())


def count_attended(event_id: int) -> tuple[Attended, ...]:
    """Who came of those with a place, by way and organisation, the largest first."""
    number = func.count()
    query = (
        select(
            Booking.way,
            Participant.organisation,
            func.sum(case((came(), 1), else_=0)).label("came"),
            number.label("had_place"),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.event_id == event_id, Booking.state == "confirmed")
        .group_by(Booking.way, Participant.organisation)
        .order_by(number.desc(), Participant.organisation, Booking.way)
    )
    return tuple(
        Attended(way=row.way, name=row.organisation, came=row.came, had_place=row.had_place)
        for row in db.session.execute(query)
    )


def by_way(groups: Collection[Attended]) -> tuple[Attended, ...]:
    """The same by way alone."""
    return tuple(
        Attended(
            way=way,
            name="",
            came=sum(one.came for one in groups if one.way == way),
            had_place=sum(one.had_place for one in groups if one.way == way),
        )
        for way in ("venue", "online")
        if any(one.way == way for one in groups)
    )


def by_organisation(groups: Collection[Attended]) -> tuple[list[Attended], Attended | None]:
    """The same by organisation alone: at most ``GROUPS``, and the sum of what is left.

    Without those online of whom nothing is on record: neither did they come nor stay away.
    """
    sums: dict[str, list[int]] = {}
    for one in groups:
        total = sums.setdefault(one.name, [0, 0])
        total[0] += one.came
        total[1] += one.had_place - one.unrecorded
    found = [
        Attended(way="", name=name, came=here, had_place=every)
        for name, (here, every) in sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
        if every
    ]
    shown, rest = found[:GROUPS], found[GROUPS:]
    if not rest:
        return shown, None
    left = Attended(
        way="",
        name="",
        came=sum(one.came for one in rest),
        had_place=sum(one.had_place for one in rest),
    )
    return shown, left
