"""Keeping what people answered from their calendars, until the office has settled it."""

from datetime import datetime

from sqlalchemy import exists, select, update

from app.base.addresses import email_key
from app.db.session import WriteSession
from app.mail.bounces.facts import CalendarAnswer
from app.mail.bounces.models import CalendarReply
from app.mail.models import OutboxLetter


def keep(session: WriteSession, answer: CalendarAnswer, moment: datetime) -> bool:
    """Keep an answer to a letter that was sent; only a refusal waits for somebody to settle it."""
    theirs = exists().where(OutboxLetter.registration_id == answer.registration_id)
    if not session.scalar(select(theirs)):
        return False
    key = email_key(answer.attendee)
    query = select(CalendarReply).where(
        CalendarReply.uid == answer.uid,
        CalendarReply.attendee_key == key,
        CalendarReply.settled_at.is_(None),
    )
    row = session.scalars(query.with_for_update()).first()
    if row is not None:
        row.partstat, row.at = answer.partstat, moment
        return True
    session.add(
        CalendarReply(
            uid=answer.uid,
            registration_id=answer.registration_id,
            event_id=answer.event_id,
            attendee=answer.attendee,
            attendee_key=key,
            partstat=answer.partstat,
            at=moment,
            # Who signed up comes anyway: saying so once more leaves nothing to do.
            settled_at=moment if answer.partstat == "accepted" else None,
        )
    )
    return True


def settle(session: WriteSession, reply_id: int, account_id: int, moment: datetime) -> int | None:
    """Note that somebody has dealt with a calendar's answer.

    Returns:
        The id of the sign-up that it names; None where it was settled before, or there is none.
    """
    return session.scalars(
        update(CalendarReply)
        .where(CalendarReply.id == reply_id, CalendarReply.settled_at.is_(None))
        .values(settled_at=moment, settled_by=account_id)
        .returning(CalendarReply.registration_id)
    ).first()
