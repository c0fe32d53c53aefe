"""How far the telling of a meeting's last change is: three queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from app.auth.models import AuditEntry
from app.db import db
from app.events.models import EventNotice
from app.mail.models import OutboxLetter
from app.registration.letters.telling import tells_all
from app.registration.meetings import PLACE_AND_TIME
from app.registration.models import LIVE, Booking, Participant, Registration

UNDER_WAY = ("queued", "sending", "retrying")
TO_REACH = ("by_hand", "failed")
ARRIVED = ("accepted", "told")
LOOKED_AT = 100
"""At most so many later changes of settings are looked at, the newest first."""


@dataclass(frozen=True, kw_only=True)
class ChangeTold:
    """The last change that concerns people, and who knows of it.

    ``silent``: it was stored without telling anybody; the numbers are then those of the change
    before, if people were told of one. ``under_way``: letters that may still go; ``to_reach``:
    letters that somebody has to tell by telephone or post; ``arrived``: those of whom nothing is
    left to do; ``made``: whether all letters have been made.
    """

    silent: bool
    made: bool
    under_way: int
    to_reach: int
    arrived: int

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to be told of the last change that was to be told."""
        return not self.made or bool(self.under_way or self.to_reach)

    @property
    def is_finished(self) -> bool:
        """Whether everybody knows of the last change who was to be told, if anybody was."""
        return not (self.silent or self.is_open) and self.arrived > 0


def find_change_told(event_id: int) -> ChangeTold | None:
    """The last change of a meeting that concerns its people; None where it concerned nobody."""
    notice = db.session.execute(
        select(EventNotice.created_at, EventNotice.done_at)
        .where(EventNotice.event_id == event_id, EventNotice.kind != "queue_ended")
        .order_by(EventNotice.id.desc())
        .limit(1)
    ).first()
    counts = _count_letters(event_id, notice.created_at) if notice else {}
    nobody = not counts and notice is not None and not _has_people(event_id, notice.created_at)
    found = ChangeTold(
        silent=_is_silent(event_id, notice.created_at if notice else None),
        made=notice is None or nobody or notice.done_at is not None,
        under_way=sum(counts.get(state, 0) for state in UNDER_WAY),
        to_reach=sum(counts.get(state, 0) for state in TO_REACH),
        arrived=sum(counts.get(state, 0) for state in ARRIVED),
    )
    return found if found.silent or found.is_open or found.is_finished else None


def _signed_up(event_id: int, before: datetime) -> ColumnElement[bool]:
    """Whether a sign-up is of somebody who comes, or may, and was there before a change."""
    coming = (
        exists()
        .where(
            Participant.registration_id == Registration.id,
            Booking.participant_id == Participant.id,
            Booking.event_id == event_id,
            Booking.state.in_(LIVE),
        )
        .correlate(Registration)
    )
    return coming & (Registration.created_at <= before)


def _has_people(event_id: int, before: datetime) -> bool:
    query = select(Registration.id).where(_signed_up(event_id, before)).limit(1)
    return db.session.scalar(query) is not None


def _count_letters(event_id: int, since: datetime) -> dict[str, int]:
    """The letters since a change to those who were signed up, by state.

    Whatever they are called: one who was to be told of the sign-up by telephone, and had not been,
    is told of the change together with it.
    """
    rows = db.session.execute(
        select(OutboxLetter.state, func.count())
        .join(Registration, Registration.id == OutboxLetter.registration_id)
        .where(
            _signed_up(event_id, since),
            tells_all(),
            OutboxLetter.created_at >= since,
            OutboxLetter.state.in_((*UNDER_WAY, *TO_REACH, *ARRIVED)),
        )
        .group_by(OutboxLetter.state)
    )
    return {row[0]: row[1] for row in rows}


def _is_silent(event_id: int, since: datetime | None) -> bool:
    """Whether what people want to know was changed after the last telling, and without another."""
    query = select(AuditEntry.at, AuditEntry.fields).where(
        AuditEntry.subject == "event",
        AuditEntry.subject_id == event_id,
        AuditEntry.action == "event.changed",
    )
    if since is not None:
        query = query.where(AuditEntry.at > since)
    rows = db.session.execute(query.order_by(AuditEntry.id.desc()).limit(LOOKED_AT))
    at = next((row.at for row in rows if PLACE_AND_TIME.intersection(row.fields)), None)
    return at is not None and _has_people(event_id, at)
