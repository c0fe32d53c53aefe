"""What people answered, as lists tell it and as it is stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db import Translated
from app.events.models import EventChoice
from app.registration.models import Answer

BETWEEN = "、"
"""Stands between several choices."""
Whose = tuple[int, int | None]
"""A sign-up, and a person of it; None for what is asked once."""


@dataclass(frozen=True)
class Said:
    """What was answered to one question: chosen ids with their labels, or a text."""

    choices: tuple[int, ...] = ()
    labels: tuple[Translated, ...] = ()
    text: str = ""

    def words(self, locale: str) -> str:
        """As a list tells it in this language."""
        return BETWEEN.join(label.text(locale) for label in self.labels) or self.text

    @property
    def plain(self) -> str:
        """As the history keeps it: the same in every language."""
        return ", ".join(map(str, self.choices)) or self.text


def read_said(
    session: Session, registrations: Collection[int], questions: Collection[int] | Select[int]
) -> dict[Whose, dict[int, Said]]:
    """What was answered to these questions, by whose answer it is and by question. One query."""
    query = (
        select(
            *(Answer.registration_id, Answer.participant_id, Answer.question_id, Answer.text),
            *(Answer.choice_id, EventChoice.label),
        )
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(Answer.registration_id.in_(registrations), Answer.question_id.in_(questions))
        .order_by(Answer.question_id, EventChoice.position, Answer.id)
    )
    found: dict[Whose, dict[int, Said]] = {}
    for registration, person, question, text, choice, label in session.execute(query):
        said = found.setdefault((registration, person), {})
        was = said.get(question, Said())
        # An empty column is an empty label: the id tells whether there was a choice.
        more = ((choice,), (label,)) if choice is not None else ((), ())
        said[question] = Said(was.choices + more[0], was.labels + more[1], text or was.text)
    return found


def of_person(
    said: Mapping[Whose, Mapping[int, Said]], registration_id: int, participant_id: int
) -> dict[int, Said]:
    """What is known of one person: their own answers, and those asked once for all."""
    once = said.get((registration_id, None), {})
    return {**once, **said.get((registration_id, participant_id), {})}
