"""Who wanted to be told is kept no longer than needed: the worker's duties, in batches."""

from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select

from app.base.clock import now
from app.db import transaction
from app.events.models import Event, EventNotice, EventSession
from app.interest.models import Interest
from app.interest.rules import CONFIRM_WITHIN, KEPT_AFTER
from app.mail import outbox

AT_ONCE = 500


def forget_unconfirmed_tick(_stop: object) -> None:
    """The worker's duty: what nobody confirmed is not kept."""
    forget_unconfirmed(now())


def forget_past_tick(_stop: object) -> None:
    """The worker's duty: lists of meetings that are over are not kept."""
    forget_past(now())


def forget_unconfirmed(moment: datetime) -> int:
    """Delete those who asked and did not confirm in time, 500 at most; return how many."""
    late = select(Interest.id).where(
        Interest.state == "asked", Interest.created_at < moment - CONFIRM_WITHIN
    )
    return _forget(late)


def forget_past(moment: datetime) -> int:
    """Delete those of meetings that ended or were called off 30 days ago, 500 at most.

    Their letters lose name, address and text; that there were letters stays. Returns how many.
    """
    limit = moment - KEPT_AFTER
    ended = (
        select(EventSession.event_id)
        .group_by(EventSession.event_id)
        .having(func.max(EventSession.ends_at) < limit)
    )
    called_off = (
        select(Event.id)
        .join(EventNotice, EventNotice.event_id == Event.id)
        .where(
            Event.state == "cancelled",
            EventNotice.kind == "cancelled",
            EventNotice.created_at < limit,
        )
    )
    over = or_(Interest.event_id.in_(ended), Interest.event_id.in_(called_off))
    return _forget(select(Interest.id).where(over))


def _forget(whom: Select[int]) -> int:
    chosen = whom.order_by(Interest.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    with transaction() as session:
        ids = list(session.scalars(chosen))
        outbox.forget_interest(session, ids)
        session.execute(delete(Interest).where(Interest.id.in_(ids)))
    return len(ids)
