"""What follows from a received message: addresses marked, letters handed to a person, answers kept.

A report counts only where both its recipient and a Message-ID of ours belong to the same letter, so
that nobody can silence an address by making one up.
"""

import hmac
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, func, select, update

from app.base.addresses import email_key
from app.base.clock import now
from app.db import db, transaction
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.mail.bounces import calendar_replies
from app.mail.bounces.facts import Bounce, Failure, Mark, Reading
from app.mail.bounces.models import MARKED, MailAddress, ReceivedMessage
from app.mail.bounces.reading import key_of, read
from app.mail.marks import digest_of
from app.mail.models import OutboxLetter
from app.mail.stop import Stop

LARGEST = 5 * 1024 * 1024
WAITING = ("queued", "retrying")
BEFORE = (*WAITING, "sending", "accepted", "failed")
"""States of letters that a report changes; not those that were withdrawn, or told by a person."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a message was.

    ``kind``: 'bounce' or 'answer' where it concerned letters of ours, 'other' where not, 'broken'
    where it cannot be read or is too large; ``again``: it had been read before.
    """

    kind: str
    again: bool = False


def take_in(raw: bytes) -> Taken:
    """Read one message and do what follows, once however often it is handed in.

    Raises:
        Busy: nothing was stored; hand it in again.
    """
    reading = _read(raw)
    moment = now()
    with transaction() as session:
        key = reading.key if reading else key_of(raw)
        received, is_new = _received(session, key, moment)
        if is_new:
            received.kind = _follow(session, reading, moment) if reading else "broken"
    return Taken(kind=received.kind, again=not is_new)


def _read(raw: bytes) -> Reading | None:
    if len(raw) > LARGEST:
        return None
    try:
        return read(raw)
    except Exception:
        # The parsers meet whatever anybody sent; one bad message must not stop the others.
        log.exception("a received message could not be read")
        return None


def divert_marked_tick(_stop: Stop) -> int:
    """Hand letters in the queue to a person where their address has been marked meanwhile.

    Marking does so itself; this is for letters posted in the same instant.
    """
    waiting = (
        select(OutboxLetter.id)
        .join(MailAddress, MailAddress.address_key == func.lower(OutboxLetter.to_address))
        .where(OutboxLetter.state.in_(WAITING), MailAddress.state == "marked")
    )
    try:
        found = db.session.scalars(waiting).all()
    finally:
        db.session.close()
    if found:
        with transaction() as session:
            _divert(session, found)
    return len(found)


def lift(session: WriteSession, address_id: int, account_id: int, moment: datetime) -> str | None:
    """Take the mark off an address, so that letters go to it again.

    Returns:
        The address; None where it is not marked (any more).
    """
    return session.scalars(
        update(MailAddress)
        .where(MailAddress.id == address_id, MailAddress.state == "marked")
        .values(state="good", soft_count=0, lifted_at=moment, lifted_by=account_id)
        .returning(MailAddress.address)
    ).first()


def _received(session: WriteSession, key: str, moment: datetime) -> tuple[ReceivedMessage, bool]:
    """The row of a message, locked, and whether it has just been made."""
    insert = upsert(db.engine, ReceivedMessage).values(key=key, kind="other", at=moment)
    statement = insert.on_conflict_do_nothing(index_elements=["key"])
    made = session.scalar(statement.returning(ReceivedMessage.id)) is not None
    query = select(ReceivedMessage).where(ReceivedMessage.key == key)
    return session.scalars(query).one(), made


def _follow(session: WriteSession, reading: Reading, moment: datetime) -> str:
    if reading.bounce is not None:
        concerned = dict(_concerned(session, reading.bounce))
        for letter_id in sorted(concerned):
            letter, failure = concerned[letter_id]
            _apply(session, letter, failure, moment)
        return "bounce" if concerned else "other"
    kept = [calendar_replies.keep(session, answer, moment) for answer in reading.answers]
    return "answer" if any(kept) else "other"


