"""The columns that a list of sign-ups can be exported with, and what stands in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.base.postal import split_address
from app.base.timezones import to_local
from app.db import db
from app.events.models import EventChoice, EventQuestion
from app.events.standings import WORDS as STANDINGS
from app.registration.marks import mark_of
from app.registration.models import Answer
from app.registration.rules import show_number

Cell = str | datetime
"""A text, or a moment in the meeting's own time, without its zone."""
Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its heading, how wide it is (in characters) and what stands in it."""

    heading: str
    width: int
    cell: Callable[[Any, Words], Cell]


@dataclass(frozen=True)
class _Kind:
    heading: Any
    width: int
    cell: Callable[[Any, Words], Cell]


def _number(row: Any, _words: Words) -> str:
    return show_number(row.number_letter, row.number)


def _text(name: str) -> Callable[[Any, Words], Cell]:
    return lambda row, _words: getattr(row, name) or ""


def _word(name: str) -> Callable[[Any, Words], Cell]:
    return lambda row, words: words[getattr(row, name)]


def _standing(row: Any, words: Words) -> str:
    return words[row.standing] if row.standing else ""


def _created(row: Any, _words: Words) -> datetime:
    return to_local(row.created_at, row.zone).replace(tzinfo=None, microsecond=0)


def _contact(row: Any, _words: Words) -> str:
    return "" if row.contact_name == row.name else row.contact_name


def _code(row: Any, _words: Words) -> str:
    code = split_address(row.postal_address or "")[0]
    return f"{code[:3]}-{code[3:]}" if code else ""


def _address(row: Any, _words: Words) -> str:
    return split_address(row.postal_address or "")[1]


def _addressee(row: Any, words: Words) -> str:
    return words["addressee"] % {"name": row.name}


def _meeting(row: Any, words: Words) -> str:
    return str(row.title.text(words["locale"]))


_KINDS: Mapping[str, _Kind] = {
    "meeting": _Kind(_("Meeting"), 28, _meeting),
    "number": _Kind(_("Reception number"), 12, _number),
    "name": _Kind(_("Name"), 18, _text("name")),
    "reading": _Kind(_("Reading of the name"), 18, _text("reading")),
    "organisation": _Kind(_("Organisation"), 28, _text("organisation")),
    "role": _Kind(_("Role"), 14, _text("role")),
    "standing": _Kind(_("Standing"), 14, _standing),
    "contact": _Kind(_("Signed up by"), 16, _contact),
    "email": _Kind(_("E-mail address"), 28, _text("email")),
    "telephone": _Kind(_("Telephone number"), 16, _text("telephone")),
    "fax": _Kind(_("Fax number"), 16, _text("fax")),
    "code": _Kind(_("Postal code"), 11, _code),
    "address": _Kind(_("Postal address"), 40, _address),
    "addressee": _Kind(_("Addressee"), 20, _addressee),
    "way": _Kind(_("How they take part"), 12, _word("way")),
    "state": _Kind(_("State"), 14, _word("state")),
    "channel": _Kind(_("How they signed up"), 12, _word("channel")),
    "created": _Kind(_("Signed up at"), 17, _created),
    "note": _Kind(_("Remarks"), 40, _text("note")),
}
ALL = tuple(code for code in _KINDS if code != "meeting")
SHOWN = tuple(code for code in ALL if code not in {"fax", "code", "address", "addressee"})
MARK_WIDTH, ANSWER_WIDTH = 14, 18


def columns_of(codes: Sequence[str]) -> list[Column]:
    """These columns (of ``ALL``), headed in the language under way; unknown ones are left out."""
    known = [_KINDS[code] for code in codes if code in _KINDS]
    return [Column(heading=str(o.heading), width=o.width, cell=o.cell) for o in known]


def mark_column() -> Column:
    """By which a row is known again when the list is imported after editing (``marks.py``)."""
    return Column(
        heading=gettext("Mark (please do not change)"),
        width=MARK_WIDTH,
        cell=lambda row, _words: mark_of(row.participant_id, row),
    )


def answer_columns(questions: Sequence[int], locale: str) -> list[Column]:
    """A column for each of these questions, in the order of the meetings. One query.

    What is to be arranged is not among them: that is seen by few, and never leaves with a list.
    """
    query = (
        select(EventQuestion.id, EventQuestion.label)
        .where(EventQuestion.id.in_(questions), EventQuestion.is_arrangement.is_(False))
        .order_by(EventQuestion.event_id, EventQuestion.position, EventQuestion.id)
    )
    return [
        Column(heading=label.text(locale), width=ANSWER_WIDTH, cell=_answer(question_id))
        for question_id, label in db.session.execute(query)
    ]


def _answer(question_id: int) -> Callable[[Any, Words], Cell]:
    return lambda row, _words: row.answers.get(question_id, "")


def read_answers(
    registrations: Sequence[int], questions: Sequence[int], locale: str
) -> dict[tuple[int, int | None], dict[int, str]]:
    """What was answered: (sign-up, person or None for what is asked once) → question → words."""
    query = (
        select(
            *(Answer.registration_id, Answer.participant_id, Answer.question_id, Answer.text),
            EventChoice.label,
        )
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(Answer.registration_id.in_(registrations), Answer.question_id.in_(questions))
        .order_by(Answer.question_id, EventChoice.position, Answer.id)
    )
    found: dict[tuple[int, int | None], dict[int, str]] = {}
    for registration, person, question, text, label in db.session.execute(query):
        said = found.setdefault((registration, person), {})
        words = label.text(locale) if label is not None else text
        said[question] = f"{said[question]}、{words}" if question in said else words
    return found


def unlike(headings: Sequence[str]) -> list[str]:
    """The headings with a number where one stands there again: programs know columns by them."""
    seen: dict[str, int] = {}
    told = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        told.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return told


def words(locale: str = "ja") -> dict[str, str]:
    """Words for short codes, in the language under way, which is ``locale``."""
    return {
        "locale": locale,
        "venue": gettext("At the venue"),
        "online": gettext("Online"),
        "confirmed": gettext("Signed up"),
        "waiting": gettext("On the waiting list"),
        "requested": gettext("To be decided"),
        "cancelled": gettext("Cancelled"),
        "declined": gettext("Declined"),
        "duplicate": gettext("Signed up already"),
        "web": gettext("Web"),
        "telephone": gettext("Telephone"),
        "fax": gettext("Fax"),
        "paper": gettext("Post"),
        "walk_in": gettext("At the door"),
        **{code: str(told) for code, told in STANDINGS.items()},
        "addressee": gettext("To %(name)s"),
    }
