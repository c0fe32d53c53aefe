"""How far the telling of a meeting's last change is: two queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.events.models import Event, EventNotice
from app.mail.models import OutboxLetter
from app.registration.models import Registration

TELLS = ("office_changed", "called_off")
UNDER_WAY = ("queued", "sending", "retrying")
TO_REACH = ("by_hand", "failed")
ARRIVED = ("accepted", "told")


@dataclass(frozen=True, kw_only=True)
class ChangeTold:
    """The last change that people are told of; ``at`` aware UTC.

    ``under_way``: letters that may still go; ``to_reach``: letters that somebody has to tell by
    telephone or post; ``arrived``: those of whom nothing is left to do; ``made``: whether all
    letters have been made.
    """

    kind: str
    at: datetime
    made: bool
    under_way: int
    to_reach: int
    arrived: int

    @property
    def is_finished(self) -> bool:
        """Whether everybody knows who was to be told, if anybody was."""
        return self.made and not (self.under_way or self.to_reach) and self.arrived > 0

    @property
    def is_about_nobody(self) -> bool:
        """Whether there was nobody to tell."""
        return self.made and not (self.under_way or self.to_reach or self.arrived)


def find_change_told(event_id: int) -> ChangeTold | None:
    """The last change of a meeting that its people are told of; None where there was none."""
    notice = db.session.execute(
        select(EventNotice.kind, EventNotice.created_at, EventNotice.done_at, Event.series_id)
        .join(Event, Event.id == EventNotice.event_id)
        .where(EventNotice.event_id == event_id, EventNotice.kind != "queue_ended")
        .order_by(EventNotice.id.desc())
        .limit(1)
    ).first()
    if notice is None:
        return None
    rows = db.session.execute(
        select(OutboxLetter.state, func.count())
        .join(Registration, Registration.id == OutboxLetter.registration_id)
        .where(
            Registration.series_id == notice.series_id,
            OutboxLetter.purpose.in_(TELLS),
            OutboxLetter.created_at >= notice.created_at,
            OutboxLetter.state.in_((*UNDER_WAY, *TO_REACH, *ARRIVED)),
        )
        .group_by(OutboxLetter.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return ChangeTold(
        kind=notice.kind,
        at=notice.created_at,
        made=notice.done_at is not None,
        under_way=sum(counts.get(state, 0) for state in UNDER_WAY),
        to_reach=sum(counts.get(state, 0) for state in TO_REACH),
        arrived=sum(counts.get(state, 0) for state in ARRIVED),
    )
