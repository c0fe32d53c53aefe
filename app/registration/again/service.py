"""“Send me my link again”: a request notes only the address; the worker looks whether it is known.

So the page takes the same time and says the same for every address.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, or_, select

from app.base.addresses import email_key
from app.base.clock import now
from app.base.timezones import to_local
from app.base.tokens import content_digest
from app.db import db, transaction
from app.db.session import WriteSession, locking
from app.events.facts import Span
from app.events.models import Event, EventSession, Series
from app.mail import outbox
from app.mail.stop import Stop
from app.registration.again.letters import AgainMeeting, AgainSignup, link_again
from app.registration.links import manage_url
from app.registration.models import LIVE, Booking, LinkRequest, Participant, Registration
from app.registration.rules import show_number
from app.web.limits import TooMany, hit

LETTERS = "3 per hour"
"""To one address, whoever asks."""
BATCH = 50
SHOWN = LIVE


def ask(email: str, locale: str) -> None:
    """Note that somebody wants the links of ``email`` (checked), in 'ja' or 'en'.

    Over the limit of the address nothing is noted; the visitor is told the same.

    Raises:
        Busy: nothing was stored, try again.
    """
    key = email_key(email)
    try:
        hit("link-letter", LETTERS, content_digest({"address": key}))
    except TooMany:
        return
    with transaction() as session:
        session.put(LinkRequest(email=email, email_key=key, locale=locale, created_at=now()))


def answer_tick(stop: Stop) -> None:
    """The worker's duty: a letter to each known address that asked; the requests are forgotten.

    Raises:
        Busy: the database could not be had; the requests are still there.
    """
    asked = db.session.scalar(select(LinkRequest.id).limit(1))
    db.session.close()  # nearly always there is nothing, and then nobody is disturbed
    while asked is not None and not stop.asked:
        if answer_requests(now()) < BATCH:
            return


def answer_requests(moment: datetime) -> int:
    """Answer up to 50 requests in one transaction; return how many there were.

    The sign-ups are locked first, in the order of the house: a link that is being renewed is waited
    for, so that no letter leaves with one that has ended.
    """
    first = select(LinkRequest).order_by(LinkRequest.id).limit(BATCH)
    query = first.with_for_update(skip_locked=True)
    with transaction() as session:
        keys = {request.email_key for request in session.scalars(first)}
        theirs = select(Registration).where(Registration.email_key.in_(keys))
        session.scalars(locking(theirs.order_by(Registration.id))).all()
        requests = [one for one in session.scalars(query) if one.email_key in keys]
        latest = {request.email_key: request for request in requests}
        found = _signups(session, latest, moment)
        made = [link_again(latest[key], signups) for key, signups in found.items()]
        outbox.post_many(session, made, moment)
        ids = [request.id for request in requests]
        session.execute(delete(LinkRequest).where(LinkRequest.id.in_(ids)))
    return len(requests)


def _signups(
    session: WriteSession, requests: dict[str, LinkRequest], moment: datetime
) -> dict[str, list[AgainSignup]]:
    """What each address is signed up for that is not over, in order of signing up."""
    if not requests:
        return {}
    rows = session.execute(_bookings(list(requests), moment)).all()
    spans = _spans(session, {row.Event.id for row in rows})
    by_signup: dict[int, dict[int, Row[Any]]] = defaultdict(dict)
    for row in rows:
        by_signup[row.Registration.id].setdefault(row.Event.id, row)
    found: dict[str, list[AgainSignup]] = defaultdict(list)
    for meetings in by_signup.values():
        first = next(iter(meetings.values())).Registration
        locale = requests[first.email_key].locale
        found[first.email_key].append(_signup(list(meetings.values()), spans, locale))
    return found


def _bookings(keys: Sequence[str], moment: datetime) -> Any:
    """Bookings that hold or wait for a place, so neither cancelled ones nor duplicates."""
    sessions = exists().where(EventSession.event_id == Event.id)
    return (
        select(Registration, Series.number_letter, Event)
        .join(Series, Series.id == Registration.series_id)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .join(Event, Event.id == Booking.event_id)
        .where(
            Registration.email_key.in_(keys),
            Booking.state.in_(SHOWN),
            Series.is_practice.is_(False),
            or_(~sessions, sessions.where(EventSession.ends_at > moment)),
        )
        .order_by(Registration.id, Event.position, Event.id)
    )


def _spans(session: WriteSession, event_ids: Iterable[int]) -> dict[int, list[EventSession]]:
    query = (
        select(EventSession)
        .where(EventSession.event_id.in_(sorted(event_ids)))
        .order_by(EventSession.starts_at)
    )
    found: dict[int, list[EventSession]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.event_id].append(one)
    return found


def _signup(
    rows: Sequence[Row[Any]], spans: dict[int, list[EventSession]], locale: str
) -> AgainSignup:
    registration = rows[0].Registration
    return AgainSignup(
        registration_id=registration.id,
        version=registration.version,
        number=show_number(rows[0].number_letter, registration.number),
        name=registration.contact_name,
        email=registration.email,
        url=manage_url(registration.id, registration.link_version),
        meetings=tuple(_meeting(row.Event, spans[row.Event.id], locale) for row in rows),
    )


def _meeting(event: Event, sessions: Iterable[EventSession], locale: str) -> AgainMeeting:
    return AgainMeeting(
        title=event.title.text(locale),
        date_note=event.date_note.text(locale),
        spans=tuple(
            Span(start=to_local(one.starts_at, event.zone), end=to_local(one.ends_at, event.zone))
            for one in sessions
        ),
    )
