"""What the office reads about letters. Those of accounts belong to no sign-up and stay unseen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.base.clock import now
from app.db import db
from app.mail.models import STATES, OutboxLetter, Tick
from app.mail.pauses import QUEUE

SILENT_AFTER = timedelta(minutes=5)
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """How sending goes.

    ``paused_reason`` is a code for ``words.reason_words``, '' when all is well. ``last_seen`` is
    when a worker last looked (UTC), None when none ever did; ``silent`` says that this is more than
    5 minutes ago.
    """

    paused_reason: str
    last_seen: datetime | None
    silent: bool


@dataclass(frozen=True, kw_only=True)
class LetterView:
    """A letter as the office sees it.

    ``due_at`` is when it is tried next, for the state 'retrying'; ``reason`` a code for
    ``words.reason_words``; ``reply`` what the mail server said. All moments are UTC.
    """

    id: int
    registration_id: int | None
    purpose: str
    name: str
    address: str
    subject: str
    state: str
    created_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    attempts: int
    reason: str
    reply: str


_COLUMNS = (
    OutboxLetter.id,
    OutboxLetter.registration_id,
    OutboxLetter.purpose,
    OutboxLetter.to_name.label("name"),
    OutboxLetter.to_address.label("address"),
    OutboxLetter.subject,
    OutboxLetter.state,
    OutboxLetter.created_at,
    OutboxLetter.due_at,
    OutboxLetter.accepted_at,
    OutboxLetter.attempts,
    OutboxLetter.reason,
    OutboxLetter.reply,
)


def queue_state(moment: datetime | None = None) -> QueueState:
    """Whether letters are being sent; ``moment`` is now where it is not given."""
    row = db.session.execute(
        select(Tick.paused_reason, Tick.last_run_at).where(Tick.name == QUEUE)
    ).first()
    reason, last_seen = row or ("", None)
    silent = last_seen is None or (moment or now()) - last_seen > SILENT_AFTER
    return QueueState(paused_reason=reason, last_seen=last_seen, silent=silent)


def last_runs() -> dict[str, datetime | None]:
    """When each duty of the worker was last done (UTC), by name, in the order of names."""
    rows = db.session.execute(select(Tick.name, Tick.last_run_at).order_by(Tick.name))
    return {row.name: row.last_run_at for row in rows}


def counts_by_state(campaign_id: int) -> dict[str, int]:
    """How many letters of a campaign are in each state; every state is there, if only with 0."""
    rows = db.session.execute(
        select(OutboxLetter.state, func.count())
        .where(OutboxLetter.campaign_id == campaign_id)
        .group_by(OutboxLetter.state)
    )
    return {**dict.fromkeys(STATES, 0), **{row[0]: row[1] for row in rows}}


def letters_of_registrations(registration_ids: Collection[int]) -> dict[int, LetterView]:
    """The latest letter of each registration that has one, by registration id."""
    found: dict[int, LetterView] = {}
    ids = sorted(set(registration_ids))
    for start in range(0, len(ids), CHUNK):
        latest = (
            select(func.max(OutboxLetter.id))
            .where(OutboxLetter.registration_id.in_(ids[start : start + CHUNK]))
            .group_by(OutboxLetter.registration_id)
        )
        query = select(*_COLUMNS).where(OutboxLetter.id.in_(latest)).order_by(OutboxLetter.id)
        for row in db.session.execute(query).mappings():
            found[row["registration_id"]] = LetterView(**row)
    return found


def letters_of_campaign(
    campaign_id: int, states: Collection[str] = STATES, after_id: int = 0, limit: int = 50
) -> tuple[LetterView, ...]:
    """Letters of a campaign in any of ``states``, by id, those after ``after_id``."""
    query = (
        select(*_COLUMNS)
        .where(
            OutboxLetter.campaign_id == campaign_id,
            OutboxLetter.state.in_(states),
            OutboxLetter.id > after_id,
        )
        .order_by(OutboxLetter.id)
        .limit(limit)
    )
    return tuple(LetterView(**row) for row in db.session.execute(query).mappings())


def find_letters(registration_id: int) -> tuple[LetterView, ...]:
    """All letters of a registration, the oldest first."""
    query = (
        select(*_COLUMNS)
        .where(OutboxLetter.registration_id == registration_id)
        .order_by(OutboxLetter.id)
    )
    return tuple(LetterView(**row) for row in db.session.execute(query).mappings())
