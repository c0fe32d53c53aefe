"""When a rule is due, and what becomes of it then: pure decisions.

Before a meeting a rule counts from the first of the day's meetings that somebody attends, after it
from the last one: thanks do not come while the second meeting is still going on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from app.base.officedays import office_days_from
from app.base.timezones import to_local, to_utc

ASK_BEFORE = timedelta(days=1)
"""How long before it is due the office is asked to look at a rule that nobody has looked at."""
REMEMBERED = timedelta(days=7)
"""What was due longer ago is not looked at any more."""
LONGEST_AFTER = timedelta(days=180)
"""Of meetings that ended longer ago nothing is due any more."""

Step = Literal["wait", "ask", "send", "missed"]
Reason = Literal["", "begun", "late", "unseen", "told", "group"]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """``amount`` of ``unit`` before, or ``after``; for days at ``minute`` of the local day."""

    unit: str
    amount: int
    after: bool
    minute: int


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A meeting from its first beginning to its last end: aware, with its IANA zone."""

    event_id: int
    start: datetime
    end: datetime
    zone: str


_SOME_DAY = Stretch(
    event_id=0,
    start=datetime(2026, 6, 24, 3, tzinfo=UTC),
    end=datetime(2026, 6, 24, 4, tzinfo=UTC),
    zone="Asia/Tokyo",
)


def due_at(timing: Timing, meeting: Stretch) -> datetime:
    """The moment (aware UTC) at which a rule is due for one meeting."""
    origin = meeting.end if timing.after else meeting.start
    amount = timing.amount if timing.after else -timing.amount
    if timing.unit == "hours":
        return origin.astimezone(UTC) + timedelta(hours=amount)
    day = to_local(origin, meeting.zone).date()
    return _at(_moved(day, amount, timing.unit), timing.minute, meeting.zone)


def in_order(timing: Timing, meetings: Sequence[Stretch]) -> list[Stretch]:
    """The meetings of a series in the order in which they count for somebody who attends several.

    A letter belongs to the first of them that its reader attends.
    """
    if timing.after:
        return sorted(meetings, key=lambda one: (one.end, one.event_id), reverse=True)
    return sorted(meetings, key=lambda one: (one.start, one.event_id))


def in_turn(timing: Timing, meetings: Sequence[Stretch]) -> datetime:
    """By which the rules of a series are listed: when (aware UTC) each is first due.

    While no date is fixed, as if the one meeting was a day of the week around noon.
    """
    known = in_order(timing, meetings) or [_SOME_DAY]
    return due_at(timing, known[0])


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A rule for one meeting as it stands: moments aware UTC.

    ``timed_at``: since when the rule is due when it is. ``sent_at``: when it last sent for this
    meeting, at whatever time that was then; None where it never did.
    """

    due_at: datetime
    start: datetime
    before: bool
    seen: bool
    timed_at: datetime
    sent_at: datetime | None


def decide(standing: Standing, now: datetime, late: timedelta) -> tuple[Step, Reason]:
    """What is to be done about a rule for one meeting at ``now``.

    Args:
        standing: the rule and the meeting; nothing has been sent for this meeting time yet.
        now: aware UTC.
        late: how late a rule still sends, after the worker was away.
    """
    due = standing.due_at
    if due < standing.timed_at:
        return "wait", ""  # it was over before the rule said so
    if now < due:
        asks = not standing.seen and now >= due - ASK_BEFORE
        return ("ask", "") if asks else ("wait", "")
    if standing.before and now >= standing.start:
        return "missed", "begun"
    if standing.sent_at is not None and (standing.sent_at >= due or now - due > late):
        return "missed", "told"  # moved after it was sent; the letter of the move has told them
    if now - due > late:
        return "missed", "late" if standing.seen else "unseen"
    return ("send", "") if standing.seen else ("ask", "")


def _moved(day: date, amount: int, unit: str) -> date:
    return office_days_from(day, amount) if unit == "office_days" else day + timedelta(days=amount)


def _at(day: date, minute: int, zone: str) -> datetime:
    return to_utc(datetime.combine(day, time(minute // 60, minute % 60)), zone)
