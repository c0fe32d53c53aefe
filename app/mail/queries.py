"""What the office reads about the sending of letters."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.base.clock import now
from app.db import db
from app.mail.models import Tick
from app.mail.pauses import QUEUE

SILENT_AFTER = timedelta(minutes=5)


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


def queue_state(moment: datetime | None = None) -> QueueState:
    """Whether letters are being sent; ``moment`` is now where it is not given."""
    row = db.session.execute(
        select(Tick.paused_reason, Tick.last_run_at).where(Tick.name == QUEUE)
    ).first()
    reason, last_seen = row or ("", None)
    silent = last_seen is None or (moment or now()) - last_seen > SILENT_AFTER
    return QueueState(paused_reason=reason, last_seen=last_seen, silent=silent)
