"""Practising the desk and the form on a copy of a meeting, with invented people.

The copy takes place today. It stands in no list, counts nowhere, sends nothing, and goes at one
press. What stays of it are empty rows without a name: were their numbers given anew, old links and
entries of the audit table would belong to somebody else.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import AuditEntry, AuditValue
from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local, to_utc
from app.db import Translated, db, lock, transaction
from app.db.session import WriteSession
from app.events.models import (
    Event,
    EventChoice,
    EventQuestion,
    EventSession,
    EventWay,
    Series,
)
from app.events.practising import beginning, new_slug
from app.registration import storing
from app.registration.arranged.models import Arrangement
from app.registration.desk.practice_people import GONE, PEOPLE
from app.registration.desk.registering import register
from app.registration.locking import lock_event
from app.registration.models import (
    Answer,
    Attendance,
    Booking,
    BulkTask,
    Participant,
    ReceptionPass,
    Registration,
)

TEXTS = (
    *("title", "summary", "description", "date_note", "venue_name", "venue_address", "access"),
    *("audience", "hosts", "fee", "bring", "report"),
)
BEGINS_IN = timedelta(hours=2)
LASTS = timedelta(hours=2)
PLACES = sum((one.way, one.state) == ("venue", "confirmed") for one in PEOPLE)
"""Seats at the venue of a copy: it is full, so that one practises that, too."""
_CHOICE = ("position", "code", "label", "places", "seats", "opens")
_QUESTION = (
    *("position", "preset", "kind", "asked", "required", "is_arrangement", "label", "help", "way"),
)


def find(event_id: int) -> str | None:
    """The slug of the copy of a meeting; None where there is none."""
    found: str | None = db.session.scalar(_copies(event_id))
    return found


def start(event_id: int, by: Actor) -> str:
    """Make a copy of a meeting with invented people; return its slug. There is one at a time.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        source = session.get(Event, event_id)
        if source is None:
            raise NotFound("event")
        lock(session, {Series: [source.series_id]})
        known: str | None = session.scalar(_copies(event_id))
        if known is not None:
            return known
        copy = _copy(session, source, moment)
        day = lock_event(session, copy.id, moment)
        for one in PEOPLE:
            register(day, copy.id, one)
        for one, state in GONE:
            _signup, booking = register(day, copy.id, one)
            storing.cancel_bookings(day, [booking.id], state)
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="practice.started",
            subject="meeting",
            subject_id=event_id,
        )
        audit.record(session, entry, moment)
        return copy.slug


def remove(slug: str, by: Actor) -> None:
    """Let a copy and everybody in it vanish; nothing happens where it is gone already.

    Raises:
        NotFound: there is no such copy: a real meeting is never removed by this.
        Busy: nothing was stored.
    """
    with transaction() as session:
        query = select(Event).join(Series).where(Event.slug == slug, Series.is_practice.is_(True))
        event = session.scalar(query)
        if event is None:
            raise NotFound("practice")
        lock(session, {Series: [event.series_id], Event: [event.id]})
        if event.state == "draft":
            return
        _empty_people(session, event.series_id)
        _empty_meeting(session, event)
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="practice.removed",
            subject="meeting",
            subject_id=event.id,
        )
        audit.record(session, entry, now())


def _copies(event_id: int) -> Any:
    """The living copy of a meeting: its slug names the meeting."""
    return (
        select(Event.slug)
        .join(Series, Series.id == Event.series_id)
        .where(
            Series.is_practice.is_(True),
            Series.slug.startswith(beginning(event_id), autoescape=True),
            Event.state == "published",
        )
        .order_by(Event.id)
    )


def _copy(session: WriteSession, source: Event, moment: datetime) -> Event:
    slug = new_slug(source.id)
    series = Series(slug=slug, number_letter="R", is_sample=True, is_practice=True)
    session.add(series)
    session.flush()
    event = Event(
        series_id=series.id,
        slug=slug,
        kind=source.kind if source.kind != "walk_in" else "assembly",
        state="published",
        zone=source.zone,
        online_url="",
        opens_at=moment - timedelta(days=1),
        **{name: getattr(source, name) for name in TEXTS},
    )
    event.ways = [EventWay(position=0, way="venue", places=PLACES)]
    event.ways.append(EventWay(position=1, way="online", places=None))
    event.sessions = [_today(moment, source.zone)]
    session.add(event)
    session.flush()
    _copy_questions(session, source.id, event.id)
    return event


