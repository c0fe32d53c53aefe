"""Who may send which letter: claims with a lease, and what became of each letter.

All of these are short transactions; nothing is sent inside one. Whatever is marked is marked only
by whoever still holds the letter, so a worker that was away too long changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Update,
    bindparam,
    case,
    column,
    exists,
    func,
    select,
    table,
    true,
    update,
)
from sqlalchemy.orm import aliased

from app.config import current_settings
from app.db import db, transaction
from app.db.session import WriteSession
from app.mail import ceilings
from app.mail.bounces.models import MailAddress
from app.mail.letter import FIRST
from app.mail.models import REPLACED, UNSENT, OutboxLetter

_campaigns = table("campaign", column("id"), column("state"))  # of a higher room; only looked at

WAITS_BY = (
    ("queued", OutboxLetter.due_at),
    ("retrying", OutboxLetter.due_at),
    ("sending", OutboxLetter.lease_until),
)
"""The states of letters that may be claimed, and the moment that must have passed."""


@cache
def _ready() -> tuple[Select[OutboxLetter], ...]:
    """The letters of each state that may go by ``moment``, up to ``most``.

    None of the same registration, as urgent or more, waits before them: so a campaign's letter
    that is tried again and again holds up no confirmation. None to a marked address either; one
    posted while it was being marked waits to be diverted. Built once: that takes longer than
    running it.
    """
    earlier = aliased(OutboxLetter)
    blocked = exists().where(
        earlier.registration_id == OutboxLetter.registration_id,
        earlier.id < OutboxLetter.id,
        earlier.priority <= OutboxLetter.priority,
        earlier.state.in_(UNSENT),
    )
    marked = exists().where(
        MailAddress.address_key == func.lower(OutboxLetter.to_address),
        MailAddress.state == "marked",
    )
    # In the order of an index, so that a long queue is not sorted for each batch.
    in_order = (OutboxLetter.priority, OutboxLetter.due_at, OutboxLetter.id)
    return tuple(
        select(OutboxLetter)
        .where(OutboxLetter.state == state, from_when <= bindparam("moment"), ~blocked, ~marked)
        .where(true() if state == "sending" else ~_stopped())
        .order_by(*in_order)
        .limit(bindparam("most"))
        for state, from_when in WAITS_BY
    )


@cache
def _claiming() -> tuple[Select[OutboxLetter], ...]:
    # Other workers pass by what is locked here; SQLite has one writer at a time anyway.
    return tuple(query.with_for_update(skip_locked=True, of=OutboxLetter) for query in _ready())


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
    given = {"moment": moment, "most": 1}
    try:
        return any(db.session.scalars(query, given).first() is not None for query in _ready())
    finally:
        db.session.close()


def claim(holder: str, moment: datetime, lease: timedelta, limit: int) -> list[OutboxLetter]:
    """Take up to ``limit`` letters that are due, the urgent and old ones first.

    Letters whose lease has run out are taken over. Of one registration only the first unsent letter
    of its urgency is ever taken, and no more than the ceilings of the settings leave room for.

    Returns:
        The rows as they were, detached.

    Raises:
        Busy: the database cannot be had just now.
    """
    settings = current_settings()
    with transaction() as session:
        room = ceilings.Room(first=limit, later=limit)
        if ceilings.are_set(settings):
            room = ceilings.lock_room(session, settings, moment)
        most = min(limit, room.first)
        taken = _choose(session, moment, most, room.later) if most else []
        session.expunge_all()
        _hold(session, holder, moment + lease, [letter.id for letter in taken])
    return taken


def _choose(
    session: WriteSession, moment: datetime, most: int, of_campaigns: int
) -> list[OutboxLetter]:
    found: list[OutboxLetter] = []
    for query in _claiming():
        found += session.scalars(query, {"moment": moment, "most": most})
    found.sort(key=lambda letter: (letter.priority, letter.due_at, letter.id))
    urgent = sum(1 for letter in found if letter.priority <= FIRST)
    return found[: min(most, urgent + of_campaigns)]


def _hold(session: WriteSession, holder: str, until: datetime, letter_ids: Sequence[int]) -> None:
    statement = update(OutboxLetter).where(OutboxLetter.id.in_(letter_ids))
    session.execute(statement.values(state="sending", holder=holder, lease_until=until))


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What became of a letter: accepted, failed for good, or retrying from ``due_at``."""

    letter_id: int
    state: str
    due_at: datetime
    accepted_at: datetime | None = None
    reason: str = ""
    reply: str = ""


@cache
def _marking() -> Update:
    table: Any = OutboxLetter.__table__
    letters: Table = table
    given: dict[str, ColumnElement[Any]] = {
        name: bindparam(f"the_{name}", type_=letters.c[name].type)
        for name in ("state", "due_at", "accepted_at", "reason", "reply")
    }
    again = (letters.c.reason == REPLACED) & (given["state"] == "retrying")
    given["state"] = case((again, "outdated"), else_=given["state"])
    return (
        update(letters)
        .where(
            letters.c.id == bindparam("the_letter_id"),
            letters.c.holder == bindparam("the_holder"),
            letters.c.state == "sending",
        )
        .values(
            attempts=letters.c.attempts + 1,
            holder="",
            lease_until=None,
            **given,
        )
    )


def write_down(holder: str, marks: Sequence[Mark]) -> int:
    """Mark letters, together; return how many were still the holder's to mark.

    Raises:
        Busy: the database cannot be had just now; nothing was marked.
    """
    in_order = sorted(marks, key=lambda mark: mark.letter_id)  # as everywhere
    given = [{f"the_{name}": value for name, value in vars(mark).items()} for mark in in_order]
    with transaction() as session:
        # Past the ORM, which takes a third of the time and has nothing to add here.
        result = session.connection().execute(
            _marking(), [one | {"the_holder": holder} for one in given]
        )
        marked: int = result.rowcount
    return marked


def release(holder: str, letter_ids: Iterable[int] | None = None) -> None:
    """Put letters back as they were, without using a try; all that ``holder`` has when None."""
    held: tuple[ColumnElement[bool], ...] = (
        OutboxLetter.state == "sending",
        OutboxLetter.holder == holder,
    )
    if letter_ids is not None:
        held = (*held, OutboxLetter.id.in_(list(letter_ids)))
    with transaction() as session:
        _put_back(session, "queued", *held, OutboxLetter.attempts == 0)
        _put_back(session, "retrying", *held, OutboxLetter.attempts > 0)


def _put_back(session: WriteSession, state: str, *conditions: ColumnElement[bool]) -> None:
    outdated = OutboxLetter.reason == REPLACED
    session.execute(
        update(OutboxLetter)
        .where(*conditions)
        .values(
            state=case((outdated, "outdated"), else_=state),
            reason=case((outdated, ""), else_=OutboxLetter.reason),
            holder="",
            lease_until=None,
        )
    )
