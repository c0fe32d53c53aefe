"""Pure decisions about a sign-up: what goes into them and comes out, limited choices, numbers.

Who has a place and who waits is decided in ``placing``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.base.text import nfkc, outside_number
from app.events.rules import EventFacts, WayPlaces

RefusalCode = Literal[
    "draft",
    "cancelled",
    "past",
    "walk_in",
    "undecided",
    "not_yet",
    "closed",
    "full",
    "way_full",
    "way_full_keep",
    "way_unknown",
    "seats_full",
    "change_closed",
    "choice_used_up",
    "already",
    "invited",
    "invitation_used",
]
State = Literal["confirmed", "waiting", "requested"]


@dataclass(frozen=True, kw_only=True)
class Queued:
    """Somebody on the waiting list of a way, with the seats they need."""

    booking_id: int
    way: str
    seats: int = 1


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What decides at one meeting; ``queue`` in the order of joining."""

    id: int
    facts: EventFacts
    places: tuple[WayPlaces, ...]
    queue: tuple[Queued, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """What somebody of a sign-up has now: a place, one in the queue, or a request for a place."""

    booking_id: int
    event_id: int
    way: str
    state: State
    seats: int = 1


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One person (their place in the form) at one meeting by one way.

    ``booking_id``: what they have there now. ``duplicate``: the person is signed up already
    elsewhere, so this takes nothing, though they are told what anybody would be. ``beyond``: the
    office gives a place even where none is free. ``admitted``: the office lets them come where that
    is for it to say.
    """

    person: int
    event_id: int
    way: str
    seats: int = 1
    booking_id: int | None = None
    duplicate: bool = False
    beyond: bool = False
    admitted: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a wish becomes. ``requeued``: joins the queue now; ``position`` in it, from 1.

    ``beyond``: the place is one more than there are, or goes past those who wait.
    """

    wish: Wish
    state: State
    position: int | None = None
    requeued: bool = False
    beyond: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a form changes: its own bookings, and whom that moves up."""

    outcomes: tuple[Outcome, ...]
    cancelled: tuple[int, ...]
    promoted: tuple[int, ...]


@dataclass(frozen=True)
class Refused:
    """It cannot be done, and why; the meeting and the person (place in the form) it is about."""

    code: RefusalCode
    event_id: int | None = None
    person: int | None = None
    choice_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A choice that somebody with a place has made; ``person`` None where it was asked once.

    ``kept``: it takes one of the choice's places already.
    """

    choice_id: int
    event_id: int
    person: int | None = None
    kept: bool = False


def check_picks(picks: Iterable[Pick], left: Mapping[int, int | None]) -> Refused | None:
    """Whether every new pick still finds a place; who has one keeps it, even beyond the limit.

    Args:
        picks: of everybody with a place.
        left: places by choice that others have not taken; None for no limit.
    """
    rest = dict(left)
    for pick in sorted(picks, key=lambda one: not one.kept):
        free = rest.get(pick.choice_id)
        if free is None:
            continue
        if free < 1 and not pick.kept:
            return Refused("choice_used_up", pick.event_id, pick.person, pick.choice_id)
        rest[pick.choice_id] = free - 1
    return None


def identity(name: str, reading: str, email: str, telephone: str) -> str:
    """By which the same person is known again: name, reading and address, else telephone.

    Compared without width, case and spaces; what is stored of the person stays as typed.
    """
    return "|".join(bare(part) for part in (name, reading, email or outside_number(telephone)))


def bare(text: str) -> str:
    """A text without width, case and spaces."""
    return "".join(nfkc(text).casefold().split())


@dataclass(frozen=True, kw_only=True)
class Known:
    """All by which the office tells people apart; '' for what nobody said."""

    name: str
    reading: str = ""
    email: str = ""
    telephone: str = ""


def may_be_same(one: Known, other: Known) -> bool:
    """Whether two may be one person: the same name, and nothing that both said tells them apart.

    One address or number in common is enough; where they have none to compare, the name is.
    """
    if bare(one.name) != bare(other.name) or _differ(one.reading, other.reading):
        return False
    numbers = outside_number(one.telephone), outside_number(other.telephone)
    pairs = [(one.email, other.email), numbers]
    said = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
    return not said or any(not _differ(mine, theirs) for mine, theirs in said)


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and bare(one) != bare(other)


def show_number(letter: str, number: int) -> str:
    """受付番号 as it is said on the telephone: A-0123. Never a key to anything."""
    return f"{letter}-{number:04d}"
