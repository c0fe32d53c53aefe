"""How many sign-ups have no answer to what must be answered: they came before the question did."""

from typing import Any

from sqlalchemy import ColumnElement, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.events.models import EventChoice, EventQuestion
from app.registration.models import Answer, Booking, Participant

_opening: Any = aliased(Answer)


def _answered(answer: Any, question_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Of the sign-up of a participant: once for all, or by this person."""
    return (
        answer.question_id == question_id,
        answer.registration_id == Participant.registration_id,
        or_(answer.participant_id.is_(None), answer.participant_id == Participant.id),
    )


_UNANSWERED = (
    select(EventQuestion.id, func.count(distinct(Participant.registration_id)).label("number"))
    .join(Booking, Booking.event_id == EventQuestion.event_id)
    .join(Participant, Participant.id == Booking.participant_id)
    .where(
        EventQuestion.removed_at.is_(None),
        EventQuestion.required.is_(True),
        or_(EventQuestion.way == "", EventQuestion.way == Booking.way),
        or_(Booking.state == "confirmed", Booking.state == "waiting"),
        ~exists().where(*_answered(Answer, EventQuestion.id)),
        or_(
            EventQuestion.depends_on_id.is_(None),
            exists().where(
                *_answered(_opening, EventQuestion.depends_on_id),
                EventChoice.id == _opening.choice_id,
                EventChoice.opens.is_(True),
            ),
        ),
    )
    .group_by(EventQuestion.id)
    .order_by(EventQuestion.id)
)


def count_unanswered(event_id: int) -> dict[int, int]:
    """The number of sign-ups by id of the question; by one query, those with none left out.

    A sign-up counts once, however many of its people have not answered.
    """
    rows = db.session.execute(_UNANSWERED.where(EventQuestion.event_id == event_id))
    return {row.id: row.number for row in rows}
