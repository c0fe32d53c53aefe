"""One sign-up on request: all that is kept of it, and its erasing (個人情報保護法 33, 35)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import AuditEntry, AuditValue
from app.base.clock import now
from app.db import Translated, db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventChoice, EventQuestion, Series
from app.interest.models import Interest
from app.jobs import queries as job_files
from app.jobs import service as jobs
from app.mail import outbox
from app.mail.bounces.models import CalendarReply, MailAddress
from app.mail.models import OutboxLetter
from app.mail.shown import masked
from app.registration import changing
from app.registration.arranged.models import Arrangement
from app.registration.changing import ChangedMeanwhile
from app.registration.facts import ByOffice, Signup
from app.registration.imports.forgetting import count_of_meetings, forget_meetings
from app.registration.invitations.forgetting import forget_person
from app.registration.invitations.models import Invitation
from app.registration.models import Answer, Attendance, Booking, Participant, Registration
from app.registration.rules import show_number
from app.retention import erasing

ALL, BUT_MINUTES = "all", "contacts"
"""How much is erased on request: everything, or all that the minutes do not need."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of what is kept; ``rows`` are field → value as stored, without what is empty."""

    name: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another sign-up with the same e-mail address or telephone number."""

    registration_id: int
    number: str
    contact_name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StoredFiles:
    """Files that name everybody of a meeting: lists that were made, and imported ones."""

    made: int
    imported: int

    @property
    def number(self) -> int:
        """All of them."""
        return self.made + self.imported


def read_all(registration_id: int, by: Actor, hidden: str) -> tuple[Section, ...]:
    """Everything that is kept of a sign-up, wishes included; that it was taken out is noted first.

    Personal links in letters are left out: a copy that lies about must open nothing. ``hidden``
    stands in their place.

    Raises:
        Busy: nothing was read.
    """
    _note("person.exported", registration_id, by)
    return tuple(
        Section(name=name, rows=tuple(_rows(query, hidden)))
        for name, query in _every(registration_id)
    )


def columns() -> dict[str, tuple[str, ...]]:
    """The fields that rows can have, by the name of the section."""
    return {name: tuple(_shown(query.selected_columns.keys())) for name, query in _every(0)}


def _shown(names: Iterable[str]) -> list[str]:
    """The letter that leads the number is not told apart from it."""
    return [name for name in names if name != "number_letter"]


def _rows(query: Select[Any], hidden: str) -> Iterator[dict[str, Any]]:
    for row in db.session.execute(query).mappings():
        told = {name: _value(name, row, hidden) for name in _shown(row.keys())}
        yield {name: value for name, value in told.items() if value is not None and value != ""}


def _value(name: str, row: RowMapping, hidden: str) -> Any:
    value = row[name]
    if name == "number" and "number_letter" in row:
        return show_number(row["number_letter"], value)
    if name == "body":
        return masked(value, hidden)
    return value.ja if isinstance(value, Translated) else value


def as_text(value: Any) -> str:
    """A value for a machine: moments in ISO 8601 (UTC), lists and mappings as a line."""
    if isinstance(value, Translated):
        return value.ja
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {as_text(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    return "" if value is None or value is False else str(value)


def _every(number: int) -> Iterator[tuple[str, Select[Any]]]:
    yield "registration", _registration(number)
    yield "people", _people(number)
    yield "meetings", _meetings(number)
    yield "answers", _answers(number)
    yield "arrangements", _arrangements(number)
    yield "attendance", _attendance(number)
    yield "letters", _letters(number)
    yield "calendar", _calendar(number)
    yield "address", _address(number)
    yield "interest", _interest(number)
    yield "invitation", _invitation(number)
    yield "history", _history(number)


def _registration(number: int) -> Any:
    one = Registration
    query = select(
        *(
            one.number,
            Series.number_letter,
            one.channel,
            one.locale,
            one.contact_name,
            one.contact_organisation,
        ),
        *(one.email, one.telephone, one.fax, one.postal_address, one.note, one.coming),
        *(one.coming_at, one.notice_version, one.noticed_at, one.created_at, one.erased_at),
    )
    return query.join(Series, Series.id == one.series_id).where(one.id == number)


def _people(number: int) -> Any:
    one = Participant
    query = select(
        *(one.name, one.reading, one.organisation, one.role, one.standing),
        *(one.notice_version, one.noticed_at),
    )
    return query.where(one.registration_id == number).order_by(one.position)


def _meetings(number: int) -> Any:
    one = Booking
    return (
        select(Event.title, Participant.name, one.way, one.state, one.created_at, one.beyond)
        .join(Event, Event.id == one.event_id)
        .join(Participant, Participant.id == one.participant_id)
        .where(Participant.registration_id == number)
        .order_by(one.id)
    )


def _answers(number: int) -> Any:
    choice = EventChoice.label.label("choice")
    return (
        select(EventQuestion.label.label("question"), Participant.name, choice, Answer.text)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .outerjoin(Participant, Participant.id == Answer.participant_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(Answer.registration_id == number)
        .order_by(Answer.id)
    )


def _arrangements(number: int) -> Any:
    one = Arrangement
    return (
        select(
            *(EventQuestion.label.label("question"), EventChoice.label.label("choice")),
            *(one.state, one.due_on, one.supplier, one.note, one.known_text),
        )
        .join(EventQuestion, EventQuestion.id == one.question_id)
        .outerjoin(EventChoice, EventChoice.id == one.choice_id)
        .where(one.registration_id == number)
        .order_by(one.id)
    )


def _attendance(number: int) -> Any:
    one = Attendance
    return (
        select(Event.title, Participant.name, one.kind, one.at)
        .join(Booking, Booking.id == one.booking_id)
        .join(Event, Event.id == Booking.event_id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Participant.registration_id == number)
        .order_by(one.id)
    )


def _letters(number: int) -> Any:
    one = OutboxLetter
    return (
        select(
            *(one.purpose, one.to_address, one.to_name, one.subject, one.body),
            *(one.created_at, one.accepted_at),
        )
        .where(one.registration_id == number)
        .order_by(one.id)
    )


def _calendar(number: int) -> Any:
    one = CalendarReply
    query = select(one.attendee, one.partstat, one.at)
    return query.where(one.registration_id == number).order_by(one.id)


def _key(number: int) -> Any:
    key = select(Registration.email_key).where(Registration.id == number)
    return key.where(Registration.email_key != "").scalar_subquery()


def _address(number: int) -> Any:
    one = MailAddress
    query = select(one.address, one.state, one.reason, one.since)
    return query.where(one.address_key == _key(number))


def _interest(number: int) -> Any:
    one = Interest
    return (
        select(Event.title, one.name, one.organisation, one.email, one.state, one.created_at)
        .join(Event, Event.id == one.event_id)
        .where(one.email_key == _key(number))
        .order_by(one.id)
    )


def _invitation(number: int) -> Any:
    """The link by which they came, where it was theirs alone, or was sent to their address."""
    one = Invitation
    mine = select(Registration.invitation_id).where(Registration.id == number).scalar_subquery()
    alone = (one.id == mine) & (one.places == 1)
    return (
        select(Event.title, one.label, one.email, one.created_at, one.expires_at, one.sent)
        .join(Event, Event.id == one.event_id)
        .where(or_(alone, func.lower(one.email) == _key(number)))
        .order_by(one.id)
    )


def _history(number: int) -> Any:
    one = AuditEntry
    return (
        select(one.at, one.action, AuditValue.before, AuditValue.after)
        .outerjoin(AuditValue, AuditValue.entry_id == one.id)
        .where(one.subject == "registration", one.subject_id == number)
        .order_by(one.id)
    )


def list_others(signup: Signup, among: Collection[int] | None) -> tuple[Other, ...]:
    """Sign-ups with the same e-mail address or telephone number, the latest first: one query.

    ``among``: only those wholly for these meetings; None for all.
    """
    same = []
    if signup.email:
        same.append(Registration.email_key == _key(signup.registration_id))
    if signup.telephone:
        same.append(Registration.telephone == signup.telephone)
    if not same:
        return ()
    title = select(Event.title).where(Event.series_id == Series.id)
    query = (
        select(
            *(Registration.id, Registration.number, Registration.contact_name),
            *(Series.number_letter, title.order_by(Event.position).limit(1).scalar_subquery()),
        )
        .join(Series, Series.id == Registration.series_id)
        .where(or_(*same), Registration.id != signup.registration_id)
        .order_by(Registration.id.desc())
    )
    if among is not None:
        mine = (
            Participant.registration_id == Registration.id,
            Booking.participant_id == Participant.id,
        )
        query = query.where(~exists().where(*mine, Booking.event_id.not_in(among)))
    return tuple(
        Other(
            registration_id=number,
            number=show_number(letter, count),
            contact_name=name,
            title=as_text(title_of),
        )
        for number, count, name, letter, title_of in db.session.execute(query)
    )


def erase(signup: Signup, coming: Sequence[int], scope: str, key: str, by: Actor) -> StoredFiles:
    """Erase a sign-up at once; what is still to come is cancelled before. No letter goes.

    The stored files of its meetings go as well; gives how many.

    Args:
        signup: as the page showed it.
        coming: the bookings at meetings that are not over.
        scope: ``ALL`` or ``BUT_MINUTES``.
        key: of the page, so that pressing twice does it once.
        by: who of the office acts.

    Raises:
        ChangedMeanwhile: the sign-up is not as it was shown, or is erased already.
        Gone: its link is not the one that was shown.
        Busy: nothing was erased; it may have been cancelled.
    """
    version = signup.version
    if coming:
        seen = (signup.registration_id, signup.link_version, version)
        by_office = ByOffice(actor=by)
        version = changing.cancel(*seen, coming, key, office=by_office, erased=True).version
    moment, number = now(), signup.registration_id
    with transaction() as session:
        (row,) = lock(session, {Registration: [number]})[Registration]
        if row.version != version or row.erased == ALL:
            raise ChangedMeanwhile("registration")
        if row.email_key:
            mine = select(Interest.id).where(Interest.email_key == row.email_key)
            interests = list(session.scalars(mine))
            outbox.forget_interest(session, interests)
            session.execute(delete(Interest).where(Interest.id.in_(interests)))
            outbox.forget_address(session, row.email_key)
        forget_person(session, row, moment)
        files = _forget_files(session, number)
        session.flush()
        # Also where the terms erased it before: cancelling may have written letters anew.
        erasing.erase_contacts(session, [number], moment)
        if scope == ALL:
            erasing.erase_names(session, [number], moment)
        audit.record(session, _entry("person.erased", number, by), moment)
    return files


def count_files(registration_id: int) -> StoredFiles:
    """The files that go when this sign-up is erased: three queries."""
    session = db.session()
    return _count_files(session, _meetings_of(session, registration_id))


def _forget_files(session: WriteSession, number: int) -> StoredFiles:
    """Lists that were imported or taken out hold everybody of a meeting."""
    events = _meetings_of(session, number)
    found = _count_files(session, events)
    forget_meetings(session, events)
    jobs.forget_subjects(session, events)
    return found


def _count_files(session: Session, events: Collection[int]) -> StoredFiles:
    return StoredFiles(
        made=job_files.count_files(session, events),
        imported=count_of_meetings(session, events),
    )


def _meetings_of(session: Session, number: int) -> set[int]:
    mine = select(Booking.event_id).join(Participant, Participant.id == Booking.participant_id)
    return set(session.scalars(mine.where(Participant.registration_id == number)))


def _note(action: str, number: int, by: Actor) -> None:
    with transaction() as session:
        audit.record(session, _entry(action, number, by), now())


def _entry(action: str, number: int, by: Actor) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="registration",
        subject_id=number,
    )
