"""Reading what is to be arranged, and what becomes of it: special-care data, seen by few.

Whoever shows it notes that first (``lists.arrangements``). Counting tells nobody's wish.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from app.base.errors import NotFound
from app.db import Translated, db
from app.events.models import Event, EventChoice, EventQuestion, EventSession, Series
from app.events.practising import is_real
from app.registration.arranged.facts import Key
from app.registration.arranged.keys import comes, is_wish, key_of, root_id, wish_choice_id
from app.registration.arranged.models import Arrangement
from app.registration.models import Answer, Participant, Registration
from app.registration.orders.facts import ArrangementLine, ArrangementWish, DueWishes
from app.registration.rules import show_number

_root: Any = aliased(EventQuestion)
_own: Any = aliased(EventChoice)


@dataclass(frozen=True, kw_only=True)
class _Whose:
    """Whose wish it is and about what, in one language."""

    number: str
    name: str
    organisation: str
    label: str
    arranged_version: int
    gone: bool = False
    waiting: bool = False
    texts: list[str] = field(default_factory=list)


def list_lines(event_id: int, locale: str) -> tuple[ArrangementLine, ...]:
    """Every wish for a meeting, open ones first, and what is arranged for nobody any more.

    Three queries, whatever the number.
    """
    session = db.session()
    wishes = _wishes(session, locale, EventQuestion.event_id == event_id)
    query = select(Arrangement, _is_to_be_called_off().label("known")).where(
        Arrangement.event_id == event_id
    )
    stored, known = {}, set()
    for row, is_known in session.execute(query.order_by(Arrangement.id)):
        stored[key_of(row)] = row
        if is_known:
            known.add(key_of(row))
    lines = [_line(key, one, stored.get(key)) for key, one in wishes.items()]
    lines += _gone(session, [stored[key] for key in known if key not in wishes], locale)
    rank = {"open": 0, "asked": 1, "impossible": 2, "arranged": 3}
    return tuple(
        sorted(lines, key=lambda one: (not (one.gone or one.changed), rank[one.order.state]))
    )


def get_line(event_id: int, key: Key, locale: str) -> ArrangementLine:
    """One wish.

    Raises:
        NotFound: nobody wishes it, and nothing is arranged.
    """
    found = [one for one in list_lines(event_id, locale) if one.key == key]
    if not found:
        raise NotFound("arrangement")
    return found[0]


def count_open(now: datetime) -> dict[int, int]:
    """How many wishes of meetings that are not over nobody has touched, by meeting: one query."""
    key = _keys().where(_is_coming(now), ~_has_row(Arrangement.state != "open")).subquery()
    query = select(key.c.event_id, func.count()).group_by(key.c.event_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_due(
    until: date, now: datetime, locale: str, meetings: Collection[int] | None
) -> tuple[DueWishes, ...]:
    """What is to be arranged up to a day, by day, of meetings that are not over: one query.

    Args:
        until: the last day, local to each meeting.
        now: aware.
        locale: of the titles of the meetings.
        meetings: ids of the meetings that the reader may see; None for all.
    """
    to_do = Arrangement.state.in_(("open", "asked")) & (Arrangement.due_on <= until)
    rows = _to_see_to(Arrangement.state, Arrangement.due_on, now, meetings)
    return _due(rows.where(to_do, _is_wished()), locale)


def list_unseen(
    now: datetime, locale: str, meetings: Collection[int] | None
) -> tuple[DueWishes, ...]:
    """What was changed or withdrawn after its state was set or the office was told of it.

    Until somebody has seen to it.

    One query; arguments as of ``list_due``.
    """
    state: Any = case((_is_wished(), "changed"), else_="gone")
    changed = Registration.arranged_version > Arrangement.seen_version
    rows = _to_see_to(state, None, now, meetings).where(
        or_(
            and_(_is_wished(), Arrangement.state != "open", changed),
            and_(~_is_wished(), _is_to_be_called_off()),
        )
    )
    return _due(rows, locale)


def _to_see_to(
    state: Any, due_on: Any, now: datetime, meetings: Collection[int] | None
) -> Select[Any]:
    """Rows of meetings that are not over with the state and day by which they are counted."""
    query: Any = (
        select(
            *(Arrangement.event_id, Arrangement.registration_id, Arrangement.question_id),
            *(Arrangement.participant_id, Arrangement.choice_id, state.label("state")),
            (null() if due_on is None else due_on).label("due_on"),
        )
        .join(Registration, Registration.id == Arrangement.registration_id)
        .join(Event, Event.id == Arrangement.event_id)
        .where(_is_coming(now), Event.archived_at.is_(None))
    )
    if meetings is not None:
        query = query.where(Event.id.in_(sorted(meetings)))
    chosen: Select[Any] = query
    return chosen


def _due(rows: Select[Any], locale: str) -> tuple[DueWishes, ...]:
    """Counted by meeting, day and state."""
    row = rows.subquery().c
    by = (row.event_id, row.due_on, row.state)
    counted = (
        select(
            *(*by, func.count().label("number"), func.min(row.registration_id).label("signup")),
            func.min(row.question_id).label("question"),
            func.min(row.participant_id).label("person"),
            func.min(row.choice_id).label("choice"),
        )
        .group_by(*by)
        .subquery()
    )
    query = (
        select(counted, Event.slug, Event.title)
        .join(Event, Event.id == counted.c.event_id)
        .order_by(counted.c.due_on, counted.c.event_id, counted.c.state)
    )
    return tuple(
        DueWishes(
            slug=one.slug,
            title=one.title.text(locale),
            state=one.state,
            number=one.number,
            due_on=one.due_on,
            key=(one.signup, one.question, one.person, one.choice) if one.number == 1 else None,
        )
        for one in db.session.execute(query)
    )


def list_untold_meetings(now: datetime) -> list[tuple[int, str]]:
    """Meetings that are not over with wishes of which the office is to be told: id and zone.

    Two queries, whatever the number.
    """
    session = db.session()
    wished = select(_untold().where(_is_coming(now)).subquery().c.event_id).distinct()
    found = set(session.scalars(wished))
    withdrawn = _withdrawn(Arrangement.event_id).join(Event, Event.id == Arrangement.event_id)
    found |= set(session.scalars(withdrawn.where(_is_coming(now)).distinct()))
    if not found:
        return []
    query = select(Event.id, Event.zone).where(Event.id.in_(found)).order_by(Event.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def list_untold(session: Session, event_id: int) -> list[Any]:
    """Wishes for a meeting that are new, or changed, since the office was told: one query.

    Rows of registration_id, question_id, participant_id, choice_id, arranged_version.
    """
    return list(session.execute(_untold().where(EventQuestion.event_id == event_id)).all())


def list_withdrawn(session: Session, event_id: int) -> list[Arrangement]:
    """What the office was told of and nobody wishes any more, which it was not told: one query."""
    query = _withdrawn(Arrangement).where(Arrangement.event_id == event_id)
    return list(session.scalars(query.order_by(Arrangement.id)))


def _untold() -> Select[Any]:
    told = _has_row(Arrangement.told_version >= Registration.arranged_version)
    return _keys().where(~told)


def _withdrawn(what: Any) -> Select[Any]:
    """Of wishes that were told."""
    query: Select[Any] = select(what).where(
        Arrangement.told_version > 0, _is_asked(), ~_is_wished()
    )
    return query


def _is_asked() -> ColumnElement[bool]:
    """What goes with a question was taken away by the office itself."""
    return exists().where(
        EventQuestion.id == Arrangement.question_id, EventQuestion.removed_at.is_(None)
    )


def _is_to_be_called_off() -> ColumnElement[bool]:
    """Whether somebody may have asked for it, once nobody wishes it any more.

    As its state says, or because the office was told of it and may have acted on the letter.
    """
    return or_(Arrangement.state != "open", and_(Arrangement.told_version != 0, _is_asked()))


def _is_wished() -> ColumnElement[bool]:
    """Whether what a row is about is wished by somebody who comes or waits."""
    return (
        select(Answer.id)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(*is_wish(), *_of_row())
        .correlate(Arrangement)
        .exists()
    )


def _keys() -> Select[Any]:
    """Each wish of somebody who comes or waits, once; what it opens belongs to it."""
    query: Any = (
        select(
            EventQuestion.event_id,
            Answer.registration_id,
            root_id().label("question_id"),
            Answer.participant_id,
            wish_choice_id().label("choice_id"),
            Registration.arranged_version,
        )
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .join(Event, Event.id == EventQuestion.event_id)
        .join(Registration, Registration.id == Answer.registration_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(*is_wish())
        .distinct()
    )
    keys: Select[Any] = query
    return keys


def _is_coming(now: datetime) -> ColumnElement[bool]:
    held = exists().where(EventSession.event_id == Event.id)
    goes_on = exists().where(EventSession.event_id == Event.id, EventSession.ends_at > now)
    return and_(Event.state != "cancelled", is_real(), or_(~held, goes_on))


def _has_row(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is a row of this wish of which ``condition`` is true."""
    return exists().where(*_of_row(), condition)


