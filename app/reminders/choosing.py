"""Writing to exactly those whom somebody chose from a list of people."""

from sqlalchemy import ColumnElement, insert, literal, select

from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.registration.models import LIVE, Booking
from app.reminders import letters, service
from app.reminders.facts import Order, Target
from app.reminders.models import Listed, RecipientList
from app.reminders.service import Nobody


def write_to(
    event_id: int, which: list[ColumnElement[bool]], by: Actor, *, whole_day: bool = False
) -> int:
    """Make a draft with the default text to the sign-ups of these bookings; return its id.

    The list is stored as it is now: whoever fits later gets no letter, and who cancels gets none.

    Args:
        event_id: the meeting whose page it was.
        which: conditions on a ``Booking``; what is cancelled or signed up twice is left out.
        by: who chose.
        whole_day: whether the letter is about all meetings of the day.

    Raises:
        Nobody: none of them has a place or waits.
        Busy: nothing was stored.
    """
    active = Booking.state.in_(LIVE)
    chosen = select(Booking.registration_id).where(*which, active).distinct()
    if db.session.scalar(chosen.limit(1)) is None:
        raise Nobody("nobody")
    with transaction() as session:
        row = RecipientList(event_id=event_id, created_at=now(), created_by=by.account_id)
        session.put(row)
        numbered = chosen.add_columns(literal(row.id))
        session.execute(insert(Listed).from_select(["registration_id", "list_id"], numbered))
    target = Target(list_id=row.id, whole_day=whole_day)
    return service.save(event_id, Order(target=target, text=letters.default_text()), by)
