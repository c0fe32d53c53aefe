"""What the office changes at a meeting, and what follows: places go on, people are told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.db import Translated, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventNotice, EventSession, EventWay
from app.interest import telling as interest
from app.registration import promotion
from app.registration.concerned import bookings_of, kinds_of
from app.registration.letters import telling
from app.registration.locking import Day, lock_event
from app.registration.models import LIVE, Booking


@dataclass(frozen=True, kw_only=True)
class MeetingSettings:
    """What the office sets of a meeting. Moments aware; places None for no limit.

    ``spans``: (start, end) of each session, none while the date is not fixed. ``standings``: as
    what people can sign up, of ``events.models.STANDINGS``; none where nobody is asked.
    ``admission``: one of ``events.models.ADMISSIONS``.
    """

    spans: tuple[tuple[datetime, datetime], ...]
    venue_name: Translated
    venue_address: Translated
    access: Translated
    online_url: str
    doors_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    promotion_until: datetime | None
    waiting_list: bool
    places: Mapping[str, int | None]
    standings: tuple[str, ...] = ()
    admission: str = "open"


def change_meeting(  # noqa: PLR0913  # what, who, and how people are told
    event_id: int,
    wanted: MeetingSettings,
    by: Actor,
    *,
    tell: bool = True,
    reason: str = "",
    seen: str | None = None,
) -> tuple[str, ...]:
    """Set a meeting to what the office wants; return the names of what was changed.

    Places that this frees go to the waiting list in the same commit. Fewer places than are taken
    cancel nobody. Another closing time opens sign-up that was closed by hand. Where people need to
    know, the worker writes to all whom it concerns; an online address that changes is always told
    to those online.

    Args:
        event_id: which meeting.
        wanted: all of its settings.
        by: who of the office acts.
        tell: whether to write to people about a new time or place.
        reason: for the letter, '' for none.
        seen: ``digest`` of the settings that this is a change of; None where nobody looked.

    Raises:
        NotFound: there is no such meeting.
        ChangedMeanwhile: the settings are not those that were seen, or somebody has come by a way
            that is to be no more.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        event = session.get_one(Event, event_id)
        before, after = _plain(settings_of(event)), _plain(wanted)
        changed = tuple(name for name, value in after.items() if before[name] != value)
        if seen is not None and seen != _digest(before):
            raise ChangedMeanwhile("settings")
        if not changed:
            return ()
        gone = {way.way for way in event.ways} - set(wanted.places)
        if gone & set(session.scalars(used_ways(event_id))):
            raise ChangedMeanwhile("ways")
        _set(event, wanted)
        if "closes_at" in changed:
            event.closed_at = None
        if event.promotion_until is None or event.promotion_until > day.moment:
            event.promotion_ended_at = None
        session.flush()
        for kind in kinds_of(changed, tell=tell):
            if _has_any(session, event_id, kind):
                _notify(day, event, kind, reason, by)
        _record(day, event, "event.changed", by, before, after, changed)
        _promote(day)
        if "spans" in changed:
            interest.tell_again(session, event_id)
        return changed


