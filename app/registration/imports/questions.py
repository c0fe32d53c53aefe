"""Which columns of a file are answers: those that are headed as an export heads its questions."""

from collections.abc import Mapping, Sequence

from flask_babel import force_locale
from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from app.base.languages import LOCALES
from app.events.models import EventChoice, EventQuestion
from app.registration.imports.answers import code_of
from app.registration.imports.matching import key_of
from app.registration.lists import columns


def ids_of(event_id: int) -> Select[int]:
    """A query for the questions of a meeting that lists tell, in their order."""
    return (
        select(EventQuestion.id)
        .where(
            EventQuestion.event_id == event_id,
            EventQuestion.removed_at.is_(None),
            EventQuestion.is_arrangement.is_(False),
        )
        .order_by(EventQuestion.position, EventQuestion.id)
    )


def match_questions(
    session: Session, event_id: int, headings: Sequence[str], matching: Sequence[str]
) -> list[str]:
    """The matching, with questions for columns that nothing else claims."""
    query = ids_of(event_id).add_columns(EventQuestion.label)
    labels = [(row[0], row[1]) for row in session.execute(query)]
    fixed = [one for one in _fixed() if one in headings]
    named: dict[str, int] = {}
    for locale in reversed(LOCALES):
        told = [(one, _line(label.text(locale))) for one, label in labels]
        named |= _named(told, fixed, headings)
    found: list[str] = []
    for heading, field in zip(headings, matching, strict=True):
        code = field or (code_of(named[heading]) if heading in named else "")
        found.append("" if code in found else code)
    return found


def wishes_among(session: Session, event_id: int, headings: Sequence[str]) -> frozenset[int]:
    """Which columns, from 0, are headed as a question about what is to be arranged or its choice.

    Those are never imported, since a list goes through many hands; but a wish must not be lost
    without a word.
    """
    mine = (
        EventQuestion.event_id == event_id,
        EventQuestion.removed_at.is_(None),
        EventQuestion.is_arrangement,
    )
    choices = select(EventChoice.label).join(
        EventQuestion, EventQuestion.id == EventChoice.question_id
    )
    labels = session.scalars(
        union_all(select(EventQuestion.label).where(*mine), choices.where(*mine))
    )
    keys = {key_of(label.text(locale)) for label in labels for locale in LOCALES}
    return frozenset(
        at for at, heading in enumerate(headings) if heading and key_of(heading) in keys
    )


def _fixed() -> set[str]:
    """How an export heads what is no answer, in every language."""
    found: set[str] = set()
    for locale in LOCALES:
        with force_locale(locale):
            found.update(columns.headings())
    return found


def _named(
    labels: Sequence[tuple[int, str]], fixed: Sequence[str], headings: Sequence[str]
) -> Mapping[str, int]:
    """By heading its question. Where questions have the same label, all must stand in the file.

    Otherwise it could not be told which of them a column answers: that is for people to say.
    """
    told = columns.unlike([*fixed, *(label for _id, label in labels)])[len(fixed) :]
    alike: dict[str, list[str]] = {}
    for (_id, label), heading in zip(labels, told, strict=True):
        alike.setdefault(label, []).append(heading)
    return {
        heading: question
        for (question, label), heading in zip(labels, told, strict=True)
        if all(one in headings for one in alike[label])
    }


def _line(label: str) -> str:
    return " ".join(label.split())
