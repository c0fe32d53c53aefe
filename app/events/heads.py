"""The little that a page of the office says about its meeting, without counting anybody."""

from dataclasses import dataclass

from sqlalchemy import select

from app.base.errors import NotFound
from app.db import db
from app.events.models import Event


@dataclass(frozen=True, kw_only=True)
class MeetingHead:
    """A meeting's name in one language, and the zone (IANA name) that its times are told in."""

    id: int
    series_id: int
    slug: str
    title: str
    zone: str


def get_head(slug: str, locale: str) -> MeetingHead:
    """The meeting ``slug``, drafts included, by one query.

    Raises:
        NotFound: there is none.
    """
    query = select(Event.id, Event.series_id, Event.title, Event.zone).where(Event.slug == slug)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("event")
    return MeetingHead(
        id=row.id,
        series_id=row.series_id,
        slug=slug,
        title=row.title.text(locale),
        zone=row.zone,
    )


def titles_of(series_id: int, locale: str) -> tuple[str, ...]:
    """The names of all meetings that are signed up for together, drafts included, by one query."""
    query = select(Event.title).where(Event.series_id == series_id).order_by(Event.position)
    return tuple(title.text(locale) for title in db.session.scalars(query))