def call_off(event_id: int, by: Actor, reason: str = "") -> None:
    """Call a meeting off; the worker tells everybody who is signed up.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        event = session.get_one(Event, event_id)
        if event.state == "cancelled":
            return
        before = {"state": event.state}
        event.state = "cancelled"
        _notify(day, event, "cancelled", reason, by)
        told = _count_live(session, event_id)
        after = {"state": "cancelled", "reason": reason, "people": told}
        _record(day, event, "event.called_off", by, before, after, tuple(after))
        interest.tell_again(session, event_id)


def _promote(day: Day) -> None:
    rows, whys = promotion.promote_all(day)
    telling.tell_changed(day, rows, whys)


def _notify(day: Day, event: Event, kind: str, reason: str, by: Actor | None) -> None:
    day.session.add(
        EventNotice(
            event_id=event.id,
            kind=kind,
            reason=reason,
            created_at=day.moment,
            created_by=by.account_id if by else None,
        )
    )


def _has_any(session: WriteSession, event_id: int, kind: str) -> bool:
    """Whether there is somebody to write to."""
    query = select(Booking.id).where(Booking.event_id == event_id, bookings_of(kind))
    return session.scalar(query.limit(1)) is not None


def _count_live(session: WriteSession, event_id: int) -> int:
    """How many come, wait or have asked to."""
    live = select(func.count()).where(Booking.event_id == event_id, Booking.state.in_(LIVE))
    return session.scalar(live) or 0


def used_ways(event_id: int) -> Select[str]:
    """The ways by which anybody is or was signed up for a meeting."""
    return select(Booking.way).where(Booking.event_id == event_id).distinct()


def settings_of(event: Event) -> MeetingSettings:
    """The settings of a stored meeting."""
    return MeetingSettings(
        spans=tuple((one.starts_at, one.ends_at) for one in event.sessions),
        venue_name=event.venue_name,
        venue_address=event.venue_address,
        access=event.access,
        online_url=event.online_url,
        waiting_list=event.waiting_list,
        standings=tuple(event.standings),
        admission=event.admission,
        places={way.way: way.places for way in event.ways},
        **{name: getattr(event, name) for name in MOMENTS},
    )


def digest(settings: MeetingSettings) -> str:
    """By which a form knows the settings that it shows."""
    return _digest(_plain(settings))


def differences(before: MeetingSettings, after: MeetingSettings) -> tuple[str, ...]:
    """The names of what is not the same."""
    old, new = _plain(before), _plain(after)
    return tuple(name for name, value in new.items() if old[name] != value)


def _digest(plain: Mapping[str, Any]) -> str:
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


TEXTS = ("venue_name", "venue_address", "access")
MOMENTS = ("doors_at", "opens_at", "closes_at", "change_until", "promotion_until")


def _plain(wanted: MeetingSettings) -> dict[str, Any]:
    return {
        "spans": [[_iso(start), _iso(end)] for start, end in wanted.spans],
        "venue_name": _text(wanted.venue_name),
        "venue_address": _text(wanted.venue_address),
        "access": _text(wanted.access),
        "online_url": wanted.online_url,
        "waiting_list": wanted.waiting_list,
        "standings": list(wanted.standings),
        "admission": wanted.admission,
        "places": dict(wanted.places),
        **{name: _iso(getattr(wanted, name)) for name in MOMENTS},
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(text: Translated) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _set(event: Event, wanted: MeetingSettings) -> None:
    for name in (*TEXTS, "online_url", "waiting_list", "admission", *MOMENTS):
        setattr(event, name, getattr(wanted, name))
    event.standings = list(wanted.standings)
    _set_spans(event, wanted.spans)
    known = {way.way: way for way in event.ways}
    for code in set(known) - set(wanted.places):
        event.ways.remove(known[code])
    for position, (code, places) in enumerate(wanted.places.items()):
        if code in known:
            known[code].places = places
        else:
            event.ways.append(EventWay(way=code, places=places, position=position))


def _set_spans(event: Event, spans: Sequence[tuple[datetime, datetime]]) -> None:
    """Sessions keep their rows as far as there are any: the first stays the first."""
    rows = list(event.sessions)
    for row, (start, end) in zip(rows, spans, strict=False):
        row.starts_at, row.ends_at = start, end
    for row in rows[len(spans) :]:
        event.sessions.remove(row)
    for start, end in spans[len(rows) :]:
        event.sessions.append(EventSession(starts_at=start, ends_at=end))


def _record(  # noqa: PLR0913, PLR0917  # one entry of the audit table
    day: Day,
    event: Event,
    action: str,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    changed: Sequence[str],
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event.id,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
    )
    audit.record(day.session, entry, day.moment)
