"""A new meeting: a draft that nobody sees but the office."""

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.auth.facts import Actor
from app.base.errors import Conflict, NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events import changes, questions
from app.events.models import Event, EventSession, EventWay, Series
from app.events.presets import ARRANGEMENTS
from app.meetings import rows
from app.meetings.facts import NewMeeting

SHARED = ("venue_name", "venue_address", "access", "hosts", "fee", "contact")
"""What a further meeting of a day takes from the first: people stay where they are."""
WINDOW = ("opens_at", "closes_at", "change_until")


class SlugTaken(Conflict):
    """Another meeting has this address."""


class OutOfOrder(Conflict):
    """A term ends before one that has to end first. The text is its name, or of whose copy."""


def make_meeting(new: NewMeeting, by: Actor) -> str:
    """Make a draft and return its address; the same one sent twice is made once.

    It can be attended at the venue, without a limit, and asks what is to be arranged; both can be
    changed. In a series that is there already it begins with the place of that one's first meeting.

    Raises:
        SlugTaken: another meeting has its address.
        NotFound: there is no such series.
        Busy: nothing was stored.
    """
    with transaction() as session:
        return _make(session, new, by)


def _make(session: WriteSession, new: NewMeeting, by: Actor) -> str:
    first = _lock_first(session, new.series_id)
    rows.choose_in_turn(session)
    same = _find_same(session, new)
    if same is not None:
        return same
    if new.slug in rows.slugs(session):
        raise SlugTaken("slug")
    series_id = new.series_id or _new_series(session, new.slug)
    event = _event(new, series_id, first)
    event.position = _next_position(session, series_id)
    session.add(event)
    session.flush()
    if event.ways:
        questions.put(session, event.id, ARRANGEMENTS, 1)
    changes.record(
        session, "event.made", event.id, by, {}, {"title": new.title.ja, "slug": new.slug}
    )
    return event.slug


def _find_same(session: WriteSession, new: NewMeeting) -> str | None:
    """The draft that the first of two taps on the button has made."""
    drafts = select(Event).options(selectinload(Event.sessions))
    for one in session.scalars(drafts.where(Event.state == "draft", Event.kind == new.kind)):
        spans = tuple((span.starts_at, span.ends_at) for span in one.sessions)
        if (one.title.ja, spans) == (new.title.ja, new.spans):
            return one.slug
    return None


def _lock_first(session: WriteSession, series_id: int | None) -> Event | None:
    """The series, locked, and its first meeting; None for a new series."""
    if series_id is None:
        return None
    if not lock(session, {Series: [series_id]})[Series]:
        raise NotFound("series")
    query = select(Event).where(Event.series_id == series_id, Event.state != "cancelled")
    return session.scalars(query.order_by(Event.position, Event.id)).first()


def _new_series(session: WriteSession, slug: str) -> int:
    series = Series(slug=slug, number_letter=rows.new_letter(session))
    session.add(series)
    session.flush()
    return series.id


def _next_position(session: WriteSession, series_id: int) -> int:
    query = select(func.max(Event.position)).where(Event.series_id == series_id)
    last = session.scalar(query)
    return 0 if last is None else last + 1


def _event(new: NewMeeting, series_id: int, first: Event | None) -> Event:
    """Its row with nothing but what was entered, and what it shares with ``first``."""
    texts = dict.fromkeys((*rows.TEXTS, *SHARED), rows.NOTHING)
    if first is not None:
        texts |= {name: getattr(first, name) for name in SHARED}
    event = Event(
        series_id=series_id,
        slug=new.slug,
        kind=new.kind,
        zone=new.zone,
        host_id=first.host_id if first else None,
        **{**texts, "title": rows.translated(new.title)},
    )
    event.sessions = [EventSession(starts_at=start, ends_at=end) for start, end in new.spans]
    if new.kind != "walk_in":
        event.ways = [EventWay(way="venue", places=None, position=0)]
    if first is not None and new.spans:
        for name in WINDOW:
            setattr(event, name, getattr(first, name))
    return event
