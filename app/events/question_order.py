"""The order in which a meeting asks: a question moves with all that it opens."""

from collections.abc import Sequence
from itertools import chain, groupby

from sqlalchemy import select

from app.auth.facts import Actor
from app.db import transaction
from app.db.session import WriteSession
from app.events import changes
from app.events import question_rows as rows
from app.events.models import EventQuestion


def move_question(event_id: int, question_id: int, by: Actor, *, up: bool) -> None:
    """Ask a question before its neighbour (``up``), or after it; at the end it stays.

    Raises:
        NotFound: there is none, or it has been removed.
        Busy: nothing was stored.
    """
    with transaction() as session:
        rows.lock_event(session, event_id)
        question = rows.get(session, event_id, question_id)
        groups = _groups(session, event_id)
        here = next(at for at, group in enumerate(groups) if question in group)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(groups):
            return
        groups[here], groups[there] = groups[there], groups[here]
        _number(groups)
        after = {"label": question.label.ja, "position": there + 1}
        changes.record(session, "question.moved", event_id, by, {"position": here + 1}, after)


def put_in_order(session: WriteSession, event_id: int) -> None:
    """Number the questions of a meeting anew: each behind the one that opens it. Flushed."""
    _number(_groups(session, event_id))
    session.flush()


def _number(groups: Sequence[Sequence[EventQuestion]]) -> None:
    for position, one in enumerate(chain.from_iterable(groups), start=1):
        one.position = position


def _groups(session: WriteSession, event_id: int) -> list[list[EventQuestion]]:
    """Each question that is asked by itself, with those that it opens, in their order."""
    asked = select(EventQuestion).where(
        EventQuestion.event_id == event_id, EventQuestion.removed_at.is_(None)
    )
    questions = list(session.scalars(asked))
    places = {one.id: (one.position, one.id) for one in questions}

    def place(one: EventQuestion) -> tuple[int, int]:
        return places.get(one.depends_on_id or one.id, places[one.id])

    ordered = sorted(
        questions,
        key=lambda one: (place(one), one.depends_on_id is not None, one.position, one.id),
    )
    return [list(group) for _place, group in groupby(ordered, key=place)]
