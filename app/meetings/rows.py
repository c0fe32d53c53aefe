"""What every use case of this room does with rows: locking, addresses that are free, the audit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.clock import now
from app.base.errors import NotFound
from app.db import Translated, dialect
from app.db.session import WriteSession
from app.events.models import Event, Series
from app.events.presets import Words
from app.meetings.rules import free_letter
from app.registration.locking import lock_event

TEXTS = (
    *("title", "summary", "description", "date_note", "venue_name", "venue_address", "access"),
    *("audience", "hosts", "fee", "bring", "contact", "report"),
)
"""The columns of a meeting that hold texts."""
NOTHING = Translated()
_LINE = 1
"""In which those wait who choose an address or a letter: any number that no other line has."""


def lock_meeting(session: WriteSession, event_id: int) -> Event:
    """The meeting of this id, locked with its series and all meetings of it.

    Raises:
        NotFound: there is none.
    """
    lock_event(session, event_id, now())
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound("event")
    return event


def choose_in_turn(session: WriteSession) -> None:
    """Wait until nobody else chooses an address or a letter: what is free now stays so.

    After all rows that are locked, lest two wait for each other.
    """
    dialect.take_turn(session.connection(), _LINE)


def slugs(session: Session) -> set[str]:
    """Every address that a meeting or a series has."""
    return {*session.scalars(select(Event.slug)), *session.scalars(select(Series.slug))}


def new_letter(session: Session) -> str:
    """The letter before the numbers of a new series: none that meetings outside the archive use.

    To be asked for after ``choose_in_turn``.
    """
    last = session.scalar(select(Series.number_letter).order_by(Series.id.desc()).limit(1))
    used = select(Series.number_letter).join(Event).where(Event.archived_at.is_(None))
    return free_letter(last or "", set(session.scalars(used)))


def translated(words: Words, old: Translated | None = None) -> Translated:
    """Words as they are stored. Plain words fit only the Japanese that they were made of."""
    kept = old.easy if old is not None and old.ja == words.ja else words.easy
    return Translated(ja=words.ja, en=words.en, easy=kept)
