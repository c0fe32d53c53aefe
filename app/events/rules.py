"""Pure decisions about a meeting: is it open, how many places are left, what to show."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Status = Literal[
    "open",
    "full",
    "not_yet",
    "closed",
    "cancelled",
    "undecided",
    "walk_in",
    "past",
    "draft",
    "invited",
]
FEW_PLACES = 10
_FREE = re.compile(
    r"(?:(?:参加費|入場料?)[はも::]?)?無料(?:です)?|free(?: of charge)?", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """What decides whether one can sign up. Moments are aware; None where nothing is fixed.

    ``closes_at``: the closing time that was set; ``closed_at``: when somebody closed sign-up by
    hand, None while nobody has. ``admission``: one of ``models.ADMISSIONS``. ``invited``: whether
    whoever looks has been invited.
    """

    kind: str
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None = None
    waiting_list: bool = True
    change_until: datetime | None = None
    promotion_until: datetime | None = None
    admission: str = "open"
    invited: bool = False


@dataclass(frozen=True, kw_only=True)
class WayPlaces:
    """Places of one way of attending; ``places`` None means no limit, ``waiting`` people queue."""

    way: str
    places: int | None
    taken: int
    waiting: int = 0

    @property
    def left(self) -> int | None:
        """Places left, never negative; None without a limit."""
        return None if self.places is None else max(0, self.places - self.taken)

    @property
    def full(self) -> bool:
        """Whether nobody more fits."""
        return self.left == 0

    @property
    def few(self) -> bool:
        """Whether so few are left that the page tells the number."""
        return self.left is not None and 0 < self.left <= FEW_PLACES


def window(facts: EventFacts, now: datetime) -> Status:
    """The state of sign-up at ``now``, places aside. The first reason that holds is told."""
    checks: Sequence[tuple[Status, bool]] = (
        ("draft", facts.state == "draft"),
        ("cancelled", facts.state == "cancelled"),
        ("past", facts.ends_at is not None and now >= facts.ends_at),
        ("walk_in", facts.kind == "walk_in"),
        ("undecided", facts.starts_at is None),
        ("not_yet", facts.opens_at is None or now < facts.opens_at),
        ("closed", facts.closed_at is not None),
        ("closed", now >= (facts.closes_at or facts.starts_at or now)),
        ("invited", facts.admission == "invited" and not facts.invited),
    )
    return next((status for status, holds in checks if holds), "open")


def reopens(facts: EventFacts, now: datetime) -> bool:
    """Whether sign-up is closed for no other reason than that somebody has closed it by hand."""
    by_hand = facts.closed_at is not None and window(facts, now) == "closed"
    return by_hand and window(replace(facts, closed_at=None), now) != "closed"


def status(facts: EventFacts, places: Sequence[WayPlaces], now: datetime) -> Status:
    """``window`` with places: 'full' when no way has any for a newcomer."""
    found = window(facts, now)
    if found == "open" and places and all(full(facts, way, now) for way in places):
        return "full"
    return found


def full(facts: EventFacts, way: WayPlaces, now: datetime) -> bool:
    """Whether a newcomer gets no place: all are taken, or those who waited in vain go first."""
    return way.full or (way.waiting > 0 and not promotion_open(facts, now))


def change_deadline(facts: EventFacts) -> datetime | None:
    """Until when people change or cancel by their link: the set time, else with the sign-up.

    None while no date is fixed: sign-up is closed then for want of a date, and whoever is signed up
    must be able to leave.
    """
    with_sign_up = facts.closes_at or facts.starts_at if facts.starts_at else None
    return facts.change_until or with_sign_up


def change_open(facts: EventFacts, now: datetime) -> bool:
    """Whether people can still change or cancel by their link."""
    deadline = change_deadline(facts)
    return facts.state == "published" and (deadline is None or now < deadline)


def promotion_open(facts: EventFacts, now: datetime) -> bool:
    """Whether freed places still go to the waiting list by themselves."""
    stops = facts.promotion_until or facts.starts_at
    return facts.state == "published" and stops is not None and now < stops


def places_of(
    limits: Sequence[tuple[str, int | None]], taken: Mapping[str, int]
) -> tuple[WayPlaces, ...]:
    """Join the limits of an event's ways (way, places) with the counted bookings by way."""
    return tuple(
        WayPlaces(way=way, places=places, taken=taken.get(way, 0)) for way, places in limits
    )


def is_free(fee: str) -> bool:
    """Whether ``fee``, as the office wrote it, says that nobody pays anything, and nothing else."""
    return _FREE.fullmatch(fee.strip().rstrip("。.")) is not None
