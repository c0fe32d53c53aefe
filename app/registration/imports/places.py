"""Places for many people at once, counted meeting by meeting and way by way. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.events.facts import MeetingView
from app.events.rules import promotion_open

Place = tuple[int, str]
"""A meeting's id and a way."""
IMPORTABLE = ("open", "full", "closed", "not_yet", "invited", "past")
"""States of meetings that the office enters people for, whatever the time for sign-up."""


def free_places(meetings: Iterable[MeetingView], now: datetime) -> dict[Place, int | None]:
    """What is free at each meeting by each way; None for no limit.

    Nothing is where somebody waits and nobody moves up any more: nobody is passed over.
    """
    found: dict[Place, int | None] = {}
    for meeting in meetings:
        for one in meeting.places:
            left = None if one.places is None else max(0, one.places - one.taken)
            stuck = one.waiting and not promotion_open(meeting.facts, now)
            found[meeting.id, one.way] = 0 if stuck else left
    return found


def take(free: dict[Place, int | None], ways: Mapping[str, str]) -> list[int]:
    """Take a place at each meeting of ``ways`` (id → way); the meetings where none was left."""
    over = []
    for raw, way in ways.items():
        place = int(raw), way
        left = free.get(place)
        if left is None:
            continue
        if left < 1:
            over.append(place[0])
        else:
            free[place] = left - 1
    return over


def needed(rows: Iterable[tuple[Mapping[str, str], Sequence[int]]]) -> dict[Place, int]:
    """How many places these people were shown as having: (ways, meetings without a place)."""
    found: dict[Place, int] = {}
    for ways, over in rows:
        for raw, way in ways.items():
            if int(raw) not in over:
                found[int(raw), way] = found.get((int(raw), way), 0) + 1
    return found
