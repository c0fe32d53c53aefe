"""What was printed: who looked at which sheets, which labels are marked, and who has none yet."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.base.errors import NotFound
from app.db import db, lock, transaction
from app.events.models import Event
from app.registration.facts import Doorkeeper
from app.registration.models import Booking, Participant
from app.registration.paper.facts import GoneBadge, GoneBadges, LastPrint
from app.registration.paper.models import PrintedLabel

NAMED = 50
"""So many names, beside the badges, of those whose badges are to be taken out."""


def record_view(event_id: int, sheets: str, by: Actor | Doorkeeper) -> None:
    """Note who takes names out of the house on paper, before the page goes out.

    Args:
        event_id: of which meeting.
        sheets: 'roster', 'badges', 'envelopes', 'certificates' or 'desk'.
        by: who asks for them, of the office or at the desk.
    """
    with transaction() as session:
        audit.record(session, _entry(event_id, f"print.{sheets}", by), now())


def mark(event_id: int, kind: str, shown: Mapping[int, str], by: Actor) -> int:
    """Note labels as printed; gives how many. Those of nobody at the meeting are passed over.

    Args:
        event_id: of which meeting.
        kind: 'badges' or 'envelopes'.
        shown: key of each label → its stamp when it was shown, so that whoever is changed while
            the printer runs still counts as changed.
        by: who of the office printed them.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        if not lock(session, {Event: [event_id]})[Event]:
            raise NotFound("event")
        badges = kind == "badges"
        whose = Participant.id if badges else Participant.registration_id
        query = (
            select(Participant.registration_id, whose.label("key"))
            .join(Booking, Booking.participant_id == Participant.id)
            .where(Booking.event_id == event_id, whose.in_(shown))
            .distinct()
        )
        found = session.execute(query).all()
        keys = [row.key for row in found]
        session.execute(delete(PrintedLabel).where(*_of(event_id, kind), _key(kind).in_(keys)))
        moment = now()
        common = {"event_id": event_id, "kind": kind, "printed_at": moment}
        rows = [
            common
            | {
                "registration_id": row.registration_id,
                "participant_id": row.key if badges else None,
                "stamp": shown[row.key],
                "printed_by": by.account_id,
            }
            for row in found
        ]
        if rows:
            session.execute(insert(PrintedLabel), rows)
        audit.record(session, _entry(event_id, f"print.{kind}_marked", by), moment)
        return len(rows)


def read_stamps(event_id: int, kind: str) -> dict[int, str]:
    """The stamp of each label as it was last printed, by its key."""
    query = select(_key(kind), PrintedLabel.stamp).where(*_of(event_id, kind))
    return {key: stamp for key, stamp in db.session.execute(query)}  # noqa: C416  # rows are no pairs


def last_prints(event_id: int) -> dict[str, LastPrint]:
    """When each kind was last printed, by one query."""
    query = (
        select(
            *(PrintedLabel.kind, PrintedLabel.printed_at, Account.name, Account.email),
            func.count().label("number"),
        )
        .join(Account, Account.id == PrintedLabel.printed_by)
        .where(PrintedLabel.event_id == event_id)
        .group_by(PrintedLabel.kind, PrintedLabel.printed_at, Account.name, Account.email)
        .order_by(PrintedLabel.printed_at)
    )
    found: dict[str, LastPrint] = {}
    for row in db.session.execute(query):
        before = found[row.kind].number if row.kind in found else 0
        found[row.kind] = LastPrint(
            at=row.printed_at, by=row.name or row.email, number=before + row.number
        )
    return found


def count_without_badge(event_id: int, way: str) -> int:
    """How many with a place have no badge yet; changed ones are not among them."""
    # IN, not a correlated EXISTS, here and below: that would read all labels for each booking.
    printed = select(PrintedLabel.participant_id).where(*_of(event_id, "badges"))
    query = select(func.count()).where(
        Booking.event_id == event_id,
        Booking.state == "confirmed",
        Booking.way == way,
        Booking.participant_id.not_in(printed),
    )
    return db.session.scalar(query) or 0


def list_gone(event_id: int, limit: int = NAMED, start: int = 0) -> GoneBadges:
    """Badges of those who have no place any more, by reading: two queries.

    Args:
        event_id: of which meeting.
        limit: at most so many.
        start: so many are passed over.
    """
    still = select(Booking.participant_id).where(
        Booking.event_id == event_id, Booking.state == "confirmed"
    )
    gone = (*_of(event_id, "badges"), PrintedLabel.participant_id.not_in(still))
    query = (
        select(Participant.name, Participant.reading, Participant.organisation)
        .join(PrintedLabel, PrintedLabel.participant_id == Participant.id)
        .where(*gone)
        .order_by(Participant.reading, Participant.id)
        .limit(limit)
        .offset(start)
    )
    lines = tuple(GoneBadge(**row) for row in db.session.execute(query).mappings())
    total = db.session.scalar(select(func.count()).select_from(PrintedLabel).where(*gone)) or 0
    return GoneBadges(lines=lines, total=total)


def _of(event_id: int, kind: str) -> tuple[Any, ...]:
    return PrintedLabel.event_id == event_id, PrintedLabel.kind == kind


def _key(kind: str) -> InstrumentedAttribute[Any]:
    return PrintedLabel.participant_id if kind == "badges" else PrintedLabel.registration_id


def _entry(event_id: int, action: str, by: Actor | Doorkeeper) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT if by.account_id else audit.DESK,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
    )
