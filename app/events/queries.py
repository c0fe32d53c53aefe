"""Reading meetings. Each function makes the same number of queries whatever the size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby, pairwise

from sqlalchemy import ColumnElement, Table, column, func, select, table
from sqlalchemy.orm import Session, joinedload, selectinload

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events import rules
from app.events.facts import Day, Listing, MeetingView, Span, WayView
from app.events.models import Event, EventWay, Series

PAST_SHOWN = 20

_bookings: Table = table(  # type: ignore[assignment]  # bookings belong to a higher room; only counted here
    "booking", column("event_id"), column("way"), column("state")
)


def list_meetings(locale: str, now: datetime) -> Listing:
    """All published meetings in ``locale``: coming by date, undecided, the latest past ones."""
    views = _views(Event.state != "draft", locale, now)
    dated = sorted((v for v in views if v.spans), key=lambda v: (v.spans[0].start, v.id))
    coming = [v for v in dated if v.status != "past"]
    past = [v for v in reversed(dated) if v.status == "past"]
    return Listing(
        coming=_days(coming),
        undecided=tuple(sorted((v for v in views if not v.spans), key=lambda v: v.id)),
        past=tuple(past[:PAST_SHOWN]),
    )


def get_meeting(slug: str, locale: str, now: datetime) -> MeetingView:
    """The published meeting ``slug``.

    Raises:
        NotFound: there is none.
    """
    views = _views((Event.slug == slug) & (Event.state != "draft"), locale, now)
    if not views:
        raise NotFound("event")
    return views[0]


def get_meeting_by_id(event_id: int, locale: str, now: datetime) -> MeetingView:
    """The meeting of this id, drafts included.

    Raises:
        NotFound: there is none.
    """
    views = _views(Event.id == event_id, locale, now)
    if not views:
        raise NotFound("event")
    return views[0]


def get_meeting_with_day(slug: str, locale: str, now: datetime) -> tuple[MeetingView, Day | None]:
    """The published meeting ``slug`` and all of its series on that day (None without a date).

    Raises:
        NotFound: there is none.
    """
    series = select(Event.series_id).where(Event.slug == slug).scalar_subquery()
    views = _views((Event.series_id == series) & (Event.state != "draft"), locale, now)
    meeting = next((view for view in views if view.slug == slug), None)
    if meeting is None:
        raise NotFound("event")
    same = [v for v in views if v.spans and v.day == meeting.day]
    days = _days(sorted(same, key=lambda v: (v.spans[0].start, v.id)))
    return meeting, days[0] if days else None


def list_all(locale: str, now: datetime) -> tuple[MeetingView, ...]:
    """Every meeting for the office, drafts included: coming by date, undated, then past."""
    views = _views(Event.id > 0, locale, now)

    def rank(view: MeetingView) -> tuple[int, float, int]:
        if not view.spans:
            return (1, 0.0, view.id)
        moment = view.spans[0].start.timestamp()
        return (2, -moment, view.id) if view.status == "past" else (0, moment, view.id)

    return tuple(sorted(views, key=rank))


def count_taken(session: Session, event_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Confirmed bookings by event and way. Under the lock this decides who still fits."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    query = (
        select(_bookings.c.event_id, _bookings.c.way, func.count())
        .where(_bookings.c.event_id.in_(list(event_ids)), _bookings.c.state == "confirmed")
        .group_by(_bookings.c.event_id, _bookings.c.way)
    )
    for event_id, way, number in session.execute(query):
        counted[event_id][way] = number
    return counted


def count_places(session: Session, event_id: int) -> tuple[rules.WayPlaces, ...]:
    """Ways of one event with places and confirmed bookings: one query, for use under the lock."""
    query = (
        select(EventWay.way, EventWay.places, func.count(_bookings.c.event_id))
        .outerjoin(
            _bookings,
            (_bookings.c.event_id == EventWay.event_id)
            & (_bookings.c.way == EventWay.way)
            & (_bookings.c.state == "confirmed"),
        )
        .where(EventWay.event_id == event_id)
        .group_by(EventWay.way, EventWay.places, EventWay.position)
        .order_by(EventWay.position)
    )
    return tuple(
        rules.WayPlaces(way=way, places=places, taken=taken)
        for way, places, taken in session.execute(query)
    )


def event_facts(event: Event) -> rules.EventFacts:
    """The facts that the rules ask of ``event``; its sessions must be loaded."""
    return rules.EventFacts(
        kind=event.kind,
        state=event.state,
        starts_at=event.sessions[0].starts_at if event.sessions else None,
        ends_at=event.sessions[-1].ends_at if event.sessions else None,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
    )


def view_of(event: Event, taken: Mapping[str, int], locale: str, now: datetime) -> MeetingView:
    """``event`` as one language shows it; series, sessions and ways must be loaded."""
    facts = event_facts(event)
    places = rules.places_of([(way.way, way.places) for way in event.ways], taken)

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else to_local(moment, event.zone)

    spans = tuple(
        Span(start=to_local(s.starts_at, event.zone), end=to_local(s.ends_at, event.zone))
        for s in event.sessions
    )
    return MeetingView(
        id=event.id,
        series_id=event.series_id,
        slug=event.slug,
        kind=event.kind,
        title=event.title.text(locale),
        summary=event.summary.text(locale),
        paragraphs=tuple(p for p in event.description.text(locale).split("\n\n") if p.strip()),
        status=rules.status(facts, places, now),
        facts=facts,
        spans=spans,
        date_note=event.date_note.text(locale),
        doors_at=local(event.doors_at),
        zone=event.zone,
        venue_name=event.venue_name.text(locale),
        venue_address=event.venue_address.text(locale),
        access=event.access.text(locale),
        audience=event.audience.text(locale),
        hosts=event.hosts.text(locale),
        fee=event.fee.text(locale),
        bring=event.bring.text(locale),
        report=event.report.text(locale),
        online_url=event.online_url,
        ways=tuple(WayView(code=p.way, left=p.left, full=p.full, few=p.few) for p in places),
        places=places,
        opens_at=local(event.opens_at),
        closes_at=local(event.closes_at),
        is_sample=event.series.is_sample,
    )


def _views(where: ColumnElement[bool], locale: str, now: datetime) -> list[MeetingView]:
    query = (
        select(Event)
        .where(where)
        .order_by(Event.id)
        .options(joinedload(Event.series), selectinload(Event.sessions), selectinload(Event.ways))
    )
    events = db.session.scalars(query).all()
    limited = [e.id for e in events if any(way.places is not None for way in e.ways)]
    taken = count_taken(db.session(), limited) if limited else {}
    return [view_of(event, taken.get(event.id, {}), locale, now) for event in events]


def _days(meetings: list[MeetingView]) -> tuple[Day, ...]:
    """Group neighbours of one series and day; ``meetings`` are sorted by their start."""
    days = []
    for (day, _series), group in groupby(meetings, key=lambda m: (m.day, m.series_id)):
        same = tuple(group)
        gaps = tuple(
            int((after.spans[0].start - before.spans[-1].end).total_seconds() // 60)
            for before, after in pairwise(same)
        )
        if day is not None:
            days.append(Day(date=day, meetings=same, gaps=gaps))
    return tuple(days)


def series_exists(slug: str) -> bool:
    """Whether a series of this slug is stored."""
    return db.session.scalar(select(Series.id).where(Series.slug == slug)) is not None
