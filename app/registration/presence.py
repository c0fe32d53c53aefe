"""Who is in the room at a moment, from what was written down at the door. Pure.

What was wrong is undone, never deleted: an undo names the fact that it takes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class DoorFact:
    """Somebody came 'in' or went 'out'; ``undoes``: the fact that this one takes back.

    ``desk``: where it was written down, '' where that has no name.
    """

    id: int
    kind: str
    at: datetime
    undoes: int | None = None
    desk: str = ""


def standing(facts: Iterable[DoorFact]) -> tuple[DoorFact, ...]:
    """The facts of one booking that nobody has taken back, in the order in which they happened."""
    every = tuple(facts)
    undone = {one.undoes for one in every}
    kept = (one for one in every if one.undoes is None and one.id not in undone)
    return tuple(sorted(kept, key=lambda one: (one.at, one.id)))


def present(facts: Iterable[DoorFact], moment: datetime) -> bool:
    """Whether the person is in at ``moment``: the last fact up to it says so."""
    until = [one for one in standing(facts) if one.at <= moment]
    return bool(until) and until[-1].kind == "in"


def newest(facts: Iterable[DoorFact]) -> int:
    """The id of what was written down last, undone or not; 0 for nothing.

    A page that shows somebody carries it along: where it differs, somebody else was first.
    """
    return max((one.id for one in facts), default=0)


def first_arrival(facts: Iterable[DoorFact]) -> DoorFact | None:
    """When the person first came; None where they have not come."""
    return next((one for one in standing(facts) if one.kind == "in"), None)


def desk_is_open(first_day: date | None, today: date) -> bool:
    """Whether arrivals are written down: from the day of the meeting on, also afterwards."""
    return first_day is not None and today >= first_day
