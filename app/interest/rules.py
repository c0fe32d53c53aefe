"""Pure decisions about interest: who may ask, who is told, what a link shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.events.rules import EventFacts, window

Page = Literal["ask", "listed", "expired", "left"]
Audience = Literal["everybody", "told", "nobody"]
News = Literal["date_fixed", "date_moved", "date_unfixed", "date_off"]

CONFIRM_WITHIN = timedelta(days=14)
"""So long the link in the first letter is good; who has not pressed it by then is forgotten."""
KEPT_AFTER = timedelta(days=30)
"""So long after the meeting took place or was called off it is known who wanted to be told."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one interest: 'asked', 'confirmed' or 'left', and when it was last asked."""

    state: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a letter tells of the date: start and end of each session (aware), or called off."""

    spans: tuple[tuple[datetime, datetime], ...]
    off: bool = False


def may_ask(facts: EventFacts, now: datetime) -> bool:
    """Whether one can ask to be told: only while the date is not fixed."""
    return window(facts, now) == "undecided"


def waits(facts: EventFacts, now: datetime) -> bool:
    """Whether those on the list still have a letter to come when sign-up opens."""
    return window(facts, now) in {"undecided", "not_yet"}


def audience(facts: EventFacts, now: datetime) -> Audience:
    """Who of those on the list may have a letter to come, if there is news.

    The first letter waits until sign-up is open; who knows of a date hears of a new one at once.
    """
    status = window(facts, now)
    if status == "cancelled":
        to_come = facts.ends_at is None or now < facts.ends_at
        return "everybody" if to_come else "nobody"
    if status == "open":
        return "everybody"
    return "told" if status in {"undecided", "not_yet"} else "nobody"


def news(told: Told | None, present: Told) -> News | None:
    """What to write to somebody who was last told ``told``; None where they know it all."""
    if told == present:
        return None
    if present.off:
        return "date_off"
    if told is None:
        return "date_fixed"
    return "date_moved" if present.spans else "date_unfixed"


def page(standing: Standing, now: datetime) -> Page:
    """What the link in a letter shows."""
    if standing.state == "left":
        return "left"
    if standing.state == "confirmed":
        return "listed"
    return "expired" if now - standing.created_at > CONFIRM_WITHIN else "ask"
