"""Answers in a list that comes back: importing cannot change them, so every difference is told.

Columns of answers are known by their headings, which the export takes from the questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import EventQuestion
from app.registration.imports.cells import Problem
from app.registration.imports.fates import Known, is_same
from app.registration.imports.matching import texts
from app.registration.imports.rows import RawRow
from app.registration.lists.said import Said, Whose, of_person, read_said

LOCALES = ("ja", "en")
LONGEST = 80


@dataclass(frozen=True)
class AnswerColumns:
    """Place of a column → id of its question."""

    questions: Mapping[int, int]
    headings: Sequence[str]


def find_columns(
    session: Session, event_id: int, headings: Sequence[str], matching: Sequence[str]
) -> AnswerColumns:
    """The columns that nothing else claims and that are headed like a question of the meeting."""
    query = select(EventQuestion.id, EventQuestion.label).where(
        EventQuestion.event_id == event_id,
        EventQuestion.removed_at.is_(None),
        EventQuestion.is_arrangement.is_(False),
    )
    labels = {
        label.text(locale): question
        for question, label in session.execute(query.order_by(EventQuestion.id.desc()))
        for locale in LOCALES
    }
    found = {
        at: labels[heading]
        for at, (heading, field) in enumerate(zip(headings, matching, strict=True))
        if not field and heading in labels
    }
    return AnswerColumns(found, headings)


def differences(
    session: Session, columns: AnswerColumns, rows: Sequence[tuple[RawRow, Known]]
) -> dict[int, list[Problem]]:
    """By line: the answers that a row says otherwise than is stored; empty cells say nothing."""
    if not columns.questions or not rows:
        return {}
    ids = [known.registration_id for _row, known in rows]
    questions = sorted(set(columns.questions.values()))
    stored = read_said(session, ids, questions)
    return {row.line: list(_differing(columns, row, known, stored)) for row, known in rows}


def _differing(
    columns: AnswerColumns,
    row: RawRow,
    known: Known,
    stored: Mapping[Whose, Mapping[int, Said]],
) -> Iterator[Problem]:
    cells = texts(row)
    theirs = of_person(stored, known.registration_id, known.participant_id)
    for at, question in columns.questions.items():
        told = cells[at].lstrip("'") if at < len(cells) else ""
        said = {theirs.get(question, Said()).words(locale) for locale in LOCALES}
        if told and not any(is_same(told, " ".join(one.split())) for one in said if one):
            about = f"{columns.headings[at]}: {told}"[:LONGEST]
            yield Problem(field="answer", code="only_compared", about=about)