def _concerned(
    session: WriteSession, bounce: Bounce
) -> Iterator[tuple[int, tuple[OutboxLetter, Failure]]]:
    """The letters that a report is about: genuine Message-ID, and sent to the failed recipient."""
    failed = {email_key(failure.address): failure for failure in bounce.failures}
    for mark in bounce.marks:
        letter = session.get(OutboxLetter, mark.letter_id)
        if letter is not None and letter.to_address and _is_genuine(letter, mark):
            failure = failed.get(email_key(letter.to_address))
            if failure is not None:
                yield letter.id, (letter, failure)


def _is_genuine(letter: OutboxLetter, mark: Mark) -> bool:
    return hmac.compare_digest(digest_of(letter), mark.digest)


def _apply(session: WriteSession, letter: OutboxLetter, failure: Failure, moment: datetime) -> None:
    address = _locked(session, letter.to_address)
    if failure.weight == "hard":
        _mark(address, letter, failure, moment)
    else:
        address.soft_count += 1
        address.soft_reason, address.last_soft_at = failure.reason, moment
    session.flush()
    if failure.weight != "later":
        _came_back(session, letter, failure)
    if address.state == "marked":
        _divert(session, _waiting_for(session, address.address_key))


def _locked(session: WriteSession, address: str) -> MailAddress:
    key = email_key(address)
    insert = upsert(db.engine, MailAddress).values(
        address_key=key, address=address, state="good", reason="", reply="", soft_count=0
    )
    session.execute(insert.on_conflict_do_nothing(index_elements=["address_key"]))
    query = select(MailAddress).where(MailAddress.address_key == key).with_for_update()
    return session.scalars(query).one()


def _mark(address: MailAddress, letter: OutboxLetter, failure: Failure, moment: datetime) -> None:
    """Mark the address, unless the office has lifted its mark since the letter was written."""
    lifted_since = address.lifted_at is not None and letter.created_at <= address.lifted_at
    if address.state != "marked" and not lifted_since:
        address.state, address.since = "marked", moment
        address.reason, address.reply = failure.reason, failure.reply


def _came_back(session: WriteSession, letter: OutboxLetter, failure: Failure) -> None:
    """The letter did not arrive; who is out of reach by mail is for a person to tell.

    Told is how things stand: of a sign-up whose later letter went to the same address it is that
    one, which did not arrive either, and not what it has taken the place of.
    """
    state, letter_id = "failed", letter.id
    if failure.weight == "hard":
        state, letter_id = "by_hand", _latest(session, letter)
        if letter_id != letter.id:
            _set_back(session, letter.id, "suppressed", failure)
    _set_back(session, letter_id, state, failure)


def _latest(session: WriteSession, letter: OutboxLetter) -> int:
    """The id of the last letter to the same address that tells all that this one told, or its own.

    Only letters that tell the whole of a sign-up keep what they told (``snapshot``).
    """
    if letter.registration_id is None or letter.snapshot is None:
        return letter.id
    query = select(func.max(OutboxLetter.id)).where(
        OutboxLetter.registration_id == letter.registration_id,
        func.lower(OutboxLetter.to_address) == email_key(letter.to_address),
        OutboxLetter.state == "accepted",
        cast(OutboxLetter.snapshot, Text) != "null",
    )
    return max(letter.id, session.scalar(query) or 0)


def _set_back(session: WriteSession, letter_id: int, state: str, failure: Failure) -> None:
    session.execute(
        update(OutboxLetter)
        .where(OutboxLetter.id == letter_id, OutboxLetter.state.in_(BEFORE))
        .values(
            state=state, reason=failure.reason, reply=failure.reply, holder="", lease_until=None
        )
    )


def _waiting_for(session: WriteSession, address_key: str) -> list[int]:
    query = select(OutboxLetter.id).where(
        OutboxLetter.state.in_(WAITING), func.lower(OutboxLetter.to_address) == address_key
    )
    return list(session.scalars(query))


def _divert(session: WriteSession, letter_ids: Sequence[int]) -> None:
    """By hand instead; one that is just being sent goes, and comes back by itself."""
    session.execute(
        update(OutboxLetter)
        .where(OutboxLetter.id.in_(letter_ids), OutboxLetter.state.in_(WAITING))
        .values(state="by_hand", reason=MARKED)
    )
