"""The row that tells how the queue is: when a worker last looked, and why it stands still.

It is the ``letters`` row of ``tick``. A pause ends by itself at ``lease_until``; its reason stays
until a letter has gone through, so that the office is not told too early that all is well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.db import db, transaction
from app.db.dialect import upsert
from app.mail.models import Tick

QUEUE = "letters"


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why the queue stands still ('' when it does not), and until when (UTC)."""

    reason: str
    until: datetime | None


def note_alive(moment: datetime) -> None:
    """Note that a worker looks after letters."""
    _write(last_run_at=moment)


def pause(reason: str, moment: datetime, duration: timedelta) -> None:
    """Let no worker send until ``duration`` has passed; then one letter goes as a trial."""
    _write(paused_reason=reason, lease_until=moment + duration, last_run_at=moment)


def end_pause() -> None:
    """A letter has gone through: all is well again."""
    _write(paused_reason="", lease_until=None)


def try_soon() -> None:
    """Make a pause end now: a worker starts, maybe since the settings were mended."""
    with transaction(quick=True) as session:
        session.execute(update(Tick).where(Tick.name == QUEUE).values(lease_until=None))


def read() -> Pause:
    """How the queue is now."""
    try:
        row = db.session.execute(
            select(Tick.paused_reason, Tick.lease_until).where(Tick.name == QUEUE)
        ).first()
        return Pause(reason=row[0], until=row[1]) if row else Pause(reason="", until=None)
    finally:
        db.session.close()


def _write(**values: object) -> None:
    with transaction(quick=True) as session:
        insert = upsert(db.engine, Tick).values(name=QUEUE, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
