"""The worker's duties about changed meetings: all whom it concerns are told, batch by batch.

A batch is one transaction: it locks the day, writes the letters together with how far it came. A
killed worker's batch was never there, and a letter that says nothing new is not made.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Select, exists, func, select

from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventNotice, EventSession
from app.registration.concerned import bookings_of
from app.registration.letters import telling
from app.registration.letters.letters import Actor, Why
from app.registration.locking import lock_event
from app.registration.models import Booking, Participant, Registration

BATCH = 50
BATCHES = 100
"""At most in one call, so that the worker's other duties have their turn."""


class Stop(Protocol):
    """How the worker asks its ticks to end."""

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""


def tell_notices_tick(stop: Stop) -> None:
    """The worker's duty: make the letters about meetings that were changed or called off."""
    query = select(EventNotice.id, EventNotice.event_id).where(EventNotice.done_at.is_(None))
    waiting = list(db.session.execute(query.order_by(EventNotice.id)))
    db.session.close()
    for notice_id, event_id in waiting:
        for _batch in range(BATCHES):
            if stop.asked:
                return
            with transaction() as session:
                if not _tell_batch(session, notice_id, event_id):
                    break


def end_promotion_tick(_stop: Stop) -> None:
    """The worker's duty: when freed places go to nobody any more, tell those who still wait."""
    moment = now()
    ids = list(db.session.scalars(_ended(moment)))
    db.session.close()
    for event_id in ids:
        with transaction() as session:
            day = lock_event(session, event_id, moment)
            event = session.get_one(Event, event_id)
            if event.promotion_ended_at is None:
                event.promotion_ended_at = moment
                notice = EventNotice(event_id=event_id, kind="queue_ended", created_at=day.moment)
                session.add(notice)


def _ended(moment: datetime) -> Select[int]:
    """Meetings to come whose time for moving up is over, and where somebody waits."""
    starts = (
        select(func.min(EventSession.starts_at))
        .where(EventSession.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    waiting = exists().where(Booking.event_id == Event.id, Booking.state == "waiting")
    return select(Event.id).where(
        Event.state == "published",
        Event.promotion_ended_at.is_(None),
        Event.promotion_until <= moment,
        starts > moment,
        waiting,
    )


def _tell_batch(session: WriteSession, notice_id: int, event_id: int) -> bool:
    """Write up to 50 letters; tell whether there may be more."""
    day = lock_event(session, event_id, now())
    notice = session.get_one(EventNotice, notice_id, populate_existing=True)
    if notice.done_at is not None:
        return False
    ids = _concerned(session, notice)
    if not ids:
        notice.done_at = day.moment
        return False
    rows = lock(session, {Registration: ids})[Registration]
    queue_ended = notice.kind == "queue_ended"
    news = rows if queue_ended else telling.with_news(day, rows)
    actor: Actor = "queue_end" if queue_ended else "meeting"
    why = Why(actor=actor, reason=notice.reason, event_id=notice.event_id)
    telling.tell_changed(day, news, {row.id: why for row in news})
    notice.made_up_to = ids[-1]
    return True


def _concerned(session: WriteSession, notice: EventNotice) -> list[int]:
    """The next sign-ups that a notice is for."""
    query = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(
            Booking.event_id == notice.event_id,
            bookings_of(notice.kind),
            Participant.registration_id > notice.made_up_to,
        )
        .distinct()
        .order_by(Participant.registration_id)
        .limit(BATCH)
    )
    return list(session.scalars(query))
