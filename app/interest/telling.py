"""Telling everybody who waits what is new of the date: in batches, once each, whatever crashes.

A batch is one transaction: it locks the meeting and those it writes to, and notes that they were
told together with their letters. A killed worker's batch was never there. What a letter says is
the difference to the last one that really went, so a date that moves and moves back is no news.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    column,
    exists,
    func,
    or_,
    select,
    table,
    update,
)

from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventNotice, EventSession
from app.events.showing import event_facts
from app.interest import letters
from app.interest.models import Interest
from app.interest.rules import Told, audience, news
from app.mail import outbox
from app.mail.letter import Letter
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.texts.queries import read_texts

BATCH = 200
BATCHES = 25
"""At most in one call, so that the worker's other duties have their turn."""
ABOUT_DATE = ("date_fixed", "date_moved", "date_unfixed", "date_off")

# Sign-ups belong to a higher room; here is only looked whether somebody has one.
_registration: Table = table("registration", column("id"), column("email_key"))  # type: ignore[assignment]
_person: Table = table("participant", column("id"), column("registration_id"))  # type: ignore[assignment]
_booking: Table = table("booking", column("participant_id"), column("event_id"))  # type: ignore[assignment]


def tell_again(session: WriteSession, event_id: int) -> None:
    """Have everybody on the list told what is new, in the transaction of a locked meeting.

    Letters about the date before that have not gone yet never will.
    """
    theirs = select(Interest.id).where(Interest.event_id == event_id)
    outbox.withdraw_interest(session, theirs, ABOUT_DATE)
    session.execute(update(Interest).where(Interest.event_id == event_id).values(told_at=None))


def tell_tick(stop: Stop) -> None:
    """The worker's duty: letters to those who wait, and to those who know an old date.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    for event_id in _meetings_to_tell(now()):
        tell(event_id, stop)


def tell(event_id: int, stop: Stop) -> None:
    """Make the letters about one meeting that are missing, until asked to stop.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    for _batch in range(BATCHES):
        if stop.asked:
            return
        with transaction() as session:
            if not _tell_batch(session, event_id, now()):
                return


def _meetings_to_tell(moment: datetime) -> list[int]:
    """Meetings to come with somebody who may have a letter to come; the rules decide about each."""
    waiting = exists().where(Interest.event_id == Event.id, *_PENDING)
    knowing = exists().where(Interest.event_id == Event.id, *_PENDING, _TOLD)
    opened = (Event.state == "published") & (Event.opens_at <= moment) & waiting
    known = (Event.state == "published") & knowing
    off = (Event.state == "cancelled") & waiting
    sessions = exists().where(EventSession.event_id == Event.id)
    to_come = or_(~sessions, sessions.where(EventSession.ends_at > moment))
    query = select(Event.id).where(to_come, or_(opened, known, off)).order_by(Event.id)
    found = list(db.session.scalars(query))
    db.session.close()
    return found


def _tell_batch(session: WriteSession, event_id: int, moment: datetime) -> bool:
    """Make up to 200 letters; tell whether there may be more."""
    events: list[Event] = lock(session, {Event: [event_id]})[Event]
    who = audience(event_facts(events[0]), moment) if events else "nobody"
    if who == "nobody":
        return False
    chosen = list(session.scalars(_chosen(event_id, only_told=who == "told")))
    made = _letters(session, events[0], chosen)
    for interest in chosen:
        interest.told_at = moment
    outbox.post_many(session, made, moment)
    return len(chosen) == BATCH


def _chosen(event_id: int, *, only_told: bool) -> Select[Interest]:
    """The next on the list, locked."""
    query = select(Interest).where(Interest.event_id == event_id, *_PENDING)
    if only_told:
        query = query.where(_TOLD)
    return query.order_by(Interest.id).limit(BATCH).with_for_update(key_share=True)


def _letters(session: WriteSession, event: Event, chosen: Sequence[Interest]) -> list[Letter]:
    """What is news to each of them."""
    ids = [interest.id for interest in chosen]
    told, numbers = _last_told(session, ids), _count_letters(session, ids)
    reason = _reason(session, event.id) if event.state == "cancelled" else ""
    texts = read_texts(session, event.series_id)
    made = []
    for interest in chosen:
        before, number = told.get(interest.id), numbers.get(interest.id, 0) + 1
        kind = news(before, letters.told_by(event))
        if kind == "date_fixed":
            made.append(letters.date_fixed(interest, event, number, texts))
        elif kind in {"date_moved", "date_unfixed"} and before is not None:
            made.append(letters.date_moved(interest, event, number, before, texts))
        elif kind == "date_off":
            made.append(letters.date_off(interest, event, number, reason, texts))
    return made


def _last_told(session: WriteSession, ids: Sequence[int]) -> Mapping[int, Told]:
    """What the last letter that went, or is about to, told each of them."""
    latest = select(func.max(OutboxLetter.id)).where(OutboxLetter.interest_id.in_(ids), *_WENT)
    query = select(OutboxLetter.interest_id, OutboxLetter.snapshot).where(
        OutboxLetter.id.in_(latest.group_by(OutboxLetter.interest_id))
    )
    rows = session.execute(query)
    return {i: letters.from_snapshot(kept) for i, kept in rows if i is not None and kept}


def _count_letters(session: WriteSession, ids: Sequence[int]) -> Mapping[int, int]:
    """How many letters about the date were made for each of them, withdrawn ones included."""
    query = (
        select(OutboxLetter.interest_id, func.count())
        .where(OutboxLetter.interest_id.in_(ids), OutboxLetter.purpose.in_(ABOUT_DATE))
        .group_by(OutboxLetter.interest_id)
    )
    return {i: number for i, number in session.execute(query) if i is not None}


def _reason(session: WriteSession, event_id: int) -> str:
    """Why the office called the meeting off, '' where it wrote nothing."""
    query = (
        select(EventNotice.reason)
        .where(EventNotice.event_id == event_id, EventNotice.kind == "cancelled")
        .order_by(EventNotice.id.desc())
    )
    return session.scalars(query.limit(1)).first() or ""


def _signed_up() -> ColumnElement[bool]:
    """Whether the address has signed up for the meeting: what is new then comes with that."""
    return exists().where(
        _registration.c.email_key == Interest.email_key,
        _person.c.registration_id == _registration.c.id,
        _booking.c.participant_id == _person.c.id,
        _booking.c.event_id == Interest.event_id,
    )


_WENT: tuple[Any, ...] = (
    OutboxLetter.purpose.in_(ABOUT_DATE),
    OutboxLetter.state != "suppressed",
)
_TOLD = exists().where(OutboxLetter.interest_id == Interest.id, *_WENT)
_PENDING: tuple[Any, ...] = (
    Interest.state == "confirmed",
    Interest.told_at.is_(None),
    ~_signed_up(),
)
