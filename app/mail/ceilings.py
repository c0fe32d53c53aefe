"""How many letters may go in a minute and in an hour, as the mail server's keeper allows.

What counts is what was accepted in the time that has just passed, and what is being sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import db
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.mail.letter import FIRST
from app.mail.models import OutboxLetter, Tick
from app.mail.pauses import QUEUE

SHARE = 10
"""One letter in ten is left for those that somebody waits for, however long a campaign is."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many letters may be taken now: urgent ones, and those of campaigns among them."""

    first: int
    later: int


def are_set(settings: Settings) -> bool:
    """Whether there is any ceiling."""
    return bool(_ceilings(settings))


def lock_room(session: WriteSession, settings: Settings, moment: datetime) -> Room:
    """How much room there is; until the end of the transaction nobody else may take any."""
    made = upsert(db.engine, Tick).values(name=QUEUE)
    session.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    session.execute(select(Tick.id).where(Tick.name == QUEUE).with_for_update())
    ceilings = _ceilings(settings)
    # In one statement: between two, a letter that is just accepted would be counted by neither.
    used = session.execute(select(*(_used(moment, span) for _most, span in ceilings))).one()
    left = [(most - spent, most // SHARE) for (most, _), spent in zip(ceilings, used, strict=True)]
    return Room(
        first=max(0, min(room for room, _ in left)),
        later=max(0, min(room - kept for room, kept in left)),
    )


def goes_on_at(session: Session, settings: Settings, moment: datetime) -> datetime | None:
    """When the next letter may go, where one waits because a ceiling was reached; else None."""
    if not are_set(settings):
        return None
    waiting = select(func.min(OutboxLetter.priority)).where(
        OutboxLetter.state.in_(("queued", "retrying")), OutboxLetter.due_at <= moment
    )
    priority = session.scalar(waiting)
    if priority is None:
        return None
    found = []
    for most, span in _ceilings(settings):
        may_go = most if priority <= FIRST else most - most // SHARE
        # The letter that must be older than the span before there is room again.
        latest = select(OutboxLetter.accepted_at).where(OutboxLetter.accepted_at > moment - span)
        ordered = latest.order_by(OutboxLetter.accepted_at.desc())
        if (at := session.scalar(ordered.offset(may_go - 1).limit(1))) is not None:
            found.append(at + span)
    return max(found, default=None)


def _ceilings(settings: Settings) -> list[tuple[int, timedelta]]:
    both = (
        (settings.mail_per_minute, timedelta(minutes=1)),
        (settings.mail_per_hour, timedelta(hours=1)),
    )
    return [(most, span) for most, span in both if most]


def _used(moment: datetime, span: timedelta) -> ScalarSelect[int]:
    """Letters accepted in the time before ``moment``, and those that somebody is sending."""
    accepted = OutboxLetter.accepted_at > moment - span
    sending = (OutboxLetter.state == "sending") & (OutboxLetter.lease_until > moment)
    accepted_ones = select(func.count()).where(accepted).scalar_subquery()
    also = select(func.count()).where(sending).scalar_subquery()
    return select(accepted_ones + also).scalar_subquery()
