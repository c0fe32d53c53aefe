"""Special-care data at the desk: that an account saw for whom something is to be arranged."""

from datetime import timedelta

from sqlalchemy import select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db, transaction

SEEN = "arrangements.marked"
ONCE = timedelta(hours=12)
"""At most one entry an account and meeting in this time: a desk looks hundreds of times a day."""


def record_marks(event_id: int, by: Actor) -> None:
    """Note that somebody saw the marks of a meeting, before they are shown.

    Raises:
        Busy: nothing was stored, so nothing may be shown.
    """
    moment = now()
    known = select(AuditEntry.id).where(
        AuditEntry.subject == "event",
        AuditEntry.subject_id == event_id,
        AuditEntry.action == SEEN,
        AuditEntry.account_id == by.account_id,
        AuditEntry.at > moment - ONCE,
    )
    if db.session.scalar(known.limit(1)) is not None:
        return
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=SEEN,
        subject="event",
        subject_id=event_id,
    )
    with transaction() as session:
        audit.record(session, entry, moment)
