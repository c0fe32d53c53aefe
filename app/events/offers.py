"""What one form signs up for: the meetings of a series with places, and their questions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, column, func, select, table
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.days import by_start
from app.events.facts import ChoiceView, Offer, QuestionView
from app.events.models import Event, EventChoice, EventQuestion
from app.events.queries import list_preview, list_series, list_series_of

_answers: Table = table(  # type: ignore[assignment]  # answers belong to a higher room; only counted
    "answer", column("choice_id"), column("held")
)
_event: Any = Event.__table__
_question: Any = EventQuestion.__table__
_choice: Any = EventChoice.__table__
_held = (
    select(func.count())
    .where(_answers.c.choice_id == _choice.c.id, _answers.c.held.is_(True))
    .scalar_subquery()
)


def _questions_where(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            _question,
            _choice.c.id.label("choice_id"),
            *(_choice.c.code, _choice.c.label.label("choice"), _choice.c.places),
            *(_choice.c.seats, _choice.c.opens, _held.label("held")),
            _event.c.zone,
            func.coalesce(_event.c.closed_at, _event.c.closes_at).label("sign_up_until"),
        )
        .outerjoin(_choice, _choice.c.question_id == _question.c.id)
        .join(_event, _event.c.id == _question.c.event_id)
        .where(condition, _question.c.removed_at.is_(None))
        .order_by(_question.c.event_id, _question.c.position, _question.c.id)
        .order_by(_choice.c.position, _choice.c.id)
    )


_QUESTIONS = _questions_where(_event.c.series_id == bindparam("series_id"))
_QUESTIONS_OF_SLUG = _questions_where(
    _event.c.series_id
    == select(_event.c.series_id).where(_event.c.slug == bindparam("slug")).scalar_subquery()
)


def get_offer(slug: str, locale: str, now: datetime) -> Offer:
    """All that is signed up for together with the published meeting ``slug``: four queries.

    Raises:
        NotFound: there is no such meeting.
    """
    meetings = list_series_of(slug, locale, now)
    if not any(meeting.slug == slug for meeting in meetings):
        raise NotFound("event")
    return Offer(
        series_id=meetings[0].series_id,
        meetings=meetings,
        questions=tuple(_questions(db.session(), _QUESTIONS_OF_SLUG, {"slug": slug}, locale, now)),
    )


def get_preview_offer(slug: str, locale: str, now: datetime) -> Offer:
    """The offer of the draft ``slug`` as its form will show it once sign-up is open.

    Raises:
        NotFound: there is no such meeting, or nobody will sign up for it.
    """
    meetings = by_start(list_preview(slug, locale, now))
    if not any(meeting.slug == slug for meeting in meetings):
        raise NotFound("event")
    found = _questions(db.session(), _QUESTIONS_OF_SLUG, {"slug": slug}, locale, now)
    every = Offer(series_id=meetings[0].series_id, meetings=meetings, questions=tuple(found))
    offer = every.only({meeting.id for meeting in meetings}).when_open()
    if not offer.joinable:
        raise NotFound("form")
    return offer


def get_offer_of(series_id: int, locale: str, now: datetime) -> Offer:
    """All meetings of a series by its id: four queries.

    Raises:
        NotFound: there is no such series, or nothing of it is published.
    """
    offer = read_offer(db.session(), series_id, locale, now)
    if not offer.meetings:
        raise NotFound("series")
    return offer


def read_offer(
    session: Session,
    series_id: int,
    locale: str,
    now: datetime,
    locked: Sequence[Row[Any]] | None = None,
) -> Offer:
    """The offer of a series, counted in ``session``: under the lock it decides. Four queries.

    Three where its meetings are ``locked`` and have not been changed since.
    """
    given = {"series_id": series_id}
    return Offer(
        series_id=series_id,
        meetings=list_series(session, series_id, locale, now, locked),
        questions=tuple(_questions(session, _QUESTIONS, given, locale, now)),
    )


def _questions(
    session: Session, query: Select[Any], given: Mapping[str, object], locale: str, now: datetime
) -> Iterator[QuestionView]:
    rows = session.execute(query, given)
    for _id, group in groupby(rows, key=lambda row: row.id):
        found = list(group)
        one = found[0]
        yield QuestionView(
            id=one.id,
            event_id=one.event_id,
            kind=one.kind,
            asked=one.asked,
            required=one.required,
            is_arrangement=one.is_arrangement,
            label=one.label.text(locale),
            help=one.help.text(locale),
            way=one.way,
            depends_on_id=one.depends_on_id,
            closed=one.closes_at is not None and now >= one.closes_at,
            choices=tuple(_choice_view(row, locale) for row in found if row.choice_id),
            until=_until(one, now),
        )


def _until(row: Any, now: datetime) -> datetime | None:
    """When a question closes, if that is still to come and before its meeting's sign-up does."""
    if row.closes_at is None or now >= row.closes_at:
        return None
    if row.sign_up_until is not None and row.closes_at >= row.sign_up_until:
        return None
    return to_local(row.closes_at, row.zone)


def _choice_view(row: Any, locale: str) -> ChoiceView:
    return ChoiceView(
        id=row.choice_id,
        code=row.code,
        label=row.choice.text(locale),
        places=row.places,
        held=row.held,
        seats=row.seats,
        opens=row.opens,
    )
