"""Who came and left, noted in the audit table, too, where everything that anybody does stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.auth import audit
from app.db.session import WriteSession
from app.events.models import Event
from app.events.practising import is_real
from app.registration.facts import Doorkeeper
from app.registration.models import Attendance, Booking, ReceptionPass


def note(session: WriteSession, rows: Sequence[Attendance], by: Doorkeeper) -> None:
    """Note facts of the door, but for those of a practice; all were written down at one moment."""
    query = (
        select(Booking.id, Booking.registration_id, Booking.participant_id, Booking.event_id)
        .join(Event, Event.id == Booking.event_id)
        .where(Booking.id.in_({row.booking_id for row in rows}), is_real())
    )
    whose = {one.id: one for one in session.execute(query)}
    entries, desk = [], _desk(session, by)
    for row in rows:
        if row.booking_id in whose:
            booking = whose[row.booking_id]
            field = f"attendance {booking.participant_id}-{booking.event_id}"
            entries.append(_entry(row, booking.registration_id, field, by, desk))
    if entries:
        audit.record_many(session, entries, rows[0].recorded_at)


def _desk(session: WriteSession, by: Doorkeeper) -> dict[str, str]:
    """At which desk it was, and by whose link, where they have names."""
    link = session.get(ReceptionPass, by.pass_id) if by.pass_id else None
    names = [name for name in (by.desk, link.label if link else "") if name]
    return {"desk": " / ".join(dict.fromkeys(names))} if names else {}


def _entry(
    row: Attendance, registration_id: int, field: str, by: Doorkeeper, desk: dict[str, str]
) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT if by.account_id else audit.DESK,
        account_id=by.account_id,
        action="attendance.undone" if row.undoes else f"attendance.{row.kind}",
        subject="registration",
        subject_id=registration_id,
        before={field: _moment(row.at)} if row.undoes else {},
        after=desk if row.undoes else {field: _moment(row.at), **desk},
    )


def _moment(at: datetime) -> str:
    return at.isoformat()
