"""The questions of a meeting: adding ready-made and own ones, changing and removing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, NotFound
from app.base.tokens import content_digest
from app.db import Translated, transaction
from app.db.session import WriteSession
from app.events import changes
from app.events import question_rows as rows
from app.events.conditions import opening, opening_words, set_condition
from app.events.models import EventChoice, EventQuestion
from app.events.presets import PRESETS, ChoiceModel, QuestionModel, Words
from app.events.question_list import QuestionLine

MOST = 30
"""Questions of one meeting: more than anybody answers."""


class TooMany(Conflict):
    """The meeting asks enough already."""


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """What can be changed once people have answered. ``closes_at`` aware.

    ``choices``: words and places (None: no limit) by id; words only where they may be changed.
    ``more``: choices that are added. ``opened_by``: the choices of another question without which
    it is not asked.
    """

    label: Words
    help: Words
    required: bool
    closes_at: datetime | None
    way: str
    choices: Mapping[int, tuple[Words | None, int | None]]
    more: tuple[ChoiceModel, ...] = ()
    opened_by: frozenset[int] = frozenset()


def add_preset(event_id: int, code: str, by: Actor) -> int:
    """Add a ready-made question and return its id; one that is there already stays.

    Raises:
        NotFound: there is no such meeting, or no such question.
        TooMany: the meeting asks enough already.
        Busy: nothing was stored.
    """
    if code not in PRESETS:
        raise NotFound("preset")
    return add_question(event_id, PRESETS[code], None, by)


def add_question(
    event_id: int,
    model: QuestionModel,
    closes_at: datetime | None,
    by: Actor,
    *,
    opened_by: frozenset[int] = frozenset(),
) -> int:
    """Add a question at the end and return its id; the same one sent twice is added once.

    Args:
        event_id: of which meeting.
        model: what it asks.
        closes_at: until when, aware; None: as long as sign-up is open.
        by: who of the office acts.
        opened_by: choices of another question without which it is not asked.

    Raises:
        NotFound, TooMany, Busy: as in ``add_preset``.
        BadCondition: it cannot depend on what opens it.
    """
    with transaction() as session:
        rows.lock_event(session, event_id)
        kept = _find_same(session, event_id, model)
        if kept is not None:
            return kept
        count, last = _count(session, event_id)
        if count >= MOST:
            raise TooMany("questions")
        question = put(session, event_id, model, last + 1)
        question.closes_at = closes_at
        set_condition(session, question, opened_by)
        changes.record(session, "question.added", event_id, by, {}, _all_told(session, question))
        return question.id


def put(session: WriteSession, event_id: int, model: QuestionModel, position: int) -> EventQuestion:
    """Store a question with its choices and what it opens; flushed."""
    question = _row(event_id, model, position)
    session.add(question)
    session.flush()
    if model.more is not None:
        more = _row(event_id, model.more, position)
        more.depends_on_id = question.id
        session.add(more)
        session.flush()
    return question


def digest(question: QuestionLine, opened_by: Iterable[int]) -> str:
    """By which a form knows the question that it shows, and what opens it."""
    return content_digest(_values(question, sorted(opened_by)))


def change_question(
    event_id: int, question_id: int, wanted: QuestionChange, by: Actor, *, seen: str | None = None
) -> bool:
    """Change a question; tell whether anything was different. Fewer places take nobody's away.

    Args:
        event_id: of which meeting.
        question_id: which question.
        wanted: all that can be changed of it.
        by: who of the office acts.
        seen: ``digest`` of the question that this is a change of; None where nobody looked.

    Raises:
        NotFound: there is none, or it has been removed.
        ChangedMeanwhile: the question is not the one that was seen.
        BadCondition: it cannot depend on what opens it.
        Busy: nothing was stored.
    """
    with transaction() as session:
        rows.lock_event(session, event_id)
        question = rows.get(session, event_id, question_id)
        before, told = _values(question, opening(session, question)), _told(session, question)
        if seen is not None and seen != content_digest(before):
            raise ChangedMeanwhile("question")
        question.label = _translated(wanted.label, question.label)
        question.help = _translated(wanted.help, question.help)
        question.required = wanted.required
        question.closes_at = wanted.closes_at
        question.way = wanted.way
        _set_choices(question, wanted)
        set_condition(session, question, wanted.opened_by)
        after = _values(question, opening(session, question))
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            names = dict.fromkeys(("label", *changed))
            old, new = ({n: v[n] for n in names} for v in (told, _told(session, question)))
            changes.record(session, "question.changed", event_id, by, old, new)
        return bool(changed)


def remove_question(event_id: int, question_id: int, by: Actor) -> None:
    """Ask it no longer, nor what it opens; answers that were given stay stored until forgotten.

    Raises:
        NotFound: there is none, or it has been removed.
        Busy: nothing was stored.
    """
    with transaction() as session:
        rows.lock_event(session, event_id)
        question = rows.get(session, event_id, question_id)
        gone = session.scalars(
            select(EventQuestion).where(
                EventQuestion.removed_at.is_(None),
                or_(EventQuestion.id == question_id, EventQuestion.depends_on_id == question_id),
            )
        )
        for row in gone:
            row.removed_at = now()
        changes.record(session, "question.removed", event_id, by, {"label": question.label.ja}, {})


def _find_same(session: WriteSession, event_id: int, model: QuestionModel) -> int | None:
    """What the first of two taps on the same button has added."""
    rows = session.scalars(
        select(EventQuestion).where(
            EventQuestion.event_id == event_id,
            EventQuestion.removed_at.is_(None),
            EventQuestion.preset == model.preset,
            EventQuestion.kind == model.kind,
        )
    )
    same = (row.id for row in rows if model.preset or row.label.ja == model.label.ja)
    return next(same, None)


def _count(session: WriteSession, event_id: int) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.max(EventQuestion.position), 0)).where(
        EventQuestion.event_id == event_id, EventQuestion.removed_at.is_(None)
    )
    count, last = session.execute(query).one()
    return count, last


def _row(event_id: int, model: QuestionModel, position: int) -> EventQuestion:
    return EventQuestion(
        event_id=event_id,
        position=position,
        preset=model.preset,
        kind=model.kind,
        asked=model.asked,
        required=model.required,
        is_arrangement=model.is_arrangement,
        label=_new(model.label),
        help=_new(model.help),
        way=model.way,
        choices=[_choice(one, at) for at, one in enumerate(model.choices)],
    )


def _choice(model: ChoiceModel, position: int) -> EventChoice:
    return EventChoice(
        position=position,
        code=model.code,
        label=_new(model.label),
        places=model.places,
        seats=model.seats,
        opens=model.opens,
    )


def _new(words: Words) -> Translated:
    return Translated(ja=words.ja, en=words.en, easy=words.easy)


def _translated(words: Words, old: Translated) -> Translated:
    """Plain words fit only the Japanese that they were made of."""
    return Translated(ja=words.ja, en=words.en, easy=old.easy if words.ja == old.ja else "")


def _set_choices(question: EventQuestion, wanted: QuestionChange) -> None:
    for choice in question.choices:
        if choice.id in wanted.choices:
            words, choice.places = wanted.choices[choice.id]
            if words is not None:
                choice.label = _translated(words, choice.label)
    first = len(question.choices)
    question.choices += [_choice(one, at) for at, one in enumerate(wanted.more, start=first)]


def _told(session: WriteSession, question: EventQuestion) -> dict[str, Any]:
    """As the audit table keeps it: which question it is, and what opens it in words."""
    values = _values(question, [])
    return {**values, "opened_by": opening_words(session, question)}


def _all_told(session: WriteSession, question: EventQuestion) -> dict[str, Any]:
    """A new question for the audit table; what was left empty is not told."""
    fixed = {
        "preset": question.preset,
        "kind": question.kind,
        "asked": question.asked,
        "is_arrangement": question.is_arrangement,
    }
    every = {**_told(session, question), **fixed}
    return {name: value for name, value in every.items() if value not in (None, [], ["", ""])}


def _values(question: EventQuestion | QuestionLine, opened_by: list[int]) -> dict[str, Any]:
    return {
        "label": [question.label.ja, question.label.en],
        "help": [question.help.ja, question.help.en],
        "required": question.required,
        "closes_at": question.closes_at.isoformat() if question.closes_at else None,
        "way": question.way,
        "choices": [[c.label.ja, c.label.en, c.places] for c in question.choices],
        "opened_by": opened_by,
    }
