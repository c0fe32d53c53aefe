"""The meetings of a day and what they ask, for lists of the office: nobody is counted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.heads import MeetingHead
from app.events.models import Event, EventChoice, EventQuestion, EventSession
from app.events.practising import is_real


@dataclass(frozen=True, kw_only=True)
class QuestionHead:
    """A question in one language; ``choices``: id → label, in their order."""

    id: int
    event_id: int
    kind: str
    asked: str
    way: str
    label: str
    choices: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One meeting with all that are signed up for together with it, by their start.

    ``questions``: of these meetings, arrangements apart, since those are for few to see.
    ``days``: the first day of each meeting, local to it; None while its date is not fixed.
    ``asking``: the ids of those that ask people as what they come.
    """

    meeting: MeetingHead
    meetings: tuple[MeetingHead, ...]
    questions: tuple[QuestionHead, ...]
    days: Mapping[int, date | None]
    asking: frozenset[int] = frozenset()

    @property
    def event_ids(self) -> tuple[int, ...]:
        """Of all meetings of the day, in their order."""
        return tuple(one.id for one in self.meetings)

    def meeting_of(self, event_id: int) -> MeetingHead:
        """One of its meetings; KeyError for another."""
        return {one.id: one for one in self.meetings}[event_id]

    def question(self, question_id: int) -> QuestionHead | None:
        """One of its questions; None for another."""
        return next((one for one in self.questions if one.id == question_id), None)


def get_outline(slug: str, locale: str) -> Outline:
    """The outline of the meeting ``slug``, drafts included, by two queries.

    Raises:
        NotFound: there is no such meeting.
    """
    series = select(Event.series_id).where(Event.slug == slug).scalar_subquery()
    rows = db.session.execute(_meetings().where(Event.series_id == series)).all()
    meetings = tuple(_head(row, locale) for row in rows)
    here = next((one for one in meetings if one.slug == slug), None)
    if here is None:
        raise NotFound("event")
    return Outline(
        meeting=here,
        meetings=meetings,
        questions=tuple(_questions([one.id for one in meetings], locale)),
        asking=frozenset(row.id for row in rows if row.standings),
        days={row.id: row.start and to_local(row.start, row.zone).date() for row in rows},
    )


def _meetings() -> Any:
    start = func.min(EventSession.starts_at).label("start")
    return (
        select(
            *(Event.id, Event.series_id, Event.slug, Event.title, Event.zone, Event.admission),
            *(Event.standings, start),
        )
        .outerjoin(EventSession, EventSession.event_id == Event.id)
        .where(is_real())
        .group_by(Event.id)
        .order_by(start.is_(None), start, Event.id)
    )


def _head(row: Row[Any], locale: str) -> MeetingHead:
    return MeetingHead(
        id=row.id,
        series_id=row.series_id,
        slug=row.slug,
        title=row.title.text(locale),
        zone=row.zone,
        admission=row.admission,
    )


def list_by_ids(ids: Collection[int], locale: str) -> Mapping[int, QuestionHead]:
    """Questions of any meetings, also those not asked any more, by one query, or none for none."""
    if not ids:
        return {}
    wanted = EventQuestion.id.in_(ids), EventQuestion.is_arrangement.is_(False)
    return {one.id: one for one in _heads(wanted, locale)}


def _questions(event_ids: list[int], locale: str) -> Iterator[QuestionHead]:
    return _heads(
        (
            EventQuestion.event_id.in_(event_ids),
            EventQuestion.removed_at.is_(None),
            EventQuestion.is_arrangement.is_(False),
        ),
        locale,
    )


def _heads(wanted: tuple[ColumnElement[bool], ...], locale: str) -> Iterator[QuestionHead]:
    question = EventQuestion
    rows = db.session.execute(
        select(
            *(question.id, question.event_id, question.kind, question.asked, question.way),
            *(question.label, EventChoice.id.label("choice_id"), EventChoice.label.label("choice")),
        )
        .outerjoin(EventChoice, EventChoice.question_id == question.id)
        .where(*wanted)
        .order_by(question.event_id, question.position, question.id)
        .order_by(EventChoice.position, EventChoice.id)
    )
    for _id, group in groupby(rows, key=lambda row: row.id):
        found = list(group)
        one = found[0]
        yield QuestionHead(
            id=one.id,
            event_id=one.event_id,
            kind=one.kind,
            asked=one.asked,
            way=one.way,
            label=one.label.text(locale),
            choices={row.choice_id: row.choice.text(locale) for row in found if row.choice_id},
        )
