"""Forgetting what letters said once their term is over; that there was a letter stays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.base.clock import now
from app.config import current_settings
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.mail.purposes import LINK_AGAIN
from app.mail.stop import Stop

FINAL = ("accepted", "failed", "suppressed", "told")
"""States that a letter does not leave by itself."""
BATCH = 500
FORGOTTEN = {"body": "", "invites": [], "reply": "", "unsubscribe_url": ""}
NOBODYS = {"to_address": "", "to_name": ""}
"""Of letters to an address without one sign-up, with which they would be erased."""


def forget_bodies_tick(stop: Stop) -> None:
    """The worker's duty: blank old letters, in short transactions.

    What the sign-up was told (``snapshot``) stays, so that the next letter can say what is new.

    Raises:
        Busy: the database could not be had; what was forgotten stays so.
    """
    before = now() - timedelta(days=current_settings().mail_bodies_days)
    last = 0
    while not stop.asked and (ids := _next(before, last)):
        with transaction() as session:
            # Asked again: somebody may have ordered one to be sent once more.
            old = (OutboxLetter.id.in_(ids), OutboxLetter.state.in_(FINAL))
            session.execute(
                update(OutboxLetter).where(*old).values(**FORGOTTEN, forgotten_at=now())
            )
            alone = (OutboxLetter.purpose == LINK_AGAIN, OutboxLetter.registration_id.is_(None))
            session.execute(update(OutboxLetter).where(*old, *alone).values(**NOBODYS))
        last = ids[-1]


def _next(before: datetime, last: int) -> Sequence[int]:
    """Ids of letters whose last event, ``due_at``, lies before a moment, after the id ``last``."""
    query = (
        select(OutboxLetter.id)
        .where(
            OutboxLetter.id > last,
            OutboxLetter.state.in_(FINAL),
            OutboxLetter.due_at < before,
            OutboxLetter.body != "",
        )
        .order_by(OutboxLetter.id)
        .limit(BATCH)
    )
    try:
        return db.session.scalars(query).all()
    finally:
        db.session.close()
