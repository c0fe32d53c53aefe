"""Arranging what was wished, and telling the office of new wishes; fixing numbers is in counts."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.base.timezones import to_local
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventQuestion
from app.mail import outbox
from app.mail.models import OutboxLetter
from app.registration.models import Participant, Registration
from app.registration.orders import wishes
from app.registration.orders.facts import ArrangementWish, Key
from app.registration.orders.letters import new_wishes
from app.registration.orders.models import Arrangement


def arrange(event_id: int, key: Key, wish: ArrangementWish, seen: int, by: Actor) -> None:
    """Note what becomes of a wish. The audit table keeps no words of it: see ``_changes``.

    Args:
        event_id: of which meeting.
        key: which wish.
        wish: all of what is noted.
        seen: the version that this is a change of; 0 where nobody has touched it yet.
        by: who of the office acts.

    Raises:
        NotFound: there is no such sign-up, question or person.
        ChangedMeanwhile: it has another version now.
        Busy: nothing was stored.
    """
    with transaction() as session:
        registration, row = _locked(session, event_id, key)
        before = wishes.order_of(row)
        if row.version != max(seen, 1) and before != wish:
            raise ChangedMeanwhile("arrangement")
        if before == wish and row.seen_version == registration.arranged_version:
            return
        old, new = _changes(before, wish)
        row.state, row.due_on = wish.state, wish.due_on
        row.supplier, row.note = wish.supplier, wish.note
        row.seen_version = registration.arranged_version
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
    """Tell the office of new and changed wishes: by one letter a day and meeting, without names.

    What comes later on a day than its letter stands on the office's first page at once, and in the
    letter of the day after.

    Raises:
        Busy: the database could not be had.
    """
    found: dict[int, list[Any]] = defaultdict(list)
    for row in wishes.list_untold(db.session(), now()):
        found[row.event_id].append(row)
    db.session.close()
    for event_id, rows in found.items():
        _tell(event_id, rows)


def _tell(event_id: int, rows: list[Any]) -> None:
    moment = now()
    with transaction() as session:
        lock(session, {Registration: {row.registration_id for row in rows}})
        event = session.get_one(Event, event_id)
        day = to_local(moment, event.zone).date()
        key = f"arranged:{event_id}:{day:%Y%m%d}"
        if session.scalar(select(OutboxLetter.id).where(OutboxLetter.key == key)):
            return
        for one in rows:
            row = _row(
                session, event_id, (one.registration_id, one.question_id, one.participant_id)
            )
            row.told_version = one.arranged_version
        outbox.post(session, new_wishes(key, event, len(rows)), moment)


def _locked(session: WriteSession, event_id: int, key: Key) -> tuple[Registration, Arrangement]:
    registration_id, question_id, participant_id = key
    registrations: list[Registration] = lock(session, {Registration: [registration_id]})[
        Registration
    ]
    question = session.get(EventQuestion, question_id)
    person = session.get(Participant, participant_id) if participant_id else None
    if (
        not registrations
        or question is None
        or (question.event_id, question.is_arrangement) != (event_id, True)
        or (participant_id and (person is None or person.registration_id != registration_id))
    ):
        raise NotFound("arrangement")
    return registrations[0], _row(session, event_id, key)


def _row(session: WriteSession, event_id: int, key: Key) -> Arrangement:
    """The row of a wish, made where there is none, under the lock of its sign-up."""
    registration_id, question_id, participant_id = key
    query = select(Arrangement).where(
        Arrangement.registration_id == registration_id,
        Arrangement.question_id == question_id,
        Arrangement.participant_id.is_(None)
        if participant_id is None
        else Arrangement.participant_id == participant_id,
    )
    row = session.scalar(query)
    if row is None:
        row = Arrangement(
            event_id=event_id,
            registration_id=registration_id,
            question_id=question_id,
            participant_id=participant_id,
            created_at=now(),
        )
        session.add(row)
        session.flush()
    return row
