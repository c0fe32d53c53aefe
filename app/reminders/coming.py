"""What goes next, over all meetings: rules by their time, and campaigns whose time was set."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.reminders import queries, timing
from app.reminders.models import Campaign
from app.reminders.timing import Timing

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class NextLetter:
    """A letter to many that goes by itself: when (aware UTC), for which meeting.

    ``timing`` None: somebody has set its time. ``seen``: whether somebody has looked at its text;
    it does not go before.
    """

    event_id: int
    due_at: datetime
    timing: Timing | None
    seen: bool


def list_next(moment: datetime, meetings: Collection[int] | None = None) -> list[NextLetter]:
    """The next five by time: four queries, and nobody is counted.

    A rule stands at every meeting for which it has not sent yet; where it is due for two at once,
    at the first of these.

    Args:
        moment: now, aware.
        meetings: ids of the meetings that the reader may see; None for all.
    """
    found = [*_rules(moment, meetings), *_campaigns(moment)]
    mine = [one for one in found if meetings is None or one.event_id in meetings]
    return sorted(mine, key=lambda one: (one.due_at, one.event_id))[:SHOWN]


def _rules(moment: datetime, meetings: Collection[int] | None) -> list[NextLetter]:
    session = db.session()
    rules = queries.list_enabled_rules()
    series_ids = sorted({rule.series_id for rule in rules})
    stretches = queries.read_stretches(session, series_ids, moment - timing.LONGEST_AFTER)
    runs = queries.read_runs(session, [rule.id for rule in rules])
    found: dict[tuple[int, datetime], NextLetter] = {}
    for rule in rules:
        for meeting in timing.in_order(rule.timing, stretches.get(rule.series_id, [])):
            if meetings is not None and meeting.event_id not in meetings:
                continue
            due = timing.due_at(rule.timing, meeting)
            done = meeting.start in runs.get((rule.id, meeting.event_id), {})
            if not done and due >= max(rule.timed_at, moment):
                letter = NextLetter(
                    event_id=meeting.event_id, due_at=due, timing=rule.timing, seen=rule.seen
                )
                found.setdefault((rule.id, due), letter)
    return list(found.values())


def _campaigns(moment: datetime) -> list[NextLetter]:
    query = (
        select(Campaign.event_id, Campaign.send_at)
        .where(Campaign.state == "scheduled", Campaign.send_at >= moment)
        .order_by(Campaign.send_at, Campaign.id)
    )
    return [
        NextLetter(event_id=event_id, due_at=send_at, timing=None, seen=True)
        for event_id, send_at in db.session.execute(query)
        if send_at is not None
    ]
