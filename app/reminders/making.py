"""Making the letters of a reminder that was started: in batches, and again after any crash.

A batch is one transaction: it locks the reminder and the sign-ups, looks who is still confirmed,
and writes the letters together with how far it came. A killed worker's batch was never there.
"""

from typing import Protocol

from sqlalchemy import select

from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.mail import outbox
from app.registration.models import Booking, Registration
from app.reminders import letters, queries
from app.reminders.models import Campaign

BATCH = 200
BATCHES = 25
"""At most in one call, so that the worker's other duties have their turn."""


class Stop(Protocol):
    """How the worker asks its ticks to end."""

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""


def make_letters_tick(stop: Stop) -> None:
    """The worker's duty: make the letters of every reminder that was started."""
    started = select(Campaign.id).where(Campaign.state == "making").order_by(Campaign.id)
    ids = list(db.session.scalars(started))
    db.session.close()
    for campaign_id in ids:
        make_letters(campaign_id, stop)


def make_letters(campaign_id: int, stop: Stop) -> None:
    """Make all letters of one reminder that are missing, until asked to stop.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    event_id = db.session.scalar(select(Campaign.event_id).where(Campaign.id == campaign_id))
    if event_id is None:
        return
    facts = letters.meeting_facts(event_id, now())
    for _batch in range(BATCHES):
        if stop.asked:
            return
        with transaction() as session:
            if not _make_batch(session, campaign_id, facts):
                return


def _make_batch(session: WriteSession, campaign_id: int, facts: letters.Facts) -> bool:
    """Make up to 200 letters; tell whether there may be more. Called off, no more are made."""
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == "making")
    campaign = session.scalar(query.with_for_update())
    if campaign is None:
        return False
    state = session.scalar(select(Event.state).where(Event.id == campaign.event_id))
    off = state == "cancelled"
    chosen = [] if off else queries.next_bookings(session, campaign, BATCH)
    if not chosen:
        campaign.state = "made"
        return False
    lock(session, {Registration: {row.registration_id for row in chosen}})
    # Read again under the lock: whoever cancelled meanwhile gets no letter.
    confirmed = queries.recipients(campaign.event_id).where(
        Booking.id.in_([row.id for row in chosen])
    )
    text = queries.text_of(campaign)
    made = [
        letters.reminder(campaign.id, text, facts, queries.recipient(row))
        for row in session.execute(confirmed.order_by(Booking.id))
    ]
    outbox.post_many(session, made, now())
    campaign.made_up_to = chosen[-1].id
    return True
