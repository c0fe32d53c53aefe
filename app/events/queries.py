"""Reading meetings. Each function makes the same number of queries whatever the size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, column, func, select, table
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.db import db, locking
from app.db.session import WriteSession
from app.events import rules
from app.events.days import by_start, days_of
from app.events.facts import Day, Listing, MeetingView
from app.events.models import Event, EventSession, EventWay, Series
from app.events.showing import show

PAST_SHOWN = 20

_bookings: Table = table(  # type: ignore[assignment]  # bookings belong to a higher room; only counted here
    "booking", column("event_id"), column("way"), column("state"), column("seats")
)
_event: Any = Event.__table__
_session: Any = EventSession.__table__
_way: Any = EventWay.__table__


def _meetings(where: ColumnElement[bool]) -> Select[Any]:
    """Rows, not objects: reading makes one view of each and forgets them."""
    series: Any = Series.__table__
    return (
        select(_event, series.c.is_sample, series.c.is_practice)
        .join(series, series.c.id == _event.c.series_id)
        .where(where)
        .order_by(_event.c.id)
    )


# Statements are built once: building one takes longer than running it.
_SLUG: Any = bindparam("slug")
_IDS: Any = bindparam("ids", expanding=True)
_PUBLISHED = _event.c.state != "draft"
_REAL = Series.is_practice.is_(False)
_ALL = _meetings(_REAL)
_ALL_PUBLISHED = _meetings(_REAL & _PUBLISHED & _event.c.archived_at.is_(None))
_BY_ID = _meetings(_event.c.id == bindparam("id"))
_BY_SLUG = _meetings((_event.c.slug == _SLUG) & _PUBLISHED)
_OF_SERIES = _meetings((_event.c.series_id == bindparam("series_id")) & _PUBLISHED)
_LOCKED = locking(_meetings(_event.c.series_id == bindparam("series_id")))
_SERIES_OF_SLUG = _meetings(
    _event.c.series_id.in_(select(_event.c.series_id).where(_event.c.slug == _SLUG)) & _PUBLISHED
)
_SERIES_OF_DRAFT = _meetings(
    _event.c.series_id.in_(select(_event.c.series_id).where(_event.c.slug == _SLUG))
)
_SESSIONS = (
    select(_session.c.event_id, _session.c.starts_at, _session.c.ends_at)
    .where(_session.c.event_id.in_(_IDS))
    .order_by(_session.c.starts_at)
)


def _counted(number: Any, state: str) -> Any:
    """``number`` of the bookings of a way that are in one state."""
    return (
        select(number)
        .where(
            _bookings.c.event_id == _way.c.event_id,
            _bookings.c.way == _way.c.way,
            _bookings.c.state == state,
        )
        .scalar_subquery()
    )


_PLACES = (
    select(
        *(_way.c.event_id, _way.c.way, _way.c.places),
        _counted(func.coalesce(func.sum(_bookings.c.seats), 0), "confirmed").label("taken"),
        _counted(func.count(), "waiting").label("waiting"),
    )
    .where(_way.c.event_id.in_(_IDS))
    .order_by(_way.c.position)
)


def list_meetings(locale: str, now: datetime) -> Listing:
    """All published meetings in ``locale``: coming by date, undecided, the latest past ones.

    Those in the archive stand in no list.
    """
    views = _views(_ALL_PUBLISHED, locale, now)
    dated = sorted((v for v in views if v.spans), key=lambda v: (v.spans[0].start, v.id))
    coming = [v for v in dated if v.status != "past"]
    past = [v for v in reversed(dated) if v.status == "past"]
    return Listing(
        coming=days_of(coming),
        undecided=tuple(sorted((v for v in views if not v.spans), key=lambda v: v.id)),
        past=tuple(past[:PAST_SHOWN]),
    )


def list_published(locale: str, now: datetime) -> tuple[MeetingView, ...]:
    """Every published meeting, called off ones included, by date; those without one come last.

    Those in the archive are left out.
    """
    views = _views(_ALL_PUBLISHED, locale, now)
    dated = sorted((v for v in views if v.spans), key=lambda v: (v.spans[0].start, v.id))
    return (*dated, *(v for v in views if not v.spans))


def get_meeting(slug: str, locale: str, now: datetime) -> MeetingView:
    """The published meeting ``slug``.

    Raises:
        NotFound: there is none.
    """
    views = _views(_BY_SLUG, locale, now, slug=slug)
    if not views:
        raise NotFound("event")
    return views[0]


def get_meeting_by_id(event_id: int, locale: str, now: datetime) -> MeetingView:
    """The meeting of this id, drafts included.

    Raises:
        NotFound: there is none.
    """
    views = _views(_BY_ID, locale, now, id=event_id)
    if not views:
        raise NotFound("event")
    return views[0]


def get_preview(slug: str, locale: str, now: datetime) -> tuple[MeetingView, Day | None]:
    """What ``get_meeting_with_day`` would give if the draft ``slug`` were published.

    Raises:
        NotFound: there is no such meeting.
    """
    return _with_day(list_preview(slug, locale, now), slug)


def list_preview(slug: str, locale: str, now: datetime) -> Sequence[MeetingView]:
    """What ``list_series_of`` would give if the draft ``slug`` were published."""
    session = db.session()
    rows = session.execute(_SERIES_OF_DRAFT, {"slug": slug}).all()
    shown = [row for row in rows if row.slug == slug or row.state != "draft"]
    return _views_of(session, shown, locale, now, as_published=True)


def get_meeting_with_day(slug: str, locale: str, now: datetime) -> tuple[MeetingView, Day | None]:
    """The published meeting ``slug`` and all of its series on that day (None without a date).

    Raises:
        NotFound: there is none.
    """
    return _with_day(_views(_SERIES_OF_SLUG, locale, now, slug=slug), slug)


def _with_day(views: Sequence[MeetingView], slug: str) -> tuple[MeetingView, Day | None]:
    meeting = next((view for view in views if view.slug == slug), None)
    if meeting is None:
        raise NotFound("event")
    same = [v for v in views if v.spans and v.day == meeting.day]
    days = days_of(sorted(same, key=lambda v: (v.spans[0].start, v.id)))
    return meeting, days[0] if days else None


def lock_series(session: WriteSession, series_id: int) -> Sequence[Row[Any]]:
    """Lock all meetings of a series, drafts included; the rows are what ``list_series`` takes.

    The series itself must be locked already.
    """
    return session.execute(_LOCKED, {"series_id": series_id}).all()


def list_series(
    session: Session,
    series_id: int,
    locale: str,
    now: datetime,
    locked: Sequence[Row[Any]] | None = None,
) -> tuple[MeetingView, ...]:
    """The published meetings of one series, by start, those without a date last: three queries.

    Two where they are ``locked`` and have not been changed since.
    """
    if locked is None:
        return by_start(_views_in(session, _OF_SERIES, locale, now, series_id=series_id))
    published = [row for row in locked if row.state != "draft"]
    return by_start(_views_of(session, published, locale, now))


def list_series_of(slug: str, locale: str, now: datetime) -> tuple[MeetingView, ...]:
    """The published meetings of the series of ``slug``, as ``list_series`` gives them."""
    return by_start(_views(_SERIES_OF_SLUG, locale, now, slug=slug))


def list_all(locale: str, now: datetime) -> tuple[MeetingView, ...]:
    """Every meeting for the office: coming by date, undated, then past.

    Drafts are there, copies to practise with are not.
    """
    views = _views(_ALL, locale, now)

    def rank(view: MeetingView) -> tuple[int, float, int]:
        if not view.spans:
            return (1, 0.0, view.id)
        moment = view.spans[0].start.timestamp()
        return (2, -moment, view.id) if view.status == "past" else (0, moment, view.id)

    return tuple(sorted(views, key=rank))


def count_places(session: Session, event_id: int) -> tuple[rules.WayPlaces, ...]:
    """Ways of one event with places and bookings. Under the lock this decides who still fits."""
    return tuple(_places(session, [event_id])[event_id])


def _views(query: Select[Any], locale: str, now: datetime, **given: Any) -> list[MeetingView]:
    return _views_in(db.session(), query, locale, now, **given)


def _views_in(
    session: Session, query: Select[Any], locale: str, now: datetime, **given: Any
) -> list[MeetingView]:
    return _views_of(session, session.execute(query, given).all(), locale, now)


def _views_of(
    session: Session,
    rows: Sequence[Row[Any]],
    locale: str,
    now: datetime,
    *,
    as_published: bool = False,
) -> list[MeetingView]:
    ids = [row.id for row in rows]
    sessions: Mapping[int, list[Row[Any]]] = defaultdict(list)
    for found in session.execute(_SESSIONS, {"ids": ids}):
        sessions[found.event_id].append(found)
    places = _places(session, ids)
    return [
        show(row, sessions[row.id], places[row.id], locale, now, as_published=as_published)
        for row in rows
    ]


def _places(session: Session, ids: Iterable[int]) -> Mapping[int, list[rules.WayPlaces]]:
    found: Mapping[int, list[rules.WayPlaces]] = defaultdict(list)
    for row in session.execute(_PLACES, {"ids": list(ids)}):
        way = rules.WayPlaces(way=row.way, places=row.places, taken=row.taken, waiting=row.waiting)
        found[row.event_id].append(way)
    return found
