"""Telling everybody who waits that the date is fixed: in batches, once each, whatever crashes.

A batch is one transaction: it locks the meeting and those it writes to, and notes that they were
told together with their letters. A killed worker's batch was never there.
"""

from datetime import datetime

from sqlalchemy import exists, select

from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventSession
from app.events.queries import event_facts
from app.interest import letters
from app.interest.models import Interest
from app.interest.rules import may_tell
from app.mail import outbox
from app.mail.stop import Stop
from app.texts.queries import read_texts

BATCH = 200
BATCHES = 25
"""At most in one call, so that the worker's other duties have their turn."""


def tell_tick(stop: Stop) -> None:
    """The worker's duty: letters to those who wait, as soon as sign-up for their meeting is open.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    ids = _meetings_to_tell(now())
    for event_id in ids:
        tell(event_id, stop)


def tell(event_id: int, stop: Stop) -> None:
    """Make the letters about one meeting that are missing, until asked to stop.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    for _batch in range(BATCHES):
        if stop.asked:
            return
        with transaction() as session:
            if not _tell_batch(session, event_id, now()):
                return


def _meetings_to_tell(moment: datetime) -> list[int]:
    """Meetings to come with a date and somebody to tell; the rules decide about each."""
    waiting = exists().where(
        Interest.event_id == Event.id,
        Interest.state == "confirmed",
        Interest.told_at.is_(None),
    )
    to_come = exists().where(EventSession.event_id == Event.id, EventSession.ends_at > moment)
    query = select(Event.id).where(
        Event.state == "published", Event.opens_at <= moment, to_come, waiting
    )
    found = list(db.session.scalars(query.order_by(Event.id)))
    db.session.close()
    return found


def _tell_batch(session: WriteSession, event_id: int, moment: datetime) -> bool:
    """Make up to 200 letters; tell whether there may be more."""
    events: list[Event] = lock(session, {Event: [event_id]})[Event]
    if not events or not may_tell(event_facts(events[0]), moment):
        return False
    query = (
        select(Interest)
        .where(
            Interest.event_id == event_id,
            Interest.state == "confirmed",
            Interest.told_at.is_(None),
        )
        .order_by(Interest.id)
        .limit(BATCH)
        .with_for_update(key_share=True)
    )
    chosen = list(session.scalars(query))
    texts = read_texts(session, events[0].series_id)
    made = [letters.date_fixed(interest, events[0], texts) for interest in chosen]
    for interest in chosen:
        interest.told_at = moment
    outbox.post_many(session, made, moment)
    return len(chosen) == BATCH
