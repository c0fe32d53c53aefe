"""Pure decisions about a sign-up: facts and ``now`` come in, a decision or a refusal comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.events.rules import EventFacts, WayPlaces, window

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
    "way_unknown",
]


@dataclass(frozen=True)
class Confirmed:
    """The person has a place."""


@dataclass(frozen=True)
class Refused:
    """The person cannot be signed up, and why."""

    code: RefusalCode


def decide(
    facts: EventFacts, places: Sequence[WayPlaces], way: str, now: datetime
) -> Confirmed | Refused:
    """Whether one more person may come to the meeting by ``way``."""
    found = window(facts, now)
    if found != "open":
        return Refused(found)
    chosen = next((place for place in places if place.way == way), None)
    if chosen is None:
        return Refused("way_unknown")
    if chosen.full:
        return Refused("full" if all(place.full for place in places) else "way_full")
    return Confirmed()


def show_number(letter: str, number: int) -> str:
    """受付番号 as it is said on the telephone: A-0123. Never a key to anything."""
    return f"{letter}-{number:04d}"
