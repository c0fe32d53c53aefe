"""The questions of a meeting as the office reads them, with how many chose what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, column, func, select, table

from app.base.errors import NotFound
from app.db import Translated, db
from app.events.models import EventChoice, EventQuestion

_answers: Table = table(  # type: ignore[assignment]  # answers belong to a higher room; only counted
    "answer", column("question_id"), column("choice_id"), column("held")
)
_question: Any = EventQuestion.__table__
_choice: Any = EventChoice.__table__
_chosen = select(func.count()).where(_answers.c.choice_id == _choice.c.id)
_QUESTIONS = (
    select(
        _question,
        _choice.c.id.label("choice_id"),
        *(_choice.c.label.label("choice"), _choice.c.places, _choice.c.seats, _choice.c.opens),
        _chosen.scalar_subquery().label("chosen"),
        _chosen.where(_answers.c.held.is_(True)).scalar_subquery().label("held"),
        select(func.count())
        .where(_answers.c.question_id == _question.c.id)
        .scalar_subquery()
        .label("answers"),
    )
    .outerjoin(_choice, _choice.c.question_id == _question.c.id)
    .where(_question.c.removed_at.is_(None))
    .order_by(_question.c.position, _question.c.id, _choice.c.position, _choice.c.id)
)


@dataclass(frozen=True, kw_only=True)
class ChoiceLine:
    """A choice: ``chosen`` by so many, of whom ``held`` have one of its places.

    ``opens``: whether it opens the questions that depend on its question.
    """

    id: int
    label: Translated
    places: int | None
    seats: int
    opens: bool
    chosen: int
    held: int


@dataclass(frozen=True, kw_only=True)
class QuestionLine:
    """A question in all languages; ``closes_at`` aware UTC, ``answers`` all that were given."""

    id: int
    preset: str
    kind: str
    asked: str
    required: bool
    is_arrangement: bool
    label: Translated
    help: Translated
    way: str
    depends_on_id: int | None
    closes_at: datetime | None
    answers: int
    choices: tuple[ChoiceLine, ...]


def list_questions(event_id: int) -> tuple[QuestionLine, ...]:
    """What a meeting asks, in order, by one query."""
    rows = db.session.execute(_QUESTIONS.where(_question.c.event_id == event_id))
    return tuple(_lines(rows))


def one_of(questions: Iterable[QuestionLine], question_id: int) -> QuestionLine:
    """The question of this id among those of its meeting.

    Raises:
        NotFound: there is none, or it has been removed.
    """
    found = next((one for one in questions if one.id == question_id), None)
    if found is None:
        raise NotFound("question")
    return found


def _lines(rows: Any) -> Iterator[QuestionLine]:
    for _id, group in groupby(rows, key=lambda row: row.id):
        found = list(group)
        one = found[0]
        yield QuestionLine(
            id=one.id,
            preset=one.preset,
            kind=one.kind,
            asked=one.asked,
            required=one.required,
            is_arrangement=one.is_arrangement,
            label=one.label,
            help=one.help,
            way=one.way,
            depends_on_id=one.depends_on_id,
            closes_at=one.closes_at,
            answers=one.answers,
            choices=tuple(_line(row) for row in found if row.choice_id),
        )


def _line(row: Any) -> ChoiceLine:
    return ChoiceLine(
        id=row.choice_id,
        label=row.choice,
        places=row.places,
        seats=row.seats,
        opens=row.opens,
        chosen=row.chosen,
        held=row.held,
    )
