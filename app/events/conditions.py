"""Which answers open a question: asked only where one of them was given.

A question that opens others is asked by itself: conditions do not go deeper. Which of its choices
open is its own, so all questions that depend on it are opened by the same.
"""

from collections.abc import Collection

from sqlalchemy import select

from app.base.errors import Invalid
from app.db.session import WriteSession
from app.events.models import EventChoice, EventQuestion
from app.events.question_order import put_in_order


class BadCondition(Invalid):
    """'one_question', 'asked' (of the other sort of people) or 'nested'."""


def set_condition(session: WriteSession, question: EventQuestion, choices: Collection[int]) -> None:
    """Let ``choices`` of another question of the meeting open ``question``; none: always asked.

    It moves to its place behind that question. Flushed.

    Raises:
        BadCondition: the two do not fit together.
    """
    before = question.depends_on_id
    parent = _parent(session, question, choices) if choices else None
    question.depends_on_id = parent.id if parent else None
    if parent is not None:
        for choice in parent.choices:
            choice.opens = choice.id in choices
    session.flush()
    if parent is not None:
        put_in_order(session, question.event_id)
    if before is not None and before != question.depends_on_id:
        _close_if_unused(session, before)


def opening(session: WriteSession, question: EventQuestion) -> list[int]:
    """The choices that open ``question``."""
    if question.depends_on_id is None:
        return []
    query = select(EventChoice.id).where(
        EventChoice.question_id == question.depends_on_id, EventChoice.opens.is_(True)
    )
    return sorted(session.scalars(query))


def opening_words(session: WriteSession, question: EventQuestion) -> list[str]:
    """What opens ``question`` in words: the other question with its choice, for each of them."""
    if question.depends_on_id is None:
        return []
    query = (
        select(EventQuestion.label.label("question"), EventChoice.label.label("choice"))
        .join(EventChoice, EventChoice.question_id == EventQuestion.id)
        .where(EventQuestion.id == question.depends_on_id, EventChoice.opens.is_(True))
        .order_by(EventChoice.position, EventChoice.id)
    )
    return [f"{row.question.ja}: {row.choice.ja}" for row in session.execute(query)]


def _parent(
    session: WriteSession, question: EventQuestion, choices: Collection[int]
) -> EventQuestion:
    ids = set(session.scalars(select(EventChoice.question_id).where(EventChoice.id.in_(choices))))
    if len(ids) != 1:
        raise BadCondition("one_question")
    parent = session.get_one(EventQuestion, ids.pop())
    if parent.event_id != question.event_id or parent.removed_at is not None:
        raise BadCondition("one_question")
    if parent.asked != question.asked:
        raise BadCondition("asked")
    if (
        parent.depends_on_id is not None
        or parent.id == question.id
        or _dependents(session, question.id)
    ):
        raise BadCondition("nested")
    return parent


def _dependents(session: WriteSession, question_id: int) -> bool:
    query = select(EventQuestion.id).where(
        EventQuestion.depends_on_id == question_id, EventQuestion.removed_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def _close_if_unused(session: WriteSession, parent_id: int) -> None:
    """Choices open nothing where nothing depends on their question any more."""
    if not _dependents(session, parent_id):
        for choice in session.get_one(EventQuestion, parent_id).choices:
            choice.opens = False
        session.flush()
