"""Reading meetings as the office manages them: how each stands, and what it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, EventSession
from app.events.practising import is_real
from app.events.presets import Words
from app.events.queries import get_meeting_by_id
from app.events.rules import reopens
from app.events.showing import event_facts
from app.interest.models import Interest
from app.meetings import rows
from app.meetings.facts import TERMS, TEXTS, Contents, Copied, SeriesChoice, Standing
from app.meetings.rules import (
    Draft,
    Missing,
    free_slug,
    missing,
    next_year,
    raised,
    raised_slug,
    slug_for,
)
from app.registration.models import LIVE, Booking
from app.reminders.models import ReminderRule
from app.texts.models import LetterText

ACTIVE = LIVE


def get_standing(event_id: int, locale: str, now: datetime) -> Standing:
    """How a meeting of any state stands at ``now``: the same number of queries for each.

    Raises:
        NotFound: there is none.
    """
    session = db.session()
    view = get_meeting_by_id(event_id, locale, now)
    event = session.scalars(_loaded().where(Event.id == event_id)).one()
    people, touched = _count_people(session, event_id)
    others = session.execute(
        select(Event.slug, Event.title)
        .where(Event.series_id == event.series_id, Event.id != event_id)
        .order_by(Event.position, Event.id)
    )
    return Standing(
        id=event_id,
        series_id=event.series_id,
        slug=event.slug,
        title=view.title,
        zone=event.zone,
        state=event.state,
        kind=event.kind,
        status=view.status,
        archived=view.archived,
        is_sample=view.is_sample,
        people=people,
        touched=touched,
        missing=read_missing(session, event, now) if event.state == "draft" else (),
        reopens=reopens(view.facts, now),
        others=tuple((slug, title.text(locale)) for slug, title in others),
    )


def read_missing(session: Session, event: Event, now: datetime) -> tuple[Missing, ...]:
    """What a meeting lacks to be published at ``now``, by two queries."""
    facts = event_facts(event)
    rules = select(func.count()).where(
        ReminderRule.series_id == event.series_id,
        ReminderRule.removed_at.is_(None),
        ReminderRule.enabled.is_(True),
        ReminderRule.seen_version != ReminderRule.version,
    )
    letters = select(func.count()).where(
        LetterText.series_id == event.series_id, LetterText.body != ""
    )
    draft = Draft(
        kind=event.kind,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        ways=frozenset(way.way for way in event.ways),
        online_url=event.online_url,
        worded=_worded(event),
        unseen_rules=session.scalar(rules) or 0,
        worded_letters=session.scalar(letters) or 0,
    )
    return missing(draft, now)


def get_contents(event_id: int) -> Contents:
    """What a meeting says, by one query.

    Raises:
        NotFound: there is none.
    """
    event = db.session.scalar(select(Event).where(Event.id == event_id))
    if event is None:
        raise NotFound("event")
    return contents_of(event)


def contents_of(event: Event) -> Contents:
    """The contents of a stored meeting."""
    texts = {name: getattr(event, name) for name in TEXTS}
    return Contents(
        slug=event.slug,
        kind=event.kind,
        texts={name: Words(text.ja, text.en, text.easy) for name, text in texts.items()},
        terms={name: getattr(event, name) for name in TERMS},
        host_id=event.host_id,
    )


def list_open_series(locale: str, now: datetime) -> tuple[SeriesChoice, ...]:
    """Every series with a day to come that a further meeting may join, by day; one query."""
    dated = (
        select(EventSession.event_id, func.min(EventSession.starts_at).label("start"))
        .group_by(EventSession.event_id)
        .having(func.max(EventSession.ends_at) > now)
        .subquery()
    )
    query = (
        select(Event.series_id, Event.title, Event.zone, dated.c.start)
        .join(dated, dated.c.event_id == Event.id)
        .where(Event.state != "cancelled", Event.archived_at.is_(None), is_real())
        .order_by(Event.series_id, Event.position, Event.id)
    )
    found: dict[int, SeriesChoice] = {}
    for row in db.session.execute(query):
        day = to_local(row.start, row.zone).date()
        known = found.get(row.series_id)
        titles = (*(known.titles if known else ()), row.title.text(locale))
        first = min(day, known.day) if known else day
        found[row.series_id] = SeriesChoice(id=row.series_id, day=first, titles=titles)
    return tuple(sorted(found.values(), key=lambda one: (one.day, one.id)))


def list_slugs() -> frozenset[str]:
    """Every address that is taken, by two queries."""
    return frozenset(rows.slugs(db.session()))


def count_touched(session: Session, event_id: int) -> int:
    """Bookings of whatever state, and people who want to be told of the date."""
    return _count_people(session, event_id)[1]


def _loaded() -> Select[Event]:
    return select(Event).options(selectinload(Event.sessions), selectinload(Event.ways))


def _count_people(session: Session, event_id: int) -> tuple[int, int]:
    booked = select(Booking.state, func.count()).where(Booking.event_id == event_id)
    rows_by_state = session.execute(booked.group_by(Booking.state)).all()
    counts = {row[0]: row[1] for row in rows_by_state}
    waiting = select(func.count()).where(Interest.event_id == event_id)
    touched = sum(counts.values()) + (session.scalar(waiting) or 0)
    return sum(counts.get(state, 0) for state in ACTIVE), touched


def _worded(event: Event) -> set[str]:
    texts = {name: getattr(event, name) for name in rows.TEXTS}
    japanese = {name for name, text in texts.items() if text.ja.strip()}
    return japanese | {f"{name}_en" for name, text in texts.items() if text.en.strip()}


@dataclass(frozen=True, kw_only=True)
class Copyable:
    """A meeting of last time with what its copy is offered as."""

    event_id: int
    old_title: str
    day: date | None
    offered: Copied


def list_copyable(series_id: int, locale: str) -> tuple[date | None, tuple[Copyable, ...]]:
    """The first day of a series (None without a date), and what its meetings can be copied as."""
    query = _loaded().where(Event.series_id == series_id).order_by(Event.position, Event.id)
    events = list(db.session.scalars(query))
    taken = set(list_slugs())
    day = first_day(events)
    years = 1 if day is None else next_year(day).year - day.year
    found = []
    for event in events:
        on = first_day([event])
        own = next_year(on) if on else None
        slug = raised_slug(event.slug, event.title.ja, years, own)
        if slug == event.slug:
            slug = slug_for(event.kind, own)
        slug = free_slug(slug, taken)
        taken.add(slug)
        title = Words(raised(event.title.ja, years), raised(event.title.en, years))
        offered = Copied(event_id=event.id, slug=slug, title=title)
        old = event.title.text(locale)
        found.append(Copyable(event_id=event.id, old_title=old, day=on, offered=offered))
    return day, tuple(found)


def first_day(events: Iterable[Event]) -> date | None:
    """The first day of meetings whose sessions are loaded, each in its own zone."""
    days = [
        to_local(span.starts_at, event.zone).date() for event in events for span in event.sessions
    ]
    return min(days, default=None)
