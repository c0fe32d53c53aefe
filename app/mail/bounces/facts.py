"""What a received message says, before anybody looks whether it concerns a letter of ours."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["hard", "soft", "later"]
"""``hard``: nothing will ever arrive there; ``soft``: this letter did not; ``later``: not yet."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The part of a Message-ID of ours before the @: the row, and what only its recipient knows."""

    letter_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One recipient that a letter did not reach; ``reason`` is a code for ``reason_words``."""

    address: str
    weight: Weight
    reason: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A report that letters did not arrive; ``marks`` are all of ours that it names."""

    marks: tuple[Mark, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True)
class CalendarAnswer:
    """What somebody pressed in their calendar; ``registration_id`` is read from our UID."""

    uid: str
    registration_id: int
    event_id: int
    attendee: str
    partstat: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A message as read: a bounce, answers of calendars, or neither (both empty).

    ``key`` is the same each time the message is read.
    """

    key: str
    bounce: Bounce | None = None
    answers: tuple[CalendarAnswer, ...] = ()
