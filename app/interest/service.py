"""Asking to be told of a date, confirming it by link, and leaving the list."""

import secrets
from datetime import datetime

from sqlalchemy import case, select

from app.auth import audit
from app.base.addresses import email_key
from app.base.clock import now
from app.base.errors import Conflict, Gone, NotFound
from app.base.tokens import content_digest
from app.db import db, lock, transaction
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.events.models import Event
from app.events.practising import is_real
from app.events.showing import event_facts
from app.interest import letters, links
from app.interest.facts import Wish
from app.interest.models import Interest
from app.interest.rules import Standing, may_ask, page, waits
from app.mail import outbox
from app.texts.queries import read_texts
from app.web.limits import TooMany, hit

LETTERS = "3 per day"
"""To one address about one meeting, whoever asks."""
VERSION_BITS = 30
"""A version begins at random: SQLite gives the id of a deleted row again, and old links with it."""


class NotOffered(Conflict):
    """The date is fixed, or the meeting called off: there is nothing to wait for."""


def ask(wish: Wish) -> None:
    """Note that somebody wants to be told, and write to them; nothing is certain before they press.

    Whatever was known of the address, the same is written, so that nobody can tell.

    Raises:
        Busy: nothing was stored, try again.
        NotFound: no such meeting.
        NotOffered: its date is fixed, or it was called off.
    """
    moment, key = now(), email_key(wish.email)
    may_write = _may_write(wish.slug, key)
    with transaction() as session:
        event = _lock_event(session, wish.slug)
        if not may_ask(event_facts(event), moment):
            raise NotOffered("interest")
        interest = _store(session, wish, event.id, key, moment)
        listed = interest.state == "confirmed"
        make = letters.confirmed if listed else letters.ask
        audit.record(session, _entry("interest.asked", interest), moment)
        letter = make(interest, event, wish.form_key, read_texts(session, event.series_id))
        if may_write:
            outbox.post_many(session, [letter], moment)


def confirm(token: str) -> None:
    """Put whoever pressed the button of this link on the list; a second press changes nothing.

    Raises:
        Busy: nothing was stored, try again.
        Gone: the link is too old, or they have left.
        NotFound: the link is not ours.
    """
    moment = now()
    with transaction() as session:
        interest = _lock_interest(session, token)
        found = page(Standing(state=interest.state, created_at=interest.created_at), moment)
        if found == "listed":
            return
        if found != "ask":
            raise Gone("interest")
        interest.state, interest.confirmed_at = "confirmed", moment
        audit.record(session, _entry("interest.confirmed", interest), moment)
        event = session.get_one(Event, interest.event_id)
        if waits(event_facts(event), moment):
            texts = read_texts(session, event.series_id)
            outbox.post_many(session, [letters.confirmed(interest, event, texts=texts)], moment)


def leave(token: str) -> None:
    """Take somebody off the list, stop their unsent letters and erase who it was.

    The row stays for the numbers, without anything of the person; asking again makes a new one.

    Raises:
        Busy: nothing was stored, try again.
        Gone: there is no such interest any more.
        NotFound: the link is not ours.
    """
    with transaction() as session:
        interest = _lock_interest(session, token)
        if interest.state == "left":
            return
        interest.state = "left"
        interest.name = interest.organisation = interest.email = ""
        interest.email_key = f"left:{interest.id}"  # no address: it holds no @
        outbox.forget_interest(session, [interest.id])
        audit.record(session, _entry("interest.left", interest), now())


def _entry(action: str, interest: Interest) -> audit.Entry:
    """What somebody did who has no sign-up: nothing of theirs is copied."""
    return audit.Entry(
        actor=audit.VISITOR, action=action, subject="interest", subject_id=interest.id
    )


def _may_write(slug: str, key: str) -> bool:
    """Whether this address gets a letter; the counter does not name it."""
    try:
        hit("interest-letter", LETTERS, content_digest({"meeting": slug, "address": key}))
    except TooMany:
        return False
    return True


def _lock_event(session: WriteSession, slug: str) -> Event:
    event_id = session.scalar(
        select(Event.id).where(Event.slug == slug, Event.state != "draft", is_real())
    )
    if event_id is None:
        raise NotFound("event")
    found: list[Event] = lock(session, {Event: [event_id]})[Event]
    return found[0]


def _lock_interest(session: WriteSession, token: str) -> Interest:
    found = links.read(token)
    if found is None:
        raise NotFound("interest")
    rows: list[Interest] = lock(session, {Interest: [found[0]]})[Interest]
    if not rows or rows[0].version != found[1]:
        raise Gone("interest")
    return rows[0]


def _store(
    session: WriteSession, wish: Wish, event_id: int, key: str, moment: datetime
) -> Interest:
    """A new row, or the one there is: what was confirmed stays as it is, else the latest counts."""
    statement = upsert(db.engine, Interest).values(
        event_id=event_id,
        email_key=key,
        name=wish.name,
        organisation=wish.organisation,
        email=wish.email,
        locale=wish.locale,
        state="asked",
        version=1 + secrets.randbits(VERSION_BITS),
        created_at=moment,
    )
    given = statement.excluded
    unconfirmed = Interest.state == "asked"
    latest = {
        name: case((unconfirmed, given[name]), else_=getattr(Interest, name))
        for name in ("name", "organisation", "email", "locale", "created_at")
    }
    stored = statement.on_conflict_do_update(
        index_elements=["event_id", "email_key"], set_=latest
    ).returning(Interest)
    found: Interest = session.scalars(stored, execution_options={"populate_existing": True}).one()
    return found
