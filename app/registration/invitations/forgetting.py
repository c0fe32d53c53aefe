"""Whom invitations were for is kept no longer than the contacts of the meeting."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from app.base.clock import now
from app.db import transaction
from app.db.session import WriteSession
from app.mail import outbox
from app.registration.invitations.models import Invitation
from app.registration.invitations.queries import letter_key
from app.registration.models import Registration

NOBODY = "—"
AT_ONCE = 500


def forget_of_meetings(event_ids: Collection[int]) -> int:
    """Erase whom the links of these meetings were for, 500 at most; return of how many links.

    The links end, and their letters lose name, address and text.
    """
    if not event_ids:
        return 0
    with transaction() as session:
        return _forget(session, now(), Invitation.event_id.in_(event_ids))


def forget_person(session: WriteSession, row: Registration, moment: datetime) -> None:
    """Erase whoever was invited by the address of a sign-up, or alone by the link it came by."""
    alone = (Invitation.id == row.invitation_id) & (Invitation.places == 1)
    by_address = func.lower(Invitation.email) == row.email_key
    _forget(session, moment, or_(alone, by_address) if row.email_key else alone)


def _forget(session: WriteSession, moment: datetime, which: ColumnElement[bool]) -> int:
    query = select(Invitation).where(which, Invitation.erased_at.is_(None))
    rows = session.scalars(query.order_by(Invitation.id).limit(AT_ONCE).with_for_update()).all()
    keys = [letter_key(row.id, number) for row in rows for number in range(1, row.sent + 1)]
    outbox.forget_letters(session, keys)
    for row in rows:
        row.label, row.email, row.erased_at = NOBODY, "", moment
        row.revoked_at = row.revoked_at or moment
    return len(rows)