def _of_row() -> tuple[ColumnElement[bool], ...]:
    """An answer with its question belongs to the wish of a row."""
    return (
        Arrangement.registration_id == Answer.registration_id,
        Arrangement.question_id == root_id(),
        Arrangement.participant_id.is_not_distinct_from(Answer.participant_id),
        Arrangement.choice_id.is_not_distinct_from(wish_choice_id()),
    )


_WHOSE: Any = (
    *(Registration.number, Registration.contact_name, Registration.contact_organisation),
    *(Registration.arranged_version, Series.number_letter, Participant.name),
    Participant.organisation,
)


def read_texts(session: Session, *where: ColumnElement[bool]) -> Mapping[Key, str]:
    """What is wished beside the choice, by wish, as the office reads it: one query.

    Args:
        session: in which it is read.
        where: of which answers.
    """
    return {key: _joined(one.texts) for key, one in _wishes(session, "ja", *where).items()}


def _joined(texts: Iterable[str]) -> str:
    return "、".join(texts)


def _wishes(session: Session, locale: str, *where: ColumnElement[bool]) -> Mapping[Key, _Whose]:
    query = (
        select(
            *(Answer.registration_id, Answer.participant_id, wish_choice_id().label("choice_id")),
            *(Answer.choice_id.label("chosen"), Answer.text, EventChoice.label.label("choice")),
            *(root_id().label("question_id"), _root.label, _own.label.label("own")),
            comes(("confirmed",)).label("has_place"),
            *_WHOSE,
        )
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .join(_root, _root.id == root_id())
        .join(Registration, Registration.id == Answer.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .outerjoin(Participant, Participant.id == Answer.participant_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .outerjoin(_own, _own.id == wish_choice_id())
        .where(*is_wish(), *where)
        .order_by(Registration.number, _root.position, _root.id, Participant.position)
        .order_by(EventQuestion.depends_on_id.is_not(None), EventChoice.position, Answer.id)
    )
    found: dict[Key, _Whose] = {}
    for row in session.execute(query):
        whose = found.setdefault(
            key_of(row), _whose(row, locale, row.own, waiting=not row.has_place)
        )
        if row.chosen is None or row.chosen != row.choice_id:
            whose.texts.append(row.text if row.chosen is None else row.choice.text(locale))
    return found


def _gone(session: Session, rows: Iterable[Arrangement], locale: str) -> list[ArrangementLine]:
    """What is being arranged though nobody wishes it any more: whoever does it must be told."""
    stored = {row.id: row for row in rows}
    query = (
        select(Arrangement.id, EventQuestion.label, EventChoice.label.label("choice"), *_WHOSE)
        .join(EventQuestion, EventQuestion.id == Arrangement.question_id)
        .join(Registration, Registration.id == Arrangement.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .outerjoin(Participant, Participant.id == Arrangement.participant_id)
        .outerjoin(EventChoice, EventChoice.id == Arrangement.choice_id)
        .where(Arrangement.id.in_(stored))
        .order_by(Registration.number, Arrangement.id)
    )
    return [
        _line(key_of(stored[row.id]), _whose(row, locale, row.choice, gone=True), stored[row.id])
        for row in session.execute(query)
    ]


def _whose(
    row: Any,
    locale: str,
    choice: Translated,
    *,
    gone: bool = False,
    waiting: bool = False,
) -> _Whose:
    label = ": ".join(filter(None, (row.label.text(locale), choice.text(locale))))
    return _Whose(
        number=show_number(row.number_letter, row.number),
        name=row.name or row.contact_name,
        organisation=row.organisation if row.name else row.contact_organisation,
        label=label,
        arranged_version=row.arranged_version,
        gone=gone,
        waiting=waiting,
    )


def _line(key: Key, whose: _Whose, row: Arrangement | None) -> ArrangementLine:
    touched = row is not None and row.state != "open"
    changed = bool(row and touched and whose.arranged_version > row.seen_version)
    is_known = row is not None and (whose.gone or changed)
    return ArrangementLine(
        key=key,
        number=whose.number,
        name=whose.name,
        organisation=whose.organisation,
        label=whose.label,
        texts=tuple(whose.texts),
        order=order_of(row) if row else ArrangementWish(state="open"),
        version=row.version if row else 0,
        asked=0 if whose.gone else whose.arranged_version,
        changed=changed,
        gone=whose.gone,
        known=_differing(row.known_text, whose) if row and is_known else "",
        waiting=whose.waiting,
    )


def _differing(known: str, whose: _Whose) -> str:
    return "" if known == _joined(whose.texts) else known


def order_of(row: Arrangement) -> ArrangementWish:
    """What was entered of a stored row."""
    return ArrangementWish(state=row.state, due_on=row.due_on, supplier=row.supplier, note=row.note)
