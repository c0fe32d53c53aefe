"""How far an act on many people is, and what it could not do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.base.errors import NotFound
from app.db import db
from app.events.models import Series
from app.registration.models import Booking, BulkAct, BulkTask, Participant, Registration
from app.registration.rules import show_number

MOST = 200
"""Of those that it could not be done to, on one page."""
_FINE = ("", "done", "same")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Somebody to whom it was not done, and the code that says why."""

    participant_id: int
    number: str
    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class ActView:
    """An act with how many bookings came out how ('' for those left); ``created_at`` aware UTC."""

    id: int
    event_id: int
    kind: str
    way: str
    created_at: datetime
    is_done: bool
    outcomes: Mapping[str, int]
    refusals: tuple[Refusal, ...]

    @property
    def left(self) -> int:
        """Not tried yet."""
        return self.outcomes.get("", 0)

    @property
    def done(self) -> int:
        """Done, or found as it was to be."""
        return self.outcomes.get("done", 0) + self.outcomes.get("same", 0)

    @property
    def refused(self) -> int:
        """Could not be done."""
        return sum(self.outcomes.values()) - self.left - self.done


def get_act(event_id: int, act_id: int) -> ActView:
    """An act of a meeting's page, in three queries.

    Raises:
        NotFound: there is none.
    """
    query = select(BulkAct).where(BulkAct.id == act_id, BulkAct.event_id == event_id)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound("act")
    counts = (
        select(BulkTask.outcome, func.count())
        .where(BulkTask.act_id == act_id)
        .group_by(BulkTask.outcome)
    )
    return ActView(
        id=row.id,
        event_id=row.event_id,
        kind=row.kind,
        way=row.way,
        created_at=row.created_at,
        is_done=row.done_at is not None,
        outcomes={row[0]: row[1] for row in db.session.execute(counts)},
        refusals=tuple(_refusal(one) for one in db.session.execute(_refused(act_id))),
    )


def _refused(act_id: int) -> Any:
    return (
        select(
            *(Participant.id, Participant.name, Registration.number, Series.number_letter),
            BulkTask.outcome,
        )
        .join(Booking, Booking.id == BulkTask.booking_id)
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == BulkTask.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(BulkTask.act_id == act_id, BulkTask.outcome.not_in(_FINE))
        .order_by(Booking.sort_key, Booking.id)
        .limit(MOST)
    )


def _refusal(row: Any) -> Refusal:
    return Refusal(
        participant_id=row.id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        code=row.outcome,
    )
