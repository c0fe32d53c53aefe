"""Posting letters: rows written in the transaction of whatever they tell about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, insert, select, update

from app.base.addresses import email_key
from app.base.furigana import bare, in_brackets
from app.db import db
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.mail.bounces.models import MARKED, MailAddress
from app.mail.letter import Letter
from app.mail.models import UNSENT, OutboxLetter


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
    unsent = theirs.where(OutboxLetter.state.in_(UNSENT))
    session.execute(unsent.values(state="suppressed", holder="", lease_until=None))
    erased = {"to_address": "", "to_name": "", "body": "", "unsubscribe_url": "", "reply": ""}
    session.execute(theirs.values(interest_id=None, **erased))


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
