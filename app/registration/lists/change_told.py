"""How far the telling of a meeting's last change is: at most five queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, func, or_, select

from app.auth.models import AuditEntry
from app.db import db
from app.events.models import EventNotice
from app.mail.models import OutboxLetter
from app.registration.concerned import PLACE_AND_TIME, bookings_of, kinds_of
from app.registration.letters.telling import tells_all
from app.registration.models import Booking, Participant, Registration

UNDER_WAY = ("queued", "sending", "retrying")
TO_REACH = ("by_hand", "failed")
ARRIVED = ("accepted", "told")
LOOKED_AT = 100
"""At most so many later changes of settings are looked at, the newest first."""


@dataclass(frozen=True, kw_only=True)
class ChangeTold:
    """The last change that concerns people, and who knows of it.

    ``silent``: it was stored without telling anybody; the numbers are then those of the change
    before, if people were told of one. ``partly``: but those online were told of their address
    with it, and the numbers are of that. ``under_way``: letters that may still go; ``to_reach``:
    letters that somebody has to tell by telephone or post; ``arrived``: those of whom nothing is
    left to do; ``made``: whether all letters have been made.
    """

    silent: bool
    partly: bool
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
    notices = _notices(event_id)
    at = max((one.created_at for one in notices), default=None)
    last = [one for one in notices if one.created_at == at]
    kinds = [one.kind for one in last]
    counts = _count_letters(event_id, at, kinds) if at else {}
    nobody = not counts and at is not None and not _has_people(event_id, at, kinds)
    untold = _untold(event_id, {one.kind: one.created_at for one in notices})
    found = ChangeTold(
        silent=untold is not None,
        partly=untold is not None and untold == at,
        made=nobody or all(one.done_at is not None for one in last),
        under_way=sum(counts.get(state, 0) for state in UNDER_WAY),
        to_reach=sum(counts.get(state, 0) for state in TO_REACH),
        arrived=sum(counts.get(state, 0) for state in ARRIVED),
    )
    return found if found.silent or found.is_open or found.is_finished else None


def _notices(event_id: int) -> Sequence[Row[str, datetime, datetime | None]]:
    """The last notice of each kind."""
    latest = (
        select(func.max(EventNotice.id))
        .where(EventNotice.event_id == event_id, EventNotice.kind != "queue_ended")
        .group_by(EventNotice.kind)
    )
    query = select(EventNotice.kind, EventNotice.created_at, EventNotice.done_at)
    return db.session.execute(query.where(EventNotice.id.in_(latest))).all()


def _signed_up(event_id: int, before: datetime, kinds: Collection[str]) -> ColumnElement[bool]:
    """Whether a sign-up is of somebody whom a change concerns, and was there before it."""
    coming = (
        exists()
        .where(
            Participant.registration_id == Registration.id,
            Booking.participant_id == Participant.id,
            Booking.event_id == event_id,
            or_(*(bookings_of(kind) for kind in kinds)),
        )
        .correlate(Registration)
    )
    return coming & (Registration.created_at <= before)


def _has_people(event_id: int, before: datetime, kinds: Collection[str]) -> bool:
    query = select(Registration.id).where(_signed_up(event_id, before, kinds)).limit(1)
    return db.session.scalar(query) is not None


def _count_letters(event_id: int, since: datetime, kinds: Collection[str]) -> dict[str, int]:
    """The letters since a change to those whom it concerns, by state.

    Whatever they are called: one who was to be told of the sign-up by telephone, and had not been,
    is told of the change together with it.
    """
    rows = db.session.execute(
        select(OutboxLetter.state, func.count())
        .join(Registration, Registration.id == OutboxLetter.registration_id)
        .where(
            _signed_up(event_id, since, kinds),
            tells_all(),
            OutboxLetter.created_at >= since,
            OutboxLetter.state.in_((*UNDER_WAY, *TO_REACH, *ARRIVED)),
        )
        .group_by(OutboxLetter.state)
    )
    return {row[0]: row[1] for row in rows}


def _untold(event_id: int, told: Mapping[str, datetime]) -> datetime | None:
    """When what people want to know was last changed without telling them, then or later.

    ``told``: when the last notice of each kind was made. One to everybody tells all that there is.
    """
    everybody = [told[kind] for kind in ("changed", "cancelled") if kind in told]
    since = {
        "changed": max(everybody, default=None),
        "venue": max([*everybody, *([told["venue"]] if "venue" in told else [])], default=None),
    }
    query = select(AuditEntry.at, AuditEntry.fields).where(
        AuditEntry.subject == "event",
        AuditEntry.subject_id == event_id,
        AuditEntry.action == "event.changed",
    )
    if since["changed"] is not None:
        query = query.where(AuditEntry.at > since["changed"])
    untold: dict[str, datetime] = {}
    for row in db.session.execute(query.order_by(AuditEntry.id.desc()).limit(LOOKED_AT)):
        for kind in kinds_of(PLACE_AND_TIME.intersection(row.fields)):
            last = since[kind]
            if last is None or row.at > last:
                untold.setdefault(kind, row.at)
    moments = [at for kind, at in untold.items() if _has_people(event_id, at, [kind])]
    return max(moments, default=None)
