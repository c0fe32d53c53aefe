"""What will be erased when, and what was."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from app.db import db
from app.events.models import Event, EventNotice, EventQuestion, EventSession, Series
from app.mail.models import Tick
from app.registration.models import Answer, Booking, Registration
from app.retention.models import RetentionRun
from app.retention.rules import ARRANGEMENTS, CONTACTS, KINDS, MINUTES, Ended, due

_TERMS = (Event.arrangements_days, Event.contacts_days, Event.minutes_years)


def _ends() -> Any:
    """Meetings with the moment of their end: of the last session, or when one was called off.

    One without a date that was not called off has none.
    """
    last = (
        select(EventSession.event_id, func.max(EventSession.ends_at).label("at"))
        .group_by(EventSession.event_id)
        .subquery()
    )
    called_off = (
        select(EventNotice.event_id, func.max(EventNotice.created_at).label("at"))
        .where(EventNotice.kind == "cancelled")
        .group_by(EventNotice.event_id)
        .subquery()
    )
    at = func.coalesce(last.c.at, case((Event.state == "cancelled", called_off.c.at)))
    return (
        select(Event.id, at.label("at"), Event.zone, *_TERMS)
        .outerjoin(last, last.c.event_id == Event.id)
        .outerjoin(called_off, called_off.c.event_id == Event.id)
        .where(Event.state != "draft")
        .order_by(Event.id)
    )


def read_ended() -> list[Ended]:
    """Every meeting that has a date, or was called off; a long past one, too."""
    try:
        rows = db.session.execute(_ends()).all()
    finally:
        db.session.close()
    return [_ended(row) for row in rows if row.at is not None]


def _ended(row: Any) -> Ended:
    return Ended(
        event_id=row.id,
        ended_at=row.at,
        zone=row.zone,
        arrangements_days=row.arrangements_days,
        contacts_days=row.contacts_days,
        minutes_years=row.minutes_years,
    )


def read_open_runs() -> list[int]:
    """Ids of the runs that erased something and are not finished."""
    query = select(RetentionRun.id).where(RetentionRun.done_at.is_(None))
    try:
        return list(db.session.scalars(query.order_by(RetentionRun.id)))
    finally:
        db.session.close()


@dataclass(frozen=True, kw_only=True)
class Term:
    """One kind of data of a meeting: when it is erased, of how many still, of how many it was."""

    kind: str
    due_at: datetime
    left: int
    erased: int


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A meeting with its three terms, the first to come first."""

    event_id: int
    slug: str
    title: str
    zone: str
    ended_at: datetime
    terms: tuple[Term, ...]


def list_schedules(locale: str, among: Collection[int] | None) -> tuple[Schedule, ...]:
    """The meetings with people of whom anything is kept or was erased, the latest first.

    Five queries at any size. ``among``: the meetings that may be shown; None for all.
    """
    ended = [one for one in read_ended() if among is None or one.event_id in among]
    left, erased = _left(), _erased()
    heads = {
        row.id: row
        for row in db.session.execute(
            select(Event.id, Event.slug, Event.title)
            .join(Series, Series.id == Event.series_id)
            .where(Series.is_practice.is_(False))
        )
    }
    found = [
        Schedule(
            event_id=one.event_id,
            slug=heads[one.event_id].slug,
            title=heads[one.event_id].title.text(locale),
            zone=one.zone,
            ended_at=one.ended_at,
            terms=_terms(one, left, erased),
        )
        for one in ended
        if one.event_id in heads
    ]
    used = [one for one in found if any(term.left or term.erased for term in one.terms)]
    return tuple(sorted(used, key=lambda one: (one.ended_at, one.event_id), reverse=True))


def _terms(
    one: Ended, left: Mapping[tuple[int, str], int], erased: Mapping[tuple[int, str], int]
) -> tuple[Term, ...]:
    moments = due(one)
    return tuple(
        Term(
            kind=kind,
            due_at=moments[kind],
            left=left.get((one.event_id, kind), 0),
            erased=erased.get((one.event_id, kind), 0),
        )
        for kind in KINDS
    )


def _left() -> dict[tuple[int, str], int]:
    """By meeting and kind the number of sign-ups of which it is kept."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    special = EventQuestion.is_arrangement.is_(True) | (EventQuestion.preset == "lunch")
    wishes = (
        select(EventQuestion.event_id, func.count(Answer.registration_id.distinct()))
        .join(Answer, Answer.question_id == EventQuestion.id)
        .where(special)
        .group_by(EventQuestion.event_id)
    )
    for event_id, number in db.session.execute(wishes):
        found[event_id, ARRANGEMENTS] = number
    kept = (
        select(Booking.event_id, Registration.erased, func.count(Registration.id.distinct()))
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Registration.erased != "all")
        .group_by(Booking.event_id, Registration.erased)
    )
    for event_id, stage, number in db.session.execute(kept):
        found[event_id, MINUTES] += number
        if not stage:
            found[event_id, CONTACTS] = number
    return found


def _erased() -> dict[tuple[int, str], int]:
    query = select(RetentionRun.event_id, RetentionRun.kind, func.sum(RetentionRun.people))
    grouped = query.group_by(RetentionRun.event_id, RetentionRun.kind)
    return {(event_id, kind): int(n) for event_id, kind, n in db.session.execute(grouped)}


def last_run(name: str) -> datetime | None:
    """When a duty of the worker was last done (UTC); None for never."""
    return db.session.scalar(select(Tick.last_run_at).where(Tick.name == name))
