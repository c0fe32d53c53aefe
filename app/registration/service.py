"""Signing up: one transaction, one lock, one decision, and the letter in the same commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.auth import audit
from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.base.text import search_key, sort_key, telephone_digits
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events import queries as events
from app.events.models import Event, Series
from app.events.rules import WayPlaces
from app.mail import outbox
from app.registration import letters
from app.registration.facts import Receipt, SignUp
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import Refused, decide, show_number

# Statements are built once: building one takes longer than running it.
_PUBLISHED = select(Event.id, Event.series_id).where(
    Event.slug == bindparam("slug"), Event.state != "draft"
)
_EARLIER_AND_HIGHEST = (
    select(
        select(func.coalesce(func.max(Registration.number), 0))
        .where(Registration.series_id == bindparam("series_id"))
        .scalar_subquery()
        .label("highest"),
        Registration,
    )
    .select_from(select(1).subquery())
    .outerjoin(Registration, Registration.form_key == bindparam("form_key"))
)


class SignUpRefused(Conflict):
    """The meeting cannot take this sign-up; ``code`` is one of ``rules.RefusalCode``."""


class FormUsed(Conflict):
    """The same screen was sent before with other content."""


@dataclass(frozen=True)
class _Locked:
    """What a sign-up reads under the lock."""

    series: Series
    event: Event
    places: tuple[WayPlaces, ...]


def sign_up(command: SignUp) -> Receipt:
    """Sign one person up for one meeting and post the confirmation.

    The same form key with the same content gives the first receipt again.

    Raises:
        NotFound: no such meeting.
        SignUpRefused: closed, full, cancelled and so on.
        FormUsed: the form key was used with other content.
        Busy: nothing was stored, try again.
    """
    moment = now()
    with transaction() as session:
        locked = _lock_meeting(session, command.slug)
        earlier, number = _earlier_and_next_number(session, command, locked.series)
        if earlier is not None:
            return _again(command, earlier, locked.series)
        decision = decide(events.event_facts(locked.event), locked.places, command.way, moment)
        if isinstance(decision, Refused):
            raise SignUpRefused(decision.code)
        registration = _store(session, command, locked, number, moment)
        letter = letters.confirmed(registration, locked.series, locked.event, command.way)
        outbox.post(session, letter, moment)
        audit.record(
            session,
            audit.Entry(
                actor=audit.VISITOR,
                action="registration.created",
                subject="registration",
                subject_id=registration.id,
            ),
            moment,
        )
        return _receipt(registration, locked.series, created=True)


def _lock_meeting(session: WriteSession, slug: str) -> _Locked:
    found = session.execute(_PUBLISHED, {"slug": slug}).first()
    if found is None:
        raise NotFound("event")
    rows = lock(session, {Series: [found.series_id], Event: [found.id]})
    event = rows[Event][0]
    return _Locked(rows[Series][0], event, events.count_places(session, event.id))


def _earlier_and_next_number(
    session: WriteSession, command: SignUp, series: Series
) -> tuple[Registration | None, int]:
    """The sign-up that this form made before, if any, and the next free number."""
    given = {"form_key": command.form_key, "series_id": series.id}
    row = session.execute(_EARLIER_AND_HIGHEST, given).one()
    return row.Registration, row.highest + 1


def _again(command: SignUp, earlier: Registration, series: Series) -> Receipt:
    if earlier.form_digest != command.form_digest:
        raise FormUsed("form_used")
    return _receipt(earlier, series, created=False)


def _store(
    session: WriteSession, command: SignUp, locked: _Locked, number: int, moment: datetime
) -> Registration:
    registration = Registration(
        series_id=locked.series.id,
        number=number,
        channel="web",
        locale=command.locale,
        contact_name=command.name,
        contact_organisation=command.organisation,
        email=command.email,
        email_may_fail=command.email_may_fail,
        telephone=command.telephone,
        note=command.note,
        notice_version=command.notice_version,
        form_key=command.form_key,
        form_digest=command.form_digest,
        created_at=moment,
        link_version=1,
        version=1,
    )
    session.put(registration)
    participant = Participant(
        registration_id=registration.id,
        position=0,
        name=command.name,
        reading=command.reading,
        organisation=command.organisation,
    )
    session.put(participant)
    booking = Booking(
        participant_id=participant.id,
        event_id=locked.event.id,
        way=command.way,
        state="confirmed",
        created_at=moment,
        sort_key=sort_key(command.reading, command.name),
        search_key=search_key_of(command, show_number(locked.series.number_letter, number)),
    )
    session.put(booking)
    return registration


def search_key_of(command: SignUp, number: str) -> str:
    """All by which the office may look for this person."""
    return search_key(
        command.name,
        command.reading,
        command.organisation,
        number,
        command.email,
        command.telephone,
        telephone_digits(command.telephone),
    )


def _receipt(registration: Registration, series: Series, *, created: bool) -> Receipt:
    return Receipt(
        registration_id=registration.id,
        link_version=registration.link_version,
        number=show_number(series.number_letter, registration.number),
        created=created,
    )
