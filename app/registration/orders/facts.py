"""What pages show of orders: frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from app.registration.arranged.facts import Key

Seen = tuple[int, int]
"""What a page has shown of a wish: what was noted (its version), and what was wished."""


@dataclass(frozen=True, kw_only=True)
class ArrangementWish:
    """What somebody of the office enters about a wish; ``due_on`` local to the meeting."""

    state: str
    due_on: date | None = None
    supplier: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Untold:
    """How many wishes of a meeting the office is to be told of: numbers, nothing about anybody."""

    new: int
    changed: int
    withdrawn: int

    @property
    def number(self) -> int:
        """All of them."""
        return self.new + self.changed + self.withdrawn


@dataclass(frozen=True, kw_only=True)
class ArrangementLine:
    """One wish and what becomes of it.

    ``label``: the question, with the choice where each choice is a wish of its own. ``texts``: what
    was answered beside. ``gone``: nobody wishes it any more. ``changed``: it was changed after
    somebody had set the state. ``known``: what was wished when the office last knew of it, where
    that is not what is wished now. ``waiting``: whoever wishes it has no place yet. ``version`` 0:
    nobody has touched it yet. ``asked``: the ``arranged_version`` of the sign-up; 0 where it is not
    wished any more.
    """

    key: Key
    number: str
    name: str
    organisation: str
    label: str
    texts: tuple[str, ...]
    order: ArrangementWish
    version: int
    asked: int
    changed: bool
    gone: bool
    known: str
    waiting: bool

    @property
    def untouched(self) -> bool:
        """Whether nobody has noted anything about it."""
        return self.order.state == "open"

    @property
    def seen(self) -> Seen:
        """What whoever looks at it has seen."""
        return (self.version, self.asked)


@dataclass(frozen=True, kw_only=True)
class DueWishes:
    """Wishes of a meeting that somebody is to see to: how many, not whose nor for what.

    ``state``: 'open' or 'asked' of those with a deadline (``due_on``, local to the meeting);
    'changed' or 'gone' of those that are not as they were when their state was set. ``key``: which
    it is, where it is one.
    """

    slug: str
    title: str
    state: str
    number: int
    due_on: date | None = None
    key: Key | None = None


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """One choice: how many now, how many ordered (None: nothing was), and who makes the difference.

    ``more`` and ``fewer`` are the first names of ``more_number`` and ``fewer_number``.
    """

    choice_id: int
    label: str
    now: int
    ordered: int | None
    more: tuple[str, ...] = ()
    fewer: tuple[str, ...] = ()
    more_number: int = 0
    fewer_number: int = 0


@dataclass(frozen=True, kw_only=True)
class CountView:
    """A question whose answers are counted; ``at`` aware UTC and ``by``: of the last order."""

    question_id: int
    label: str
    lines: tuple[CountLine, ...]
    at: datetime | None = None
    by: str = ""

    @property
    def differs(self) -> bool:
        """Whether it is not as ordered any more, be it only by who it is for."""
        return any(one.more_number or one.fewer_number for one in self.lines)

    @property
    def only_people(self) -> bool:
        """Whether the numbers are as ordered, and only those whom they are for are others."""
        return self.differs and all(one.now == (one.ordered or 0) for one in self.lines)

    @property
    def is_cut(self) -> bool:
        """Whether more people make the difference than are named here."""
        return any(
            len(names) < number
            for one in self.lines
            for names, number in ((one.more, one.more_number), (one.fewer, one.fewer_number))
        )


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Somebody who came to a choice since it was ordered (``more``), or went from it."""

    registration_id: int
    number: str
    name: str
    choice: str
    more: bool


@dataclass(frozen=True, kw_only=True)
class DifferencePage:
    """One page of them: its ``number`` from 1, the ``last`` one, and how many there are in all."""

    label: str
    lines: tuple[Difference, ...]
    number: int
    last: int
    total: int
