"""Which wish an answer belongs to, in the language of the database.

Of an answer with its question, and its choice (outer) where it says so.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.events.models import EventChoice, EventQuestion
from app.registration.arranged.facts import Key
from app.registration.models import Answer, Booking, Participant

ACTIVE = ("confirmed", "waiting")
_person: Any = aliased(Participant)
_ticked: Any = aliased(Answer)
_opening: Any = aliased(EventChoice)
_parent: Any = aliased(EventQuestion)


def key_of(row: Any) -> Key:
    """Which wish a row is about."""
    return (row.registration_id, row.question_id, row.participant_id, row.choice_id)


def root_id() -> ColumnElement[int]:
    """The question of the wish: what it opens belongs to it."""
    return func.coalesce(EventQuestion.depends_on_id, EventQuestion.id)


def wish_choice_id() -> ColumnElement[int | None]:
    """The choice that is the wish, of a question of which one can have several.

    What is opened belongs to the first of the chosen ones that open it.
    """
    opening = (
        select(_opening.id)
        .join(_parent, _parent.id == _opening.question_id)
        .join(_ticked, _ticked.choice_id == _opening.id)
        .where(
            _parent.id == EventQuestion.depends_on_id,
            _parent.kind == "several",
            _opening.opens.is_(True),
            _ticked.registration_id == Answer.registration_id,
            _ticked.participant_id.is_not_distinct_from(Answer.participant_id),
        )
        .order_by(_opening.position, _opening.id)
        .limit(1)
        .correlate(Answer, EventQuestion)
        .scalar_subquery()
    )
    return case(
        (EventQuestion.depends_on_id.is_not(None), opening),
        (EventQuestion.kind == "several", Answer.choice_id),
        else_=None,
    )


def asks_for_something() -> tuple[ColumnElement[bool], ...]:
    """Of an answer with its question and choice (outer): something is to be arranged, not 'no'."""
    return (
        EventQuestion.is_arrangement.is_(True),
        EventQuestion.removed_at.is_(None),
        or_(EventChoice.id.is_(None), EventChoice.code != "no"),
    )


def is_wish() -> tuple[ColumnElement[bool], ...]:
    """Asked for, and by somebody who comes or waits."""
    return (*asks_for_something(), comes(ACTIVE))


def comes(states: Collection[str]) -> ColumnElement[bool]:
    """Whether whoever answered has a booking at the meeting in one of these states."""
    return exists().where(
        Booking.event_id == EventQuestion.event_id,
        Booking.state.in_(states),
        Booking.participant_id == _person.id,
        _person.registration_id == Answer.registration_id,
        or_(Answer.participant_id.is_(None), Answer.participant_id == _person.id),
    )
