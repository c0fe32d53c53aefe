"""Who may send which letter: claims with a lease, and what became of each letter.

All of these are short transactions; nothing is sent inside one. Whatever is marked is marked only
by whoever still holds the letter, so a worker that was away too long changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, column, exists, select, table, update
from sqlalchemy.orm import aliased

from app.db import db, transaction
from app.db.session import WriteSession
from app.mail.models import UNSENT, OutboxLetter

_campaigns = table("campaign", column("id"), column("state"))  # of a higher room; only looked at


def _unblocked(condition: ColumnElement[bool], limit: int) -> Select[OutboxLetter]:
    """Letters that may go: none of the same registration, as urgent or more, waits before them.

    So a campaign's letter that is tried again and again holds up no confirmation.
    """
    earlier = aliased(OutboxLetter)
    blocked = exists().where(
        earlier.registration_id == OutboxLetter.registration_id,
        earlier.id < OutboxLetter.id,
        earlier.priority <= OutboxLetter.priority,
        earlier.state.in_(UNSENT),
    )
    # In the order of an index, so that a long queue is not sorted for each batch.
    return (
        select(OutboxLetter)
        .where(condition, ~blocked)
        .order_by(OutboxLetter.priority, OutboxLetter.due_at, OutboxLetter.id)
        .limit(limit)
    )


def _ready(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    goes = OutboxLetter.due_at <= moment, ~_stopped()
    return (
        and_(OutboxLetter.state == "queued", *goes),
        and_(OutboxLetter.state == "retrying", *goes),
        and_(OutboxLetter.state == "sending", OutboxLetter.lease_until <= moment),
    )


def _stopped() -> ColumnElement[bool]:
    """Whether a letter's campaign is paused or cancelled: it stays, though not yet marked so.

    One whose sending was cut short is tried to the end all the same: it may have gone.
    """
    return exists().where(
        _campaigns.c.id == OutboxLetter.campaign_id,
        _campaigns.c.state.in_(("paused", "cancelled")),
    )


def anything_due(moment: datetime) -> bool:
    """Whether there is anything to claim; only reads, so that waiting disturbs nobody."""
    try:
        return any(
            db.session.scalars(_unblocked(condition, 1)).first() is not None
            for condition in _ready(moment)
        )
    finally:
        db.session.close()


def claim(holder: str, moment: datetime, lease: timedelta, limit: int) -> list[OutboxLetter]:
    """Take up to ``limit`` letters that are due, the urgent and old ones first.

    Letters whose lease has run out are taken over. Of one registration only the first unsent letter
    of its urgency is ever taken. The rows returned are detached: they no longer change.

    Raises:
        Busy: the database cannot be had just now.
    """
    with transaction() as session:
        found: list[OutboxLetter] = []
        for condition in _ready(moment):
            query = _unblocked(condition, limit)
            # Other workers pass by what is locked here; SQLite has one writer at a time anyway.
            found += session.scalars(query.with_for_update(skip_locked=True, of=OutboxLetter))
        found.sort(key=lambda letter: (letter.priority, letter.due_at, letter.id))
        taken = found[:limit]
        for letter in taken:
            letter.state = "sending"
            letter.holder = holder
            letter.lease_until = moment + lease
    return taken


def mark_accepted(letter_id: int, holder: str, reply: str, moment: datetime) -> bool:
    """The mail server took the letter. False: the letter is no longer ours to mark."""
    return _mark(
        letter_id,
        holder,
        state="accepted",
        accepted_at=moment,
        due_at=moment,
        reason="",
        reply=reply,
    )


def mark_failed(letter_id: int, holder: str, reason: str, reply: str) -> bool:
    """The letter will never go. False: it is no longer ours to mark."""
    return _mark(letter_id, holder, state="failed", reason=reason, reply=reply)


def mark_retrying(letter_id: int, holder: str, reason: str, reply: str, due_at: datetime) -> bool:
    """The letter is tried again at ``due_at``. False: it is no longer ours to mark."""
    return _mark(letter_id, holder, state="retrying", reason=reason, reply=reply, due_at=due_at)


def _mark(letter_id: int, holder: str, **values: object) -> bool:
    statement = (
        update(OutboxLetter)
        .where(OutboxLetter.id == letter_id, *_held_by(holder))
        .values(attempts=OutboxLetter.attempts + 1, holder="", lease_until=None, **values)
        .returning(OutboxLetter.id)
    )
    with transaction() as session:
        return session.scalars(statement).first() is not None


def release(holder: str, letter_ids: Iterable[int] | None = None) -> None:
    """Put letters back as they were, without using a try; all that ``holder`` has when None."""
    held = _held_by(holder)
    if letter_ids is not None:
        held = (*held, OutboxLetter.id.in_(list(letter_ids)))
    with transaction() as session:
        _put_back(session, "queued", *held, OutboxLetter.attempts == 0)
        _put_back(session, "retrying", *held, OutboxLetter.attempts > 0)


def _put_back(session: WriteSession, state: str, *conditions: ColumnElement[bool]) -> None:
    session.execute(
        update(OutboxLetter).where(*conditions).values(state=state, holder="", lease_until=None)
    )


def _held_by(holder: str) -> tuple[ColumnElement[bool], ...]:
    return (OutboxLetter.state == "sending", OutboxLetter.holder == holder)
