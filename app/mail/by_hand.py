"""Letters that a person tells by telephone, fax or post, because mail does not reach anybody there.

Marks on rows, made in the transaction of a use case. ``OPEN`` letters are still to be told.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import locking
from app.db.session import WriteSession
from app.mail.models import ContactAttempt, OutboxLetter

OPEN = ("by_hand", "failed")


def take_open(session: WriteSession, letter_ids: Collection[int]) -> list[OutboxLetter]:
    """Those of these letters that are still to be told, locked, in their order."""
    query = select(OutboxLetter).where(
        OutboxLetter.id.in_(letter_ids), OutboxLetter.state.in_(OPEN)
    )
    return list(session.scalars(locking(query.order_by(OutboxLetter.id))))


def take_told(session: WriteSession, letter_id: int) -> OutboxLetter | None:
    """The letter if somebody has told it, locked; none of whose words were erased with a person."""
    told = (OutboxLetter.state == "told", OutboxLetter.subject != "")
    query = select(OutboxLetter).where(OutboxLetter.id == letter_id, *told)
    return session.scalars(locking(query.order_by(OutboxLetter.id))).first()


def note(  # noqa: PLR0913  # who tried what, when, with what outcome
    session: WriteSession,
    letters: Sequence[OutboxLetter],
    outcome: str,
    *,
    by: int,
    moment: datetime,
    again_at: datetime | None = None,
) -> None:
    """Note an attempt at each letter; 'told' settles it, though no mail server accepted it."""
    for letter in letters:
        if outcome == "told":
            letter.state = "told"
    session.write_many(
        [
            ContactAttempt(
                letter_id=letter.id, outcome=outcome, again_at=again_at, at=moment, by=by
            )
            for letter in letters
        ]
    )


def reopen(letter: OutboxLetter) -> None:
    """Nobody told it after all: it stands where it stood, with those that failed or the others."""
    letter.state = "failed" if letter.attempts else "by_hand"


def queue_again(letter: OutboxLetter, address: str, moment: datetime) -> None:
    """Let the worker try it anew, to ``address``, with all its tries before it."""
    letter.state, letter.to_address = "queued", address
    letter.attempts, letter.due_at = 0, moment
    letter.reason = letter.reply = ""
    letter.holder, letter.lease_until = "", None
