"""Ordering by number, such as lunches: what is counted now, what was ordered, who differs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import db, lock, transaction
from app.events.models import Event, EventChoice, EventQuestion, Series
from app.registration.models import Answer, ErasedAnswer, Participant, Registration
from app.registration.orders.facts import CountLine, CountView, Difference, DifferencePage
from app.registration.orders.models import CountOrder, CountOrderPerson
from app.registration.rules import show_number

NAMED = 50
"""So many names beside a choice of those who make its difference; ``list_differences`` has all."""
PAGE = 50
"""Of these."""
KINDS = ("one", "several", "yes_no")
_CHOICES = (
    select(
        EventQuestion.id,
        *(EventQuestion.label, EventChoice.id.label("choice_id")),
        EventChoice.label.label("choice"),
        (
            select(func.count())
            .where(Answer.choice_id == EventChoice.id, Answer.held.is_(True))
            .scalar_subquery()
            + select(func.coalesce(func.sum(ErasedAnswer.held), 0))
            .where(
                ErasedAnswer.question_id == EventQuestion.id,
                ErasedAnswer.choice_id == EventChoice.id,
            )
            .scalar_subquery()
        ).label("number"),
    )
    .join(EventChoice, EventChoice.question_id == EventQuestion.id)
    .where(
        EventQuestion.removed_at.is_(None),
        EventQuestion.is_arrangement.is_(False),
        EventQuestion.kind.in_(KINDS),
        EventChoice.code != "no",
    )
    .order_by(EventQuestion.position, EventQuestion.id, EventChoice.position, EventChoice.id)
)

_WHO: Any = (
    *(Registration.id.label("registration_id"), Registration.number, Series.number_letter),
    *(Participant.name, Registration.contact_name),
)


def list_counts(event_id: int, locale: str) -> tuple[CountView, ...]:
    """What can be ordered by number for a meeting; only who has a place counts. Four queries."""
    session = db.session()
    rows = session.execute(_CHOICES.where(EventQuestion.event_id == event_id)).all()
    orders = _latest(session, {row.id for row in rows})
    ids = [order.id for order, _by in orders.values()]
    more, fewer = _by_choice(session, _come(ids)), _by_choice(session, _went(ids))
    by_question: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_question[row.id].append(row)
    found = []
    for question_id, choices in by_question.items():
        order, by = orders.get(question_id, (None, ""))
        found.append(
            CountView(
                question_id=question_id,
                label=choices[0].label.text(locale),
                lines=tuple(
                    CountLine(
                        choice_id=one.choice_id,
                        label=one.choice.text(locale),
                        now=one.number,
                        ordered=order.numbers.get(str(one.choice_id), 0) if order else None,
                        more=tuple(map(_name, more[one.choice_id][:NAMED])),
                        fewer=tuple(map(_name, fewer[one.choice_id][:NAMED])),
                        more_number=len(more[one.choice_id]),
                        fewer_number=len(fewer[one.choice_id]),
                    )
                    for one in choices
                ),
                at=order.ordered_at if order else None,
                by=by,
            )
        )
    return tuple(found)


def get_count(event_id: int, question_id: int, locale: str) -> CountView:
    """One of them.

    Raises:
        NotFound: the meeting has no such question.
    """
    found = [one for one in list_counts(event_id, locale) if one.question_id == question_id]
    if not found:
        raise NotFound("question")
    return found[0]


def list_differences(event_id: int, question_id: int, locale: str, page: int) -> DifferencePage:
    """All who came to a choice since it was ordered, or went from it, by choice: four queries.

    Args:
        event_id: of which meeting.
        question_id: the question whose choices are counted.
        locale: of the words of question and choices.
        page: from 1; beyond the last it is the last.

    Raises:
        NotFound: the meeting has no such question.
    """
    session = db.session()
    query = _CHOICES.where(EventQuestion.event_id == event_id, EventQuestion.id == question_id)
    choices = session.execute(query).all()
    if not choices:
        raise NotFound("question")
    ids = [order.id for order, _by in _latest(session, [question_id]).values()]
    found = {True: _by_choice(session, _come(ids)), False: _by_choice(session, _went(ids))}
    every = [
        (one, more, row)
        for one in choices
        for more in (True, False)
        for row in found[more][one.choice_id]
    ]
    last = max(1, -(-len(every) // PAGE))
    number = min(page, last)
    return DifferencePage(
        label=choices[0].label.text(locale),
        lines=tuple(
            Difference(
                registration_id=row.registration_id,
                number=show_number(row.number_letter, row.number),
                name=_name(row),
                choice=one.choice.text(locale),
                more=more,
            )
            for one, more, row in every[(number - 1) * PAGE : number * PAGE]
        ),
        number=number,
        last=last,
        total=len(every),
    )


def order(event_id: int, question_id: int, seen: Mapping[int, int], by: Actor) -> None:
    """Fix the numbers as ordered: from now on the page shows what differs, and whose it is.

    Args:
        event_id: of which meeting.
        question_id: the question whose choices are counted.
        seen: id of each choice → the number that was shown.
        by: who of the office acts.

    Raises:
        NotFound: the meeting has no such question.
        ChangedMeanwhile: the numbers are not those that were shown any more.
        Busy: nothing was stored.
    """
    with transaction() as session:
        # Sign-ups count under this lock, so the numbers and the people are of one moment.
        if not lock(session, {Event: [event_id]})[Event]:
            raise NotFound("event")
        query = _CHOICES.where(EventQuestion.event_id == event_id, EventQuestion.id == question_id)
        numbers = {row.choice_id: row.number for row in session.execute(query)}
        if not numbers:
            raise NotFound("question")
        if dict(seen) != numbers:
            raise ChangedMeanwhile("count")
        row = CountOrder(
            event_id=event_id,
            question_id=question_id,
            numbers={str(choice): number for choice, number in numbers.items()},
            ordered_at=now(),
            ordered_by=by.account_id,
        )
        session.add(row)
        session.flush()
        people = select(
            literal(row.id), Answer.choice_id, Answer.registration_id, Answer.participant_id
        ).where(Answer.choice_id.in_(numbers), Answer.held.is_(True))
        columns = ["order_id", "choice_id", "registration_id", "participant_id"]
        session.execute(insert(CountOrderPerson).from_select(columns, people))
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="count.ordered",
            subject="event",
            subject_id=event_id,
            after={"numbers": row.numbers},
        )
        audit.record(session, entry, now())


def _latest(session: Session, questions: Iterable[int]) -> dict[int, tuple[CountOrder, str]]:
    """The last order of each question, with the name of whoever made it."""
    last = (
        select(func.max(CountOrder.id))
        .where(CountOrder.question_id.in_(sorted(questions)))
        .group_by(CountOrder.question_id)
    )
    query = (
        select(CountOrder, Account.name, Account.email)
        .join(Account, Account.id == CountOrder.ordered_by)
        .where(CountOrder.id.in_(last))
    )
    return {row[0].question_id: (row[0], row[1] or row[2]) for row in session.execute(query)}


def _by_choice(session: Session, query: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.choice_id].append(row)
    return found


def _name(row: Any) -> str:
    name: str = row.name or row.contact_name
    return name


def _come(orders: Sequence[int]) -> Select[Any]:
    ordered = exists().where(CountOrderPerson.order_id.in_(orders), *_same())
    of_order = (
        select(EventChoice.id)
        .join(CountOrder, CountOrder.question_id == EventChoice.question_id)
        .where(CountOrder.id.in_(orders), EventChoice.code != "no")
    )
    return _named(
        select(Answer.choice_id, *_WHO)
        .join(Registration, Registration.id == Answer.registration_id)
        .outerjoin(Participant, Participant.id == Answer.participant_id)
        .where(Answer.choice_id.in_(of_order), Answer.held.is_(True), ~ordered)
    )


def _went(orders: Sequence[int]) -> Select[Any]:
    still = exists().where(Answer.held.is_(True), *_same())
    return _named(
        select(CountOrderPerson.choice_id, *_WHO)
        .join(Registration, Registration.id == CountOrderPerson.registration_id)
        .outerjoin(Participant, Participant.id == CountOrderPerson.participant_id)
        .where(CountOrderPerson.order_id.in_(orders), ~still)
    )


def _named(query: Any) -> Select[Any]:
    with_letter = query.join(Series, Series.id == Registration.series_id)
    named: Select[Any] = with_letter.order_by(Registration.number, Participant.position)
    return named


def _same() -> tuple[Any, ...]:
    """An answer and a person of an order are about the same choice of the same person."""
    return (
        CountOrderPerson.choice_id == Answer.choice_id,
        CountOrderPerson.registration_id == Answer.registration_id,
        or_(
            CountOrderPerson.participant_id == Answer.participant_id,
            and_(CountOrderPerson.participant_id.is_(None), Answer.participant_id.is_(None)),
        ),
    )
