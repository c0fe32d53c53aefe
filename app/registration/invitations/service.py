"""Making, sending and revoking invitations; whom a link lets in, under the lock."""

from collections.abc import Sequence
from datetime import datetime

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.mail.letter import Letter
from app.registration.invitations import letters
from app.registration.invitations.facts import NewInvitation
from app.registration.invitations.models import Invitation
from app.registration.locking import Day, lock_event

MOST = 200
"""Links that are made at once."""


def make(event_id: int, wanted: Sequence[NewInvitation], by: Actor) -> list[int]:
    """Make links for a meeting, and write to everybody of whom an address is known, in one commit.

    Returns:
        Their ids, in the order of ``wanted``.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        rows = [
            Invitation(
                event_id=event_id,
                created_at=day.moment,
                created_by=by.account_id,
                sent=1 if one.email else 0,
                **vars(one),
            )
            for one in wanted
        ]
        session.put_many(rows)
        day.post_many([letter for row in rows if (letter := _letter(day, row))])
        _record(session, "invitation.made", event_id, by, day.moment, people=len(rows))
        return [row.id for row in rows]


def send_again(event_id: int, invitation_id: int, by: Actor) -> bool:
    """Write to them once more; False where no address is known, or the link has been revoked.

    Raises:
        NotFound: the meeting has no such invitation.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        row = _get(session, event_id, invitation_id)
        if not row.email or row.revoked_at is not None:
            return False
        row.sent += 1
        day.post_many([letter for letter in [_letter(day, row)] if letter])
        _record(session, "invitation.sent_again", event_id, by, day.moment, people=1)
        return True


def revoke(event_id: int, invitation_id: int, by: Actor) -> bool:
    """End a link at once; who signed up by it stays signed up. False: it had ended already.

    Raises:
        NotFound: the meeting has no such invitation.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        row = _get(session, event_id, invitation_id)
        if row.revoked_at is not None:
            return False
        row.revoked_at = day.moment
        _record(session, "invitation.revoked", event_id, by, day.moment, people=1)
        return True


def _get(session: WriteSession, event_id: int, invitation_id: int) -> Invitation:
    rows = lock(session, {Invitation: [invitation_id]})[Invitation]
    if not rows or rows[0].event_id != event_id:
        raise NotFound("invitation")
    found: Invitation = rows[0]
    return found


def _letter(day: Day, row: Invitation) -> Letter | None:
    """None without an address, and of a draft: there is no page yet to which a link could lead."""
    offer = day.offer(row.locale).for_invited([row.event_id], day.moment)
    found = [one for one in offer.meetings if one.id == row.event_id]
    return letters.invitation(row, found[0], day.texts) if found and row.email else None


def _record(  # noqa: PLR0913, PLR0917  # one entry
    session: WriteSession, action: str, event_id: int, by: Actor, moment: datetime, people: int
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
        after={"people": people},
    )
    audit.record(session, entry, moment)
