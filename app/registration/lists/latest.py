"""What stands beside people in lists though no row of theirs holds it: arrivals, latest letters."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.mail.models import OutboxLetter
from app.registration.models import Attendance
from app.registration.presence import DoorFact, first_arrival


def read_arrivals(booking_ids: Collection[int]) -> dict[int, datetime]:
    """When these people first came (UTC), by booking; who has not come is not in it. One query."""
    facts: dict[int, list[DoorFact]] = defaultdict(list)
    query = select(
        Attendance.id, Attendance.booking_id, Attendance.kind, Attendance.at, Attendance.undoes
    ).where(Attendance.booking_id.in_(booking_ids))
    for row in db.session.execute(query.order_by(Attendance.id)):
        fact = DoorFact(id=row.id, kind=row.kind, at=row.at, undoes=row.undoes)
        facts[row.booking_id].append(fact)
    firsts = {booking_id: first_arrival(every) for booking_id, every in facts.items()}
    return {booking_id: one.at for booking_id, one in firsts.items() if one is not None}


def read_last_letters(registrations: Collection[int]) -> dict[int, Any]:
    """State, ``due_at`` (UTC) and reason of the latest letter of each sign-up. One query."""
    latest = (
        select(func.max(OutboxLetter.id))
        .where(OutboxLetter.registration_id.in_(registrations))
        .group_by(OutboxLetter.registration_id)
    )
    query = select(
        OutboxLetter.registration_id, OutboxLetter.state, OutboxLetter.due_at, OutboxLetter.reason
    ).where(OutboxLetter.id.in_(latest))
    return {row.registration_id: row for row in db.session.execute(query)}
