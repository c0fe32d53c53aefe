"""From a meeting's date to the dates of its tasks: pure decisions.

Days are local to the meeting. A task that falls on a day on which nobody is there goes to the
office day before, one after the meeting to the office day that follows. Where an Act sets the
latest day, no task of it is ever later than that day, whatever was entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.base.officedays import is_office_day, office_days_from

Unit = Literal["days", "office_days", "clear_days"]
DAY = timedelta(days=1)
MOST_DAYS = 400
"""The most days that a task may be away from its meeting."""


@dataclass(frozen=True, kw_only=True)
class When:
    """``amount`` of ``unit`` before the first day of a meeting, or ``after`` its last."""

    amount: int
    unit: Unit = "days"
    after: bool = False


@dataclass(frozen=True, kw_only=True)
class Law:
    """What an Act asks of a notice: ``days`` clear days before the meeting, at least.

    ``task``: the code of the task that it is about. ``shorter``: whether by-laws may say fewer.
    """

    task: str
    days: int
    shorter: bool = False


@dataclass(frozen=True, kw_only=True)
class Held:
    """The first and the last day of a meeting."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Due:
    """When a task is due.

    ``latest``: the last day that the Act leaves, an office day or not; None where none is set.
    ``brought_forward``: what was entered has become later than that, since the meeting was moved or
    another Act was chosen, so the task is due earlier.
    """

    on: date
    latest: date | None = None
    brought_forward: bool = False


LAWS: Mapping[str, Law] = {
    "roukyou": Law(task="notice", days=10, shorter=True),  # 労働者協同組合法 61 I, 71 VI, 119 V
    "roukyou_founding": Law(task="announcement", days=14),  # the same 23 II, 109 IV
    "ippan": Law(task="notice", days=7, shorter=True),  # 一般法人法 39 I
    "ippan_written": Law(task="notice", days=14),  # the same, with votes in writing or electronic
    "npo": Law(task="notice", days=5),  # NPO法 14の4
}
OWN = "own"
"""Own rules: no Act sets a day."""
LAWS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "assembly": ("roukyou", "ippan", "ippan_written", "npo", OWN),
    "founding": ("roukyou_founding", OWN),
}
"""What a kind of meeting chooses from; the first is what it begins with."""


def laws_of(kind: str) -> tuple[str, ...]:
    """What a meeting of this kind can be bound by."""
    return LAWS_OF_KIND.get(kind, (OWN,))


def law_for(task: str, law: str, own_days: int | None) -> Law | None:
    """What binds a task of this code; None where nothing does.

    Args:
        task: its code, '' for a task of the office's own.
        law: a key of ``LAWS``, or ``OWN``.
        own_days: the clear days that the by-laws say in place of the Act's; None: the Act's.
    """
    found = LAWS.get(law)
    if found is None or not task or found.task != task:
        return None
    if own_days is None or not found.shorter or own_days >= found.days:
        return found
    return Law(task=found.task, days=own_days, shorter=True)


def clear_days_before(day: date, number: int) -> date:
    """The last day with ``number`` whole days between it and ``day``, which is not counted.

    Civil Code 140 and 141, applied backwards: ten days before 2026-06-23 is 2026-06-12.
    """
    return day - (number + 1) * DAY


def office_day_by(day: date) -> date:
    """``day``, or the office day before it."""
    while not is_office_day(day):
        day -= DAY
    return day


def due(when: When, held: Held, law: Law | None = None, fixed: date | None = None) -> Due:
    """When a task is due.

    Args:
        when: how far from the meeting.
        held: the days of the meeting as they are now.
        law: what binds the task.
        fixed: the day that somebody has entered; it stays when the meeting moves.
    """
    day = fixed or _counted(when, held)
    if law is None:
        return Due(on=day)
    latest = clear_days_before(held.first, law.days)
    by = office_day_by(latest)
    late = day > (latest if fixed else by)
    return Due(on=by if late else day, latest=latest, brought_forward=late)


def keeps(law: Law, when: When) -> bool:
    """Whether a task counted like this is never later than the Act lets, whatever the date."""
    return when.unit == "clear_days" and not when.after and when.amount >= law.days


def allows(law: Law | None, when: When, held: Held | None, fixed: date | None) -> bool:
    """Whether somebody may enter this for a task that ``law`` binds: a day, or else a distance."""
    if law is None:
        return True
    if fixed is None:
        return keeps(law, when)
    return held is None or fixed <= clear_days_before(held.first, law.days)


def _counted(when: When, held: Held) -> date:
    if when.amount == 0 and when.unit != "clear_days":
        return held.last if when.after else held.first
    if when.unit == "office_days":
        return office_days_from(
            held.last if when.after else held.first, when.amount if when.after else -when.amount
        )
    if when.after:
        day = held.last + when.amount * DAY
        return day if is_office_day(day) else office_days_from(day, 1)
    if when.unit == "clear_days":
        return office_day_by(clear_days_before(held.first, when.amount))
    return office_day_by(held.first - when.amount * DAY)


def as_when(day: date, held: Held, law: Law | None = None) -> When:
    """A day that was entered, as its distance from the meeting: for a copy, which moves with it.

    What ``law`` binds is counted as the Act counts.
    """
    if law:
        between = (held.first - day).days - 1
        return When(amount=max(law.days, between), unit="clear_days")
    if day > held.last:
        return When(amount=(day - held.last).days, after=True)
    return When(amount=max(0, (held.first - day).days))
