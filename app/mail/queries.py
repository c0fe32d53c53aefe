"""What the office reads about the sending of letters."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import select

from app.base.clock import now
from app.base.errors import NotFound
from app.base.languages import content_language
from app.config import current_settings
from app.db import db
from app.mail import ceilings
from app.mail.models import OutboxLetter, Tick
from app.mail.pauses import QUEUE
from app.mail.shown import masked

SILENT_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """How sending goes.

    ``paused_reason`` is a code for ``words.reason_words``, '' when all is well. ``last_seen`` is
    when a worker last looked (UTC), None when none ever did; ``silent`` says that this is more than
    5 minutes ago. ``goes_on_at`` is when the next letter may go (UTC), where one waits because as
    many went as the settings allow; that is as it should be.
    """

    paused_reason: str
    last_seen: datetime | None
    silent: bool
    goes_on_at: datetime | None


def queue_state(moment: datetime | None = None) -> QueueState:
    """Whether letters are being sent; ``moment`` is now where it is not given."""
    row = db.session.execute(
        select(Tick.paused_reason, Tick.last_run_at).where(Tick.name == QUEUE)
    ).first()
    reason, last_seen = row or ("", None)
    moment = moment or now()
    return QueueState(
        paused_reason=reason,
        last_seen=last_seen,
        silent=last_seen is None or moment - last_seen > SILENT_AFTER,
        goes_on_at=ceilings.goes_on_at(db.session(), current_settings(), moment),
    )


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    """A letter as the office sees it, without its text; moments aware UTC.

    ``due_at`` is when it may be sent or is tried again; ``reason`` a code for ``reason_words``.
    """

    id: int
    purpose: str
    subject: str
    state: str
    created_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    reason: str
    to_address: str
    registration_id: int | None
    locale: str

    @property
    def language(self) -> str:
        """For ``lang``."""
        return content_language(self.locale)


@dataclass(frozen=True, kw_only=True)
class ShownLetter(LetterLine):
    """A letter with its text, masked; '' where it was erased ``forgotten_at`` (UTC)."""

    to_name: str
    host_id: int | None
    body: str
    forgotten_at: datetime | None


def get_letter(letter_id: int) -> ShownLetter:
    """One letter about a sign-up, an interest or a campaign; no other is for the office to read.

    Raises:
        NotFound: there is none.
    """
    row = db.session.get(OutboxLetter, letter_id)
    if row is None or not (row.registration_id or row.interest_id or row.campaign_id):
        raise NotFound("letter")
    found = {one.name: getattr(row, one.name) for one in fields(ShownLetter)}
    return ShownLetter(**{**found, "body": masked(row.body)})


LETTERS_SHOWN = 50


def list_letters(*registration_ids: int) -> tuple[LetterLine, ...]:
    """The latest 50 letters of a sign-up or of several, newest first, by one query."""
    query = (
        select(
            *(OutboxLetter.id, OutboxLetter.purpose, OutboxLetter.subject, OutboxLetter.state),
            *(OutboxLetter.created_at, OutboxLetter.due_at, OutboxLetter.accepted_at),
            *(OutboxLetter.reason, OutboxLetter.to_address, OutboxLetter.registration_id),
            OutboxLetter.locale,
        )
        .where(OutboxLetter.registration_id.in_(registration_ids))
        .order_by(OutboxLetter.id.desc())
        .limit(LETTERS_SHOWN)
    )
    return tuple(LetterLine(**row._asdict()) for row in db.session.execute(query))
