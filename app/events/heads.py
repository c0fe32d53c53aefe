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
    slug: str
    title: str
    zone: str


def get_head(slug: str, locale: str) -> MeetingHead:
    """The meeting ``slug``, drafts included, by one query.

    Raises:
        NotFound: there is none.
    """
    query = select(Event.id, Event.title, Event.zone).where(Event.slug == slug)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("event")
    return MeetingHead(id=row.id, slug=slug, title=row.title.text(locale), zone=row.zone)


def list_heads(locale: str) -> tuple[MeetingHead, ...]:
    """All meetings but drafts, the latest made first, by one query."""
    query = (
        select(Event.id, Event.slug, Event.title, Event.zone)
        .where(Event.state != "draft")
        .order_by(Event.id.desc())
    )
    return tuple(
        MeetingHead(id=row.id, slug=row.slug, title=row.title.text(locale), zone=row.zone)
        for row in db.session.execute(query)
    )