def _today(moment: datetime, zone: str) -> EventSession:
    """In two hours, but today: the desk is open on the day, the form until the beginning."""
    last = to_utc(datetime.combine(to_local(moment, zone).date(), time(23, 59)), zone)
    begins = min(moment + BEGINS_IN, last)
    return EventSession(starts_at=begins, ends_at=begins + LASTS)


def _copy_questions(session: WriteSession, source_id: int, copy_id: int) -> None:
    query = select(EventQuestion).where(
        EventQuestion.event_id == source_id, EventQuestion.removed_at.is_(None)
    )
    made: dict[int, int] = {}
    for one in session.scalars(query.order_by(EventQuestion.position, EventQuestion.id)):
        question = EventQuestion(
            event_id=copy_id,
            depends_on_id=made.get(one.depends_on_id or 0),
            choices=[
                EventChoice(**{name: getattr(choice, name) for name in _CHOICE})
                for choice in one.choices
            ],
            **{name: getattr(one, name) for name in _QUESTION},
        )
        session.add(question)
        session.flush()
        made[one.id] = question.id


def _empty_people(session: WriteSession, series_id: int) -> None:
    """Delete who was in it; the sign-ups stay as rows without anybody."""
    signups = select(Registration.id).where(Registration.series_id == series_id)
    people = select(Participant.id).where(Participant.registration_id.in_(signups))
    bookings = select(Booking.id).where(Booking.participant_id.in_(people))
    entries = select(AuditEntry.id).where(
        AuditEntry.subject == "registration", AuditEntry.subject_id.in_(signups)
    )
    undoing = Attendance.undoes.is_not(None)
    theirs = Attendance.booking_id.in_(bookings)
    for statement in (
        delete(AuditValue).where(AuditValue.entry_id.in_(entries)),
        delete(Attendance).where(theirs, undoing),
        delete(Attendance).where(theirs),
        delete(Arrangement).where(Arrangement.registration_id.in_(signups)),
        delete(Answer).where(Answer.registration_id.in_(signups)),
        delete(BulkTask).where(BulkTask.booking_id.in_(bookings)),
        update(Booking).where(Booking.id.in_(bookings)).values(duplicate_of=None),
        delete(Booking).where(Booking.id.in_(bookings)),
        delete(Participant).where(Participant.id.in_(people)),
        update(Registration).where(Registration.series_id == series_id).values(**_NOBODY),
    ):
        session.execute(statement)


_NOBODY: dict[str, Any] = {
    **dict.fromkeys(("contact_name", "contact_organisation", "email", "email_key"), ""),
    **dict.fromkeys(("telephone", "fax", "postal_address", "note"), ""),
    "form_key": None,
    "form_digest": None,
    "change_key": None,
}


def _empty_meeting(session: WriteSession, event: Event) -> None:
    """Leave nothing but the row: without a text, a time or a way in, and under its own name.

    It has to stay. The audit table names the copy by its id, which the next meeting would get once
    the row were gone, and tells by its slug of which meeting it was; its emptied sign-ups, whose
    numbers are in links, hang on the series, and its passes on it, so that a device is told that
    its pass has ended.
    """
    questions = select(EventQuestion.id).where(EventQuestion.event_id == event.id)
    mine = ReceptionPass.event_id == event.id
    for statement in (
        delete(EventChoice).where(EventChoice.question_id.in_(questions)),
        update(EventQuestion).where(EventQuestion.event_id == event.id).values(depends_on_id=None),
        delete(EventQuestion).where(EventQuestion.event_id == event.id),
        delete(EventSession).where(EventSession.event_id == event.id),
        delete(EventWay).where(EventWay.event_id == event.id),
        update(ReceptionPass)
        .where(mine, ReceptionPass.revoked_at.is_(None))
        .values(revoked_at=now()),
        update(Event)
        .where(Event.id == event.id)
        .values(state="draft", **{name: Translated() for name in TEXTS}),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
