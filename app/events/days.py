"""Meetings in their order, and those of one series and day together: pure."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby, pairwise

from app.events.facts import Day, MeetingView


def by_start(views: Sequence[MeetingView]) -> tuple[MeetingView, ...]:
    """By their start, those without a date last."""

    def rank(view: MeetingView) -> tuple[bool, float, int]:
        return (not view.spans, view.spans[0].start.timestamp() if view.spans else 0.0, view.id)

    return tuple(sorted(views, key=rank))


def days_of(meetings: Sequence[MeetingView]) -> tuple[Day, ...]:
    """Group neighbours of one series and first day; ``meetings`` are sorted by their start."""
    days = []
    for (day, _series), group in groupby(meetings, key=lambda m: (m.day, m.series_id)):
        same = tuple(group)
        if day is not None:
            gaps = tuple(_gap(before, after, day) for before, after in pairwise(same))
            days.append(Day(date=day, meetings=same, gaps=gaps))
    return tuple(days)


def _gap(before: MeetingView, after: MeetingView, day: date) -> int | None:
    """Minutes on ``day`` from the end of one meeting to the start of the next; below 0: overlap.

    A meeting over several days ends again on each of them. There is no break beside one that was
    called off: None.
    """
    if "cancelled" in {before.status, after.status}:
        return None
    ends = max(span.end for span in before.spans if span.start.date() == day)
    return int((after.spans[0].start - ends).total_seconds() // 60)
