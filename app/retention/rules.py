"""When what of a meeting is to be erased: pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.base.timezones import to_local, to_utc

ARRANGEMENTS, CONTACTS, MINUTES = "arrangements", "contacts", "minutes"
KINDS = (ARRANGEMENTS, CONTACTS, MINUTES)
"""What is erased, the first first: wishes; all that the minutes do not need; the names."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A meeting that is over at ``ended_at`` (aware UTC), and its terms. ``zone``: IANA name."""

    event_id: int
    ended_at: datetime
    zone: str
    arrangements_days: int
    contacts_days: int
    minutes_years: int


def due(one: Ended) -> dict[str, datetime]:
    """Kind → the moment (aware UTC) from which it is to be erased.

    A term of N days ends with the N-th day after the day of the meeting, local to it. Names go
    with the contacts at the earliest.
    """
    day = to_local(one.ended_at, one.zone).date()
    wishes = _after(day + timedelta(days=one.arrangements_days), one.zone)
    contacts = _after(day + timedelta(days=one.contacts_days), one.zone)
    minutes = _after(years_later(day, one.minutes_years), one.zone)
    return {ARRANGEMENTS: wishes, CONTACTS: contacts, MINUTES: max(contacts, minutes)}


def years_later(day: date, years: int) -> date:
    """The same day of a later year; the 28th for a 29th of February that it does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What is to be erased now: of ``event_id``, since ``due_at``.

    ``also``: the meetings for which the same is due no later. A sign-up is erased with its last
    meeting, so with one for which all its others are in here.
    """

    event_id: int
    kind: str
    due_at: datetime
    also: frozenset[int]


def duties(ended: list[Ended], now: datetime) -> tuple[Duty, ...]:
    """All that is due at ``now``: wishes before contacts before names, the longest due first."""
    found = []
    for kind in KINDS:
        moments = sorted((due(one)[kind], one.event_id) for one in ended)
        reached: set[int] = set()
        for due_at, event_id in moments:
            if due_at > now:
                break
            reached.add(event_id)
            found.append(Duty(event_id=event_id, kind=kind, due_at=due_at, also=frozenset(reached)))
    return tuple(found)


def _after(day: date, zone: str) -> datetime:
    """The end of a local day."""
    return to_utc(datetime.combine(day + timedelta(days=1), time()), zone)
