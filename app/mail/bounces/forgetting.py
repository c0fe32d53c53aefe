"""Forgetting addresses and what came to the mailbox once nobody needs them."""

from datetime import timedelta

from sqlalchemy import and_, delete, exists, func, or_

from app.base.clock import now
from app.db import transaction
from app.mail.bounces.models import CalendarReply, MailAddress, ReceivedMessage
from app.mail.models import OutboxLetter
from app.mail.stop import Stop

REMEMBERED = timedelta(days=180)
"""After its last use an address is forgotten, and which message was read, and a settled answer."""
UNSETTLED = timedelta(days=365)
"""How long an answer from a calendar waits for somebody of the office."""


def forget_received_tick(_stop: Stop) -> None:
    """The worker's duty: messages read, calendars' answers and marks of addresses, long ago.

    An address is in use while letters to it are written; one that is forgotten is tried again.

    Raises:
        Busy: the database could not be had.
    """
    limit = now() - REMEMBERED
    settled = CalendarReply.settled_at < limit
    waited_for_nothing = and_(
        CalendarReply.settled_at.is_(None), CalendarReply.at < now() - UNSETTLED
    )
    with transaction(quick=True) as session:
        session.execute(delete(ReceivedMessage).where(ReceivedMessage.at < limit))
        session.execute(delete(CalendarReply).where(or_(settled, waited_for_nothing)))
        last = (MailAddress.since, MailAddress.last_soft_at, MailAddress.lifted_at)
        written_to = exists().where(
            func.lower(OutboxLetter.to_address) == MailAddress.address_key,
            OutboxLetter.created_at >= limit,
        )
        quiet = (or_(moment.is_(None), moment < limit) for moment in last)
        session.execute(delete(MailAddress).where(*quiet, ~written_to))
