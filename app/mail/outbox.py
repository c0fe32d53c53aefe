"""Posting letters: rows written in the transaction of whatever they tell about.

The letters of a campaign are held, let go, ended, sent again and made anew by bounded steps, each
repeated until it returns 0, so that no transaction holds up sign-ups. What is being sent meanwhile
goes, or comes back as ``queued`` or ``retrying``: whoever pauses or ends a campaign looks again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.base.addresses import email_key
from app.base.clock import now
from app.base.furigana import bare, in_brackets
from app.db import db
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.mail.bounces.models import MARKED, MailAddress
from app.mail.by_hand import OPEN
from app.mail.letter import Letter
from app.mail.models import NOT_GONE, REPLACED, OutboxLetter
from app.mail.purposes import INVITATION, LINK_AGAIN

STEP = 500
"""Letters in one step: some 20 ms on SQLite."""
KEPT = ("key", "purpose", "priority", "registration_id", "campaign_id", "interest_id", "created_at")
"""What a letter that is made anew keeps; its Message-ID comes from these."""

REPLACEABLE = ("queued", "retrying", "held", "by_hand")
"""Letters that have not gone yet; one that is being sent goes."""


def post(session: WriteSession, letter: Letter, moment: datetime) -> None:
    """Put one new letter into the outbox; the worker sends it after the commit."""
    row = _row(letter, moment, set())
    if letter.to_address:  # asked within the INSERT: a sign-up makes no statement more for it
        marked = exists().where(
            MailAddress.address_key == email_key(letter.to_address), MailAddress.state == "marked"
        )
        row["state"] = case((marked, "by_hand"), else_="queued")
        row["reason"] = case((marked, MARKED), else_="")
    session.flush()
    session.execute(insert(OutboxLetter).values(**row))


def post_many(session: WriteSession, letters: Sequence[Letter], moment: datetime) -> None:
    """Put letters into the outbox; those whose key is there already are left as they are."""
    if letters:
        statement = upsert(db.engine, OutboxLetter).on_conflict_do_nothing(index_elements=["key"])
        session.execute(statement, _rows(session, letters, moment))


def forget_interest(session: WriteSession, interest_ids: Sequence[int]) -> None:
    """Stop the unsent letters to these interests and erase whom all their letters went to.

    That there was a letter, of what purpose and when, stays.
    """
    theirs = update(OutboxLetter).where(OutboxLetter.interest_id.in_(interest_ids))
    unsent = theirs.where(OutboxLetter.state.in_(NOT_GONE))
    session.execute(unsent.values(state="suppressed", holder="", lease_until=None))
    erased = {"to_address": "", "to_name": "", "body": "", "unsubscribe_url": "", "reply": ""}
    session.execute(theirs.values(interest_id=None, **erased, forgotten_at=now()))


def forget_registrations(session: WriteSession, registration_ids: Sequence[int]) -> None:
    """Stop what is still to be told to these sign-ups, by whatever way.

    All that any letter of theirs said, and to whom, is erased. That there was a letter, of what
    purpose and when, stays.
    """
    _forget(session, OutboxLetter.registration_id.in_(registration_ids))


def forget_address(session: WriteSession, key: str) -> None:
    """Do the same with letters about the sign-ups of an address; it looks at all letters.

    ``key``: the form of ``base.addresses.email_key``.
    """
    to_it = func.lower(OutboxLetter.to_address) == key
    _forget(session, to_it, OutboxLetter.purpose.in_((LINK_AGAIN, INVITATION)))


def forget_letters(session: WriteSession, keys: Sequence[str]) -> None:
    """Do the same with the letters of these keys."""
    _forget(session, OutboxLetter.key.in_(keys))


def _forget(session: WriteSession, *which: ColumnElement[bool]) -> None:
    theirs = update(OutboxLetter).where(*which)
    # One that failed is to be told by a person, who has nobody to telephone any more.
    unsettled = theirs.where(OutboxLetter.state.in_((*NOT_GONE, *OPEN)))
    session.execute(unsettled.values(state="suppressed", holder="", lease_until=None))
    words = dict.fromkeys(
        ("to_address", "to_name", "subject", "body", "unsubscribe_url", "reply"), ""
    )
    session.execute(theirs.values(**words, invites=[], snapshot=None, forgotten_at=now()))


def withdraw_interest(
    session: WriteSession, interest_ids: Select[int], purposes: Sequence[str]
) -> None:
    """Stop letters to these interests that tell what is no longer so; one being sent goes."""
    session.execute(
        update(OutboxLetter)
        .where(
            OutboxLetter.interest_id.in_(interest_ids),
            OutboxLetter.state.in_(REPLACEABLE),
            OutboxLetter.purpose.in_(purposes),
        )
        .values(state="suppressed", reason=REPLACED)
    )


def hold(session: WriteSession, campaign_id: int, limit: int = STEP) -> int:
    """The campaign is paused: let its letters wait; return how many."""
    return _step(session, campaign_id, ("queued", "retrying"), limit, state="held")


def let_go(session: WriteSession, campaign_id: int, limit: int = STEP) -> int:
    """The campaign goes on: put its held letters back into the queue; return how many."""
    return _step(session, campaign_id, ("held",), limit, state="queued")


def suppress_campaign(session: WriteSession, campaign_id: int, limit: int = STEP) -> int:
    """The campaign is cancelled: what has not gone, or been told, never will; return how many."""
    waiting = ("queued", "retrying", "held", "outdated", "by_hand")
    return _step(session, campaign_id, waiting, limit, state="suppressed", reason="cancelled")


def send_again(session: WriteSession, campaign_id: int, limit: int = STEP) -> int:
    """Have what could not be sent made anew and sent, with all its tries; return how many.

    Made anew, since its reader may have cancelled meanwhile, or come otherwise. Letters whose text
    has been forgotten stay as they are.
    """
    has_text = OutboxLetter.body != ""
    return _step(session, campaign_id, ("failed",), limit, has_text, state="outdated")


def outdated(session: Session, campaign_id: int, limit: int) -> list[tuple[int, int | None]]:
    """The next letters that must be made anew, as pairs of ids: letter, sign-up.

    Whoever renews them locks the sign-ups first and reads there what the new letter says.
    """
    is_outdated = _of(campaign_id, ("outdated",))
    query = select(OutboxLetter.id, OutboxLetter.registration_id).where(*is_outdated)
    rows = session.execute(query.order_by(OutboxLetter.id).limit(limit))
    return [(row[0], row[1]) for row in rows]


def renew(session: WriteSession, letter_id: int, letter: Letter) -> bool:
    """Put a new text into an outdated letter and queue it; its key and Message-ID stay.

    Not while its campaign is paused: it would go. False: it was no longer outdated.
    """
    (row,) = _rows(session, [letter], now())
    new = {name: kept for name, kept in row.items() if name not in KEPT}
    return _change(session, [letter_id], **new, attempts=0, reply="") == 1


def drop(session: WriteSession, letter_ids: Sequence[int]) -> int:
    """Outdated letters that nobody is to get any more; return how many were still outdated."""
    return _change(session, letter_ids, state="suppressed", reason=REPLACED)


def _change(session: WriteSession, letter_ids: Sequence[int], **values: object) -> int:
    statement = (
        update(OutboxLetter)
        .where(OutboxLetter.id.in_(letter_ids), OutboxLetter.state == "outdated")
        .values(**values)
        .returning(OutboxLetter.id)
    )
    return len(session.scalars(statement).all())


def _step(
    session: WriteSession,
    campaign_id: int,
    states: Sequence[str],
    limit: int,
    *conditions: ColumnElement[bool],
    **values: object,
) -> int:
    # Locked by id, as everywhere: two that change many letters at a time must not cross. What a
    # worker is just claiming is waited for, and left alone once it is claimed.
    chosen = select(OutboxLetter.id).where(*_of(campaign_id, states), *conditions)
    ids = session.scalars(chosen.order_by(OutboxLetter.id).limit(limit).with_for_update()).all()
    session.execute(update(OutboxLetter).where(OutboxLetter.id.in_(ids)).values(**values))
    return len(ids)


def _of(campaign_id: int, states: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return OutboxLetter.campaign_id == campaign_id, OutboxLetter.state.in_(states)


def _rows(
    session: WriteSession, letters: Sequence[Letter], moment: datetime
) -> list[dict[str, Any]]:
    """As rows; those to addresses where nothing arrives are for a person to tell."""
    marked = _marked(session, {email_key(letter.to_address) for letter in letters} - {""})
    return [_row(letter, moment, marked) for letter in letters]


def _marked(session: WriteSession, keys: set[str]) -> set[str]:
    if not keys:
        return set()
    query = select(MailAddress.address_key).where(
        MailAddress.address_key.in_(keys), MailAddress.state == "marked"
    )
    return set(session.scalars(query))


def _row(letter: Letter, moment: datetime, marked: set[str]) -> dict[str, Any]:
    is_marked = email_key(letter.to_address) in marked
    return {
        "key": letter.key,
        "purpose": letter.purpose,
        "priority": letter.priority,
        "registration_id": letter.registration_id,
        "registration_version": letter.registration_version,
        "campaign_id": letter.campaign_id,
        "snapshot": letter.snapshot,
        "interest_id": letter.interest_id,
        "host_id": letter.host_id,
        "unsubscribe_url": letter.unsubscribe_url,
        "to_address": letter.to_address,
        "to_name": letter.to_name,
        "locale": letter.locale,
        "subject": bare(letter.subject),
        "body": in_brackets(letter.body),
        "invites": [_unmarked(invite.to_json()) for invite in letter.invites],
        "state": "queued" if letter.to_address and not is_marked else "by_hand",
        "reason": MARKED if is_marked else "",
        "created_at": moment,
        "due_at": moment,
    }


def _unmarked(invite: dict[str, Any]) -> dict[str, Any]:
    """Calendars show no readings."""
    return {name: bare(kept) if isinstance(kept, str) else kept for name, kept in invite.items()}
