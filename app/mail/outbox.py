"""Posting letters: rows written in the transaction of whatever they tell about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, update

from app.base.furigana import bare, in_brackets
from app.db import db
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.mail.letter import Letter
from app.mail.models import UNSENT, OutboxLetter

REPLACEABLE = ("queued", "retrying", "by_hand")
"""Letters that have not gone yet; one that is being sent goes."""


def post(session: WriteSession, letter: Letter, moment: datetime) -> None:
    """Put one new letter into the outbox; the worker sends it after the commit."""
    session.put(OutboxLetter(**_row(letter, moment)))


def post_many(session: WriteSession, letters: Sequence[Letter], moment: datetime) -> None:
    """Put letters into the outbox; those whose key is there already are left as they are."""
    if letters:
        statement = upsert(db.engine, OutboxLetter).on_conflict_do_nothing(index_elements=["key"])
        session.execute(statement, [_row(letter, moment) for letter in letters])


def forget_interest(session: WriteSession, interest_ids: Sequence[int]) -> None:
    """Stop the unsent letters to these interests and erase whom all their letters went to.

    That there was a letter, of what purpose and when, stays.
    """
    theirs = update(OutboxLetter).where(OutboxLetter.interest_id.in_(interest_ids))
    unsent = theirs.where(OutboxLetter.state.in_(UNSENT))
    session.execute(unsent.values(state="suppressed", holder="", lease_until=None))
    erased = {"to_address": "", "to_name": "", "body": "", "unsubscribe_url": "", "reply": ""}
    session.execute(theirs.values(interest_id=None, **erased))


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
        .values(state="suppressed", reason="replaced")
    )


def _row(letter: Letter, moment: datetime) -> dict[str, object]:
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
        "state": "queued" if letter.to_address else "by_hand",
        "created_at": moment,
        "due_at": moment,
    }


def _unmarked(invite: dict[str, Any]) -> dict[str, Any]:
    """Calendars show no readings."""
    return {name: bare(kept) if isinstance(kept, str) else kept for name, kept in invite.items()}
