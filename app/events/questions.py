"""The questions of a meeting: adding ready-made and own ones, changing and removing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, NotFound
from app.base.tokens import content_digest
from app.db import Translated, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventChoice, EventQuestion
from app.events.presets import PRESETS, ChoiceModel, QuestionModel, Words
from app.events.question_list import QuestionLine

MOST = 30
"""Questions of one meeting: more than anybody answers."""


class TooMany(Conflict):
    """The meeting asks enough already."""


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """What can be changed once people have answered. ``closes_at`` aware; ``places`` by choice."""

    label: Words
    help: Words
    required: bool
    closes_at: datetime | None
    places: Mapping[int, int | None]


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


def add_question(event_id: int, model: QuestionModel, closes_at: datetime | None, by: Actor) -> int:
    """Add a question at the end and return its id; the same one sent twice is added once.

    Raises:
        NotFound, TooMany, Busy: as in ``add_preset``.
    """
    with transaction() as session:
        _lock(session, event_id)
        kept = _find_same(session, event_id, model)
        if kept is not None:
            return kept
        count, last = _count(session, event_id)
        if count >= MOST:
            raise TooMany("questions")
        question = put(session, event_id, model, last + 1)
        question.closes_at = closes_at
        after = {"label": model.label.ja, "kind": model.kind, "preset": model.preset}
        _record(session, "question.added", event_id, by, {}, after)
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


def digest(question: EventQuestion | QuestionLine) -> str:
    """By which a form knows the question that it shows."""
    return content_digest(_values(question))


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
        Busy: nothing was stored.
    """
    with transaction() as session:
        _lock(session, event_id)
        question = _get(session, event_id, question_id)
        before = _values(question)
        if seen is not None and seen != content_digest(before):
            raise ChangedMeanwhile("question")
        question.label = _translated(wanted.label, question.label)
        question.help = _translated(wanted.help, question.help)
        question.required = wanted.required
        question.closes_at = wanted.closes_at
        for choice in question.choices:
            if choice.id in wanted.places:
                choice.places = wanted.places[choice.id]
        after = _values(question)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            old, new = ({n: values[n] for n in changed} for values in (before, after))
            _record(session, "question.changed", event_id, by, old, new)
        return bool(changed)


def remove_question(event_id: int, question_id: int, by: Actor) -> None:
    """Ask it no longer, nor what it opens; answers that were given stay stored until forgotten.

    Raises:
        NotFound: there is none, or it has been removed.
        Busy: nothing was stored.
    """
    with transaction() as session:
        _lock(session, event_id)
        question = _get(session, event_id, question_id)
        rows = session.scalars(
            select(EventQuestion).where(
                EventQuestion.removed_at.is_(None),
                or_(EventQuestion.id == question_id, EventQuestion.depends_on_id == question_id),
            )
        )
        for row in rows:
            row.removed_at = now()
        _record(session, "question.removed", event_id, by, {"label": question.label.ja}, {})


def _lock(session: WriteSession, event_id: int) -> None:
    """Answers are counted under this lock, too."""
    if not lock(session, {Event: [event_id]})[Event]:
        raise NotFound("event")


def _get(session: WriteSession, event_id: int, question_id: int) -> EventQuestion:
    query = select(EventQuestion).where(
        EventQuestion.id == question_id,
        EventQuestion.event_id == event_id,
        EventQuestion.removed_at.is_(None),
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("question")
    return found


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


def _values(question: EventQuestion | QuestionLine) -> dict[str, Any]:
    return {
        "label": [question.label.ja, question.label.en],
        "help": [question.help.ja, question.help.en],
        "required": question.required,
        "closes_at": question.closes_at.isoformat() if question.closes_at else None,
        "places": {choice.label.ja: choice.places for choice in question.choices},
    }


def _record(  # noqa: PLR0913, PLR0917  # one entry of the audit table
    session: WriteSession,
    action: str,
    event_id: int,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
        before=before,
        after=after,
    )
    audit.record(session, entry, now())
