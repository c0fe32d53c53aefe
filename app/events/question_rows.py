"""What every change of questions does with rows: locking, finding, the audit."""

from sqlalchemy import select

from app.base.errors import NotFound
from app.db import lock
from app.db.session import WriteSession
from app.events.models import Event, EventQuestion


def lock_event(session: WriteSession, event_id: int) -> None:
    """Lock the meeting; answers are counted under this lock, too.

    Raises:
        NotFound: there is no such meeting.
    """
    if not lock(session, {Event: [event_id]})[Event]:
        raise NotFound("event")


def get(session: WriteSession, event_id: int, question_id: int) -> EventQuestion:
    """A question of a meeting.

    Raises:
        NotFound: there is none, or it has been removed.
    """
    query = select(EventQuestion).where(
        EventQuestion.id == question_id,
        EventQuestion.event_id == event_id,
        EventQuestion.removed_at.is_(None),
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("question")
    return found
