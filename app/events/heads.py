"""The little that a page of the office says about its meeting, without counting anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, EventSession, Series
from app.events.practising import original_of


@dataclass(frozen=True, kw_only=True)
class MeetingHead:
    """A meeting's name in one language, and the zone (IANA name) that its times are told in."""

    id: int
    series_id: int
    slug: str
    title: str
    zone: str
    is_practice: bool = False
    admission: str = "open"


@dataclass(frozen=True, kw_only=True)
class DatedHead(MeetingHead):
    """The same with what tells meetings of one title apart: ``day`` local, None while not fixed."""

    day: date | None
    archived: bool


_HEADS = select(
    *(Event.id, Event.series_id, Event.slug, Event.title, Event.zone, Event.admission),
    Series.is_practice,
).join(Series, Series.id == Event.series_id)


_start = (
    select(func.min(EventSession.starts_at))
    .where(EventSession.event_id == Event.id)
    .correlate(Event)
    .scalar_subquery()
)
_DATED = _HEADS.add_columns(_start.label("start"), Event.archived_at)


def get_head(slug: str, locale: str, *, practice: bool = False) -> MeetingHead:
    """The meeting ``slug``, drafts included, by one query.

    Args:
        slug: of the meeting.
        locale: 'ja', 'easy' or 'en'.
        practice: whether it may be a copy to practise with, which only the desk knows.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(_HEADS.where(Event.slug == slug)).first()
    if row is None or (row.is_practice and not practice):
        raise NotFound("event")
    return _head(row, locale)


def list_heads(locale: str, only: Collection[int] | None = None) -> tuple[DatedHead, ...]:
    """All meetings but drafts and the archive, or those of the ids ``only``: one query.

    The latest made stands first.
    """
    shown = (Event.state != "draft", Event.archived_at.is_(None), Series.is_practice.is_(False))
    query = _DATED.where(*shown)
    query = query.order_by(Event.id.desc())
    if only is not None:
        query = query.where(Event.id.in_(only))
    return tuple(_dated(row, locale) for row in db.session.execute(query))


def list_every_head(locale: str) -> tuple[DatedHead, ...]:
    """All meetings, drafts included, the latest made first, by one query."""
    query = _DATED.where(Series.is_practice.is_(False)).order_by(Event.id.desc())
    return tuple(_dated(row, locale) for row in db.session.execute(query))


def ids_of(slug: str) -> frozenset[int]:
    """The id of the meeting ``slug``, drafts included; none where there is none.

    A copy to practise with is for whoever its original is for: it has both ids.
    """
    query = select(Event.id, Series.is_practice).join(Series, Series.id == Event.series_id)
    row = db.session.execute(query.where(Event.slug == slug)).first()
    if row is None:
        return frozenset()
    original = original_of(slug) if row.is_practice else None
    return frozenset({row.id} if original is None else {row.id, original})


def ids_of_series(series_id: int) -> frozenset[int]:
    """The ids of all meetings of a series, drafts included."""
    return frozenset(db.session.scalars(select(Event.id).where(Event.series_id == series_id)))


def ids_of_day(slug: str) -> frozenset[int]:
    """The ids of all meetings that are signed up for together with the meeting ``slug``."""
    series = select(Event.series_id).where(Event.slug == slug).scalar_subquery()
    return frozenset(db.session.scalars(select(Event.id).where(Event.series_id == series)))


def titles_of(series_id: int, locale: str) -> tuple[str, ...]:
    """The names of all meetings that are signed up for together, drafts included, by one query."""
    query = select(Event.title).where(Event.series_id == series_id)
    query = query.order_by(Event.position, Event.id)
    return tuple(title.text(locale) for title in db.session.scalars(query))


def _dated(row: Row[*tuple[Any, ...]], locale: str) -> DatedHead:
    head = _head(row, locale)
    day = row.start and to_local(row.start, row.zone).date()
    return DatedHead(**vars(head), day=day, archived=row.archived_at is not None)


def _head(row: Row[*tuple[Any, ...]], locale: str) -> MeetingHead:
    return MeetingHead(
        id=row.id,
        series_id=row.series_id,
        slug=row.slug,
        title=row.title.text(locale),
        zone=row.zone,
        is_practice=row.is_practice,
        admission=row.admission,
    )
