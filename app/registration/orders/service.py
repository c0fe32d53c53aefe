"""Arranging what was wished, and telling the office of new wishes; fixing numbers is in counts."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import select, update

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.base.timezones import to_local
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventChoice, EventQuestion
from app.mail import outbox
from app.registration.arranged.facts import Key
from app.registration.arranged.keys import key_of
from app.registration.arranged.models import TOLD_GONE, Arrangement
from app.registration.models import Answer, Participant, Registration
from app.registration.orders import wishes
from app.registration.orders.facts import ArrangementWish, Seen, Untold
from app.registration.orders.letters import new_wishes

LATE = time(23, 40)
"""From then on, local to the meeting, wishes are told minute by minute."""


def arrange(event_id: int, key: Key, wish: ArrangementWish, seen: Seen, by: Actor) -> None:
    """Note what becomes of a wish. The audit table keeps no words of it: see ``_changes``.

    Args:
        event_id: of which meeting.
        key: which wish.
        wish: all of what is noted.
        seen: what was shown, of which this is a change. What was wished otherwise meanwhile is
            still shown as changed then, and told.
        by: who of the office acts.

    Raises:
        NotFound: there is no such sign-up, question or person.
        ChangedMeanwhile: it has another version now.
        Busy: nothing was stored.
    """
    with transaction() as session:
        registration, row = _locked(session, event_id, key)
        before = wishes.order_of(row)
        version, asked = seen[0], min(seen[1], registration.arranged_version)
        if asked:  # what was wished is no other than when somebody saw it last
            asked = max(asked, row.seen_version)
        if row.version != max(version, 1) and before != wish:
            raise ChangedMeanwhile("arrangement")
        if before == wish and row.seen_version == asked and (asked or not row.told_version):
            return
        old, new = _changes(before, wish)
        row.state, row.due_on = wish.state, wish.due_on
        row.supplier, row.note = wish.supplier, wish.note
        row.seen_version = asked
        # What somebody has seen needs no letter any more.
        row.told_version = max(row.told_version, asked) if asked else 0
        row.known_text = _known(session, row, is_current=asked == registration.arranged_version)
        row.version += 1
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="arrangement.changed",
            subject="registration",
            subject_id=registration.id,
            before=old,
            after=new,
        )
        audit.record(session, entry, now())


def _known(session: WriteSession, row: Arrangement, *, is_current: bool) -> str:
    """What the office knows to be wished, once somebody has seen to it.

    Nothing where it was withdrawn; what it knew before, where it is otherwise by now than was seen.
    """
    if not row.seen_version:
        return ""
    texts = wishes.read_texts(session, Answer.registration_id == row.registration_id)
    return texts.get(key_of(row), row.known_text) if is_current else row.known_text


def _changes(before: ArrangementWish, after: ArrangementWish) -> audit.Changes:
    """What differs; of supplier and note, which tell what is wished, only whether there are any."""
    names = ("state", "due_on", "supplier", "note")
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    old, new = (
        {f"arrangement_{name}": _kept(getattr(one, name), name) for name in changed}
        for one in (before, after)
    )
    return old, new


def _kept(value: Any, name: str) -> Any:
    if name in {"supplier", "note"}:
        return bool(value)
    return value.isoformat() if isinstance(value, date) else value


def tell_office_tick(_stop: object) -> None:
    """Tell the office of new, changed and withdrawn wishes: one letter a meeting, without names.

    How often the worker does this is how long wishes are gathered.

    Raises:
        Busy: the database could not be had.
    """
    for event_id, _zone in wishes.list_untold_meetings(now()):
        _tell(event_id)


def tell_at_night_tick(_stop: object) -> None:
    """Do the same at once where the day is about to end, so that it is told on the day it came.

    Raises:
        Busy: the database could not be had.
    """
    moment = now()
    for event_id, zone in wishes.list_untold_meetings(moment):
        if to_local(moment, zone).time() >= LATE:
            _tell(event_id)


def _tell(event_id: int) -> None:
    """Tell all that is untold of a meeting, as it is under the locks of those who could change it.

    So whoever comes second, another worker or a sign-up, neither tells it again nor is passed over.
    """
    moment = now()
    with transaction() as session:
        (event,) = lock(session, {Event: [event_id]})[Event]
        ids = [one.registration_id for one in wishes.list_untold(session, event_id)]
        ids += [one.registration_id for one in wishes.list_withdrawn(session, event_id)]
        lock(session, {Registration: ids})
        wished = wishes.list_untold(session, event_id)
        withdrawn = wishes.list_withdrawn(session, event_id)
        changed = _note_told(session, event_id, wished)
        for row in withdrawn:
            row.told_version = TOLD_GONE
        told = Untold(new=len(wished) - changed, changed=changed, withdrawn=len(withdrawn))
        if told.number:
            outbox.post(session, new_wishes(event, told, moment), moment)


def _note_told(session: WriteSession, event_id: int, wished: Sequence[Any]) -> int:
    """Note these wishes as told; give how many of them were told before, as they were then."""
    query = select(Arrangement).where(Arrangement.event_id == event_id)
    query = query.execution_options(populate_existing=True)  # as they are under the locks
    rows = {key_of(row): row for row in session.scalars(query)}
    theirs = Answer.registration_id.in_({one.registration_id for one in wished})
    texts = wishes.read_texts(session, EventQuestion.event_id == event_id, theirs) if wished else {}
    changed, new, renewed = 0, [], []
    for one in wished:
        key = key_of(one)
        row = rows.get(key)
        if row is None:
            new.append(_made(event_id, key, one.arranged_version, texts[key]))
            continue
        changed += row.told_version > 0
        # Where somebody has set the state, what they saw then stays to be compared.
        known = texts[key] if row.state == "open" else row.known_text
        values = {"told_version": one.arranged_version, "known_text": known}
        renewed.append({"id": row.id, **values})
    session.write_many(new)
    if renewed:  # all by one statement
        session.execute(update(Arrangement), renewed)
    return changed


def _locked(session: WriteSession, event_id: int, key: Key) -> tuple[Registration, Arrangement]:
    registration_id, question_id, participant_id, choice_id = key
    registrations: list[Registration] = lock(session, {Registration: [registration_id]})[
        Registration
    ]
    question = session.get(EventQuestion, question_id)
    person = session.get(Participant, participant_id) if participant_id else None
    choice = session.get(EventChoice, choice_id) if choice_id else None
    if (
        not registrations
        or question is None
        or question.event_id != event_id
        or not _arranges(session, question)
        or (participant_id and (person is None or person.registration_id != registration_id))
        or (choice_id and not (choice and _is_wish(question, choice)))
    ):
        raise NotFound("arrangement")
    return registrations[0], _row(session, event_id, key)


def _arranges(session: WriteSession, question: EventQuestion) -> bool:
    """Whether a question, or one that it opens, is about what is to be arranged."""
    opened = select(EventQuestion.id).where(
        EventQuestion.depends_on_id == question.id, EventQuestion.is_arrangement.is_(True)
    )
    return question.is_arrangement or session.scalar(opened.limit(1)) is not None


def _is_wish(question: EventQuestion, choice: EventChoice) -> bool:
    """Whether a choice is a wish of its own."""
    return question.kind == "several" and choice.question_id == question.id


def _row(session: WriteSession, event_id: int, key: Key) -> Arrangement:
    """The row of a wish, made where there is none, under the lock of its sign-up."""
    registration_id, question_id, participant_id, choice_id = key
    query = select(Arrangement).where(
        Arrangement.registration_id == registration_id,
        Arrangement.question_id == question_id,
        Arrangement.participant_id.is_not_distinct_from(participant_id),
        Arrangement.choice_id.is_not_distinct_from(choice_id),
    )
    row = session.scalar(query)
    if row is None:
        row = _made(event_id, key)
        session.add(row)
        session.flush()
    return row


def _made(event_id: int, key: Key, told_version: int = 0, known_text: str = "") -> Arrangement:
    """A wish that nobody has touched yet, with every column, as it may be written past the ORM."""
    registration_id, question_id, participant_id, choice_id = key
    return Arrangement(
        event_id=event_id,
        registration_id=registration_id,
        question_id=question_id,
        participant_id=participant_id,
        choice_id=choice_id,
        state="open",
        supplier="",
        note="",
        known_text=known_text,
        told_version=told_version,
        seen_version=0,
        version=1,
        created_at=now(),
    )
