"""The columns that a list of sign-ups can be exported with, and what stands in each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.base.postal import one_title, split_address
from app.base.timezones import to_local
from app.db import db
from app.events.models import EventQuestion
from app.events.standings import WORDS as STANDINGS
from app.registration.marks import mark_of
from app.registration.rules import show_number

Cell = str | int | datetime
"""A text, a number, or a moment in the meeting's own time, without its zone."""
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


def _coming(row: Any, words: Words) -> str:
    return words[f"comes_{row.coming}"] if row.coming else ""


def _arrived(row: Any, _words: Words) -> Cell:
    if row.arrived_at is None:
        return ""
    return to_local(row.arrived_at, row.zone).replace(tzinfo=None, microsecond=0)


def _letter(row: Any, words: Words) -> str:
    return words[f"letter_{row.letter}"]


def _contact(row: Any, _words: Words) -> str:
    return "" if row.contact_name == row.name else row.contact_name


def _code(row: Any, _words: Words) -> str:
    code = split_address(row.postal_address or "")[0]
    return f"{code[:3]}-{code[3:]}" if code else ""


def _address(row: Any, _words: Words) -> str:
    return split_address(row.postal_address or "")[1]


def _addressee(row: Any, words: Words) -> str:
    """With one title, whatever was typed with the name; nobody where no name is kept."""
    return one_title(words["addressee"] % {"name": row.name}, [row.name]) if row.name else ""


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
    "coming": _Kind(_("Answer whether they come"), 16, _coming),
    "arrived": _Kind(_("Arrival"), 17, _arrived),
    "letter": _Kind(_("Letter"), 22, _letter),
    "channel": _Kind(_("How they signed up"), 12, _word("channel")),
    "created": _Kind(_("Signed up at"), 17, _created),
    "note": _Kind(_("Remarks"), 40, _text("note")),
}
ALL = tuple(code for code in _KINDS if code != "meeting")
LOOKED_UP = ("arrived", "letter")
"""Columns for which further tables are read; a file has them where they are asked for."""
_SELDOM = {"fax", "code", "address", "addressee", "coming", *LOOKED_UP}
SHOWN = tuple(code for code in ALL if code not in _SELDOM)
_DIGITS = re.compile(r"[0-9]{1,9}")
MARK_WIDTH, ANSWER_WIDTH = 14, 18


def columns_of(codes: Sequence[str]) -> list[Column]:
    """These columns (of ``ALL``), headed in the language under way; unknown ones are left out."""
    known = [_KINDS[code] for code in codes if code in _KINDS]
    return [Column(heading=str(o.heading), width=o.width, cell=o.cell) for o in known]


def headings() -> list[str]:
    """The headings of all that are no answers, in the language under way."""
    return [str(one.heading) for one in _KINDS.values()]


def mark_column() -> Column:
    """By which a row is known again when the list is imported after editing (``marks.py``)."""
    return Column(
        heading=gettext("Mark (please do not change)"),
        width=MARK_WIDTH,
        cell=_mark,
    )


def _mark(row: Any, _words: Words) -> str:
    answers = getattr(row, "answers", None)  # only where the file tells them
    return mark_of(row.participant_id, row, answers)


def answer_columns(questions: Sequence[int], locale: str) -> list[Column]:
    """A column for each of these questions, in the order of the meetings. One query.

    What is to be arranged is not among them: that is seen by few, and never leaves with a list.
    """
    query = (
        select(EventQuestion.id, EventQuestion.label, EventQuestion.kind)
        .where(EventQuestion.id.in_(questions), EventQuestion.is_arrangement.is_(False))
        .order_by(EventQuestion.event_id, EventQuestion.position, EventQuestion.id)
    )
    return [
        Column(
            heading=label.text(locale),
            width=ANSWER_WIDTH,
            cell=_number_answer(question_id) if kind == "number" else _answer(question_id),
        )
        for question_id, label, kind in db.session.execute(query)
    ]


def _answer(question_id: int) -> Callable[[Any, Words], str]:
    def cell(row: Any, words: Words) -> str:
        said = row.answers.get(question_id)
        return said.words(words["locale"]) if said else ""

    return cell


def _number_answer(question_id: int) -> Callable[[Any, Words], Cell]:
    """A number, so that programs add them up; anything else stays the text that it is."""
    text = _answer(question_id)

    def cell(row: Any, words: Words) -> Cell:
        told = text(row, words)
        return int(told) if _DIGITS.fullmatch(told) else told

    return cell


def unlike(headings: Sequence[str]) -> list[str]:
    """The headings with a number where one stands there again: programs know columns by them."""
    told: list[str] = []
    for heading in headings:
        numbered = (f"{heading} ({n})" for n in count(2))
        told.append(next(one for one in chain([heading], numbered) if one not in told))
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
        "comes_yes": gettext("Answered: comes"),
        "comes_no": gettext("Answered: cannot come"),
        **_letter_words(),
    }


def _letter_words() -> dict[str, str]:
    """Words for the states of a letter; '' where there was none."""
    return {
        "letter_": gettext("None"),
        "letter_queued": gettext("In the queue"),
        "letter_sending": gettext("Being sent"),
        "letter_accepted": gettext("Accepted by the mail server"),
        "letter_retrying": gettext("Will be sent again"),
        "letter_failed": gettext("Could not be sent"),
        "letter_suppressed": gettext("Not sent, out of date"),
        "letter_by_hand": gettext("To be told by telephone"),
        "letter_told": gettext("Told by telephone or post"),
        "letter_held": gettext("Paused"),
        "letter_outdated": gettext("Being written anew"),
    }
