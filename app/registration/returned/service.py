"""What the office does: lifting the mark of an address, settling a calendar's answer."""

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.db import transaction
from app.mail.bounces import calendar_replies
from app.mail.bounces import service as bounces


def lift_mark(address_id: int, actor: Actor) -> str | None:
    """Let letters go to an address again; pressed twice, it is done once.

    Returns:
        The address; None where it is not marked (any more).

    Raises:
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        address = bounces.lift(session, address_id, actor.account_id, moment)
        if address is not None:
            entry = audit.Entry(
                actor=audit.ACCOUNT,
                action="address.lifted",
                account_id=actor.account_id,
                subject="mail_address",
                subject_id=address_id,
            )
            audit.record(session, entry, moment)
    return address


def settle_answer(reply_id: int, actor: Actor) -> int | None:
    """Note that somebody has dealt with a calendar's answer; pressed twice, it is done once.

    Returns:
        The id of the sign-up that it names; None where it was settled before.

    Raises:
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        registration_id = calendar_replies.settle(session, reply_id, actor.account_id, moment)
        if registration_id is not None:
            entry = audit.Entry(
                actor=audit.ACCOUNT,
                action="calendar.settled",
                account_id=actor.account_id,
                subject="registration",
                subject_id=registration_id,
            )
            audit.record(session, entry, moment)
    return registration_id
