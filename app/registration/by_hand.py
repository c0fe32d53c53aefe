"""Reaching people without mail: what the office did, and where to fax and write to them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.db import lock, transaction
from app.db.session import WriteSession
from app.mail import by_hand
from app.mail.models import OutboxLetter
from app.registration.models import Registration


def record_told(letter_ids: Collection[int], by: Actor) -> int:
    """Somebody has told these letters: they are settled. Gives how many were still to be told.

    Raises:
        Busy: nothing was stored.
    """
    return _record("told", letter_ids, by)


def record_no_answer(letter_ids: Collection[int], by: Actor) -> int:
    """Nobody answered; they stay to be told. As ``record_told``."""
    return _record("no_answer", letter_ids, by)


def record_again(letter_ids: Collection[int], again_at: datetime, by: Actor) -> int:
    """They are to be called again at a moment (aware). As ``record_told``."""
    return _record("again", letter_ids, by, again_at)


def undo_told(letter_id: int, by: Actor) -> bool:
    """Put a letter back on the list that was marked as told by mistake; False: it is there already.

    Raises:
        Busy: nothing was stored.
    """
    with transaction() as session:
        _lock_whose(session, [letter_id])
        letter = by_hand.take_told(session, letter_id)
        if letter is None:
            return False
        by_hand.reopen(letter)
        _audit(session, "letter.untold", [letter], by, now())
        return True


def send_again(letter_ids: Collection[int], by: Actor) -> int:
    """Try by mail once more what has an address, new addresses included; gives how many have.

    Raises:
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        whose = _lock_whose(session, letter_ids)
        taken = []
        for letter in by_hand.take_open(session, letter_ids):
            row = whose.get(letter.registration_id or 0)
            address = mail_address(letter.state, letter.to_address, row.email if row else "")
            if address:
                by_hand.queue_again(letter, address, moment)
                taken.append(letter)
        _audit(session, "letter.sent_again", taken, by, moment)
        return len(taken)


def mail_address(state: str, written_to: str, known: str) -> str:
    """Where a letter could go by mail after all; '' where nowhere.

    An address that was not tried (because mail came back from it) is not tried by this either.

    Args:
        state: of the letter.
        written_to: the address that it was made for.
        known: the contact's present address.
    """
    if known and known != written_to:
        return known
    return written_to if state == "failed" else ""


def _record(
    outcome: str, letter_ids: Collection[int], by: Actor, again_at: datetime | None = None
) -> int:
    moment = now()
    with transaction() as session:
        _lock_whose(session, letter_ids)
        letters = by_hand.take_open(session, letter_ids)
        by_hand.note(session, letters, outcome, by=by.account_id, moment=moment, again_at=again_at)
        _audit(session, f"letter.{outcome}", letters, by, moment)
        return len(letters)


def _lock_whose(session: WriteSession, letter_ids: Collection[int]) -> dict[int, Registration]:
    """The sign-ups of these letters, locked first: whoever withdraws letters holds theirs, too."""
    query = select(OutboxLetter.registration_id).where(
        OutboxLetter.id.in_(letter_ids), OutboxLetter.registration_id.is_not(None)
    )
    ids = [one for one in session.scalars(query) if one is not None]
    return {row.id: row for row in lock(session, {Registration: ids})[Registration]}


def _audit(
    session: WriteSession, action: str, letters: list[OutboxLetter], by: Actor, moment: datetime
) -> None:
    """One entry for each sign-up, and for each letter that belongs to none."""
    subjects = dict.fromkeys(
        ("registration", one.registration_id) if one.registration_id else ("letter", one.id)
        for one in letters
    )
    entries = [
        audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action=action,
            subject=subject,
            subject_id=subject_id,
        )
        for subject, subject_id in subjects
    ]
    audit.record_many(session, entries, moment)
