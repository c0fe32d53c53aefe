"""Pure decisions about interest: who may ask, who is told, what a link shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.events.rules import EventFacts, window

Page = Literal["ask", "listed", "expired", "left"]

CONFIRM_WITHIN = timedelta(days=14)
"""So long the link in the first letter is good; who has not pressed it by then is forgotten."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one interest: 'asked', 'confirmed' or 'left', and when it was last asked."""

    state: str
    created_at: datetime


def may_ask(facts: EventFacts, now: datetime) -> bool:
    """Whether one can ask to be told: only while the date is not fixed."""
    return window(facts, now) == "undecided"


def waits(facts: EventFacts, now: datetime) -> bool:
    """Whether those on the list still have a letter to come when sign-up opens."""
    return window(facts, now) in {"undecided", "not_yet"}


def may_tell(facts: EventFacts, now: datetime) -> bool:
    """Whether those who wait are written to: the date is fixed and sign-up is open."""
    return window(facts, now) == "open"


def page(standing: Standing, now: datetime) -> Page:
    """What the link in a letter shows."""
    if standing.state == "left":
        return "left"
    if standing.state == "confirmed":
        return "listed"
    return "expired" if now - standing.created_at > CONFIRM_WITHIN else "ask"
