"""Reading sign-ups: whole, with their people, meetings and answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.base.errors import Gone, NotFound
from app.base.text import search_term
from app.db import db
from app.events.models import Event, Series
from app.events.practising import original_of
from app.registration.facts import AnswerView, BookingView, PersonView, Signup
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.rules import show_number

_ahead = aliased(Booking)
# The place in the queue. A duplicate sees the position that anybody would have had.
POSITION = case(
    (
        Booking.queued_at.is_not(None) & Booking.state.in_(("waiting", "duplicate")),
        select(func.count() + 1)
        .where(
            _ahead.event_id == Booking.event_id,
            _ahead.way == Booking.way,
            _ahead.state == "waiting",
            or_(
                _ahead.queued_at < Booking.queued_at,
                and_(_ahead.queued_at == Booking.queued_at, _ahead.id < Booking.id),
            ),
        )
        .correlate(Booking)
        .scalar_subquery(),
    ),
)
_IDS: Any = bindparam("ids", expanding=True)
_REGISTRATIONS = (
    select(Registration, Series.number_letter)
    .join(Series, Series.id == Registration.series_id)
    .where(Registration.id.in_(_IDS))
)
_PEOPLE = (
    select(
        Participant.registration_id,
        *(Participant.id.label("person"), Participant.name, Participant.reading),
        *(Participant.organisation, Participant.role, Participant.standing),
        *(Participant.notice_version, Participant.told_by, Participant.noticed_at),
        *(Booking.id, Booking.event_id, Booking.way, Booking.state, Booking.seats),
        *(Booking.queued_at, POSITION.label("position"), Booking.duplicate_of, Booking.beyond),
        Event.admission,
    )
    .outerjoin(Booking, Booking.participant_id == Participant.id)
    .outerjoin(Event, Event.id == Booking.event_id)
    .where(Participant.registration_id.in_(_IDS))
    .order_by(Participant.registration_id, Participant.position, Participant.id, Booking.event_id)
)
_ANSWERS = (
    select(Answer).where(Answer.registration_id.in_(_IDS)).order_by(Answer.question_id, Answer.id)
)


def get_signup(registration_id: int, link_version: int | None = None) -> Signup:
    """The sign-up of this id, in three queries.

    Args:
        registration_id: from a verified link.
        link_version: of the link that asks; None where the link has no version.

    Raises:
        NotFound: there is none.
        Gone: the link has been replaced by a newer one.
    """
    found = read_signups(db.session(), [registration_id]).get(registration_id)
    if found is None:
        raise NotFound("registration")
    if link_version is not None and link_version != found.link_version:
        raise Gone("link")
    return found


def event_ids_of(*registration_ids: int) -> frozenset[int]:
    """The meetings that anybody of these sign-ups is or was signed up for; none for no sign-up.

    A copy to practise with counts as the meeting that it was made of: it is for the same people.
    """
    query = (
        select(Event.id, Event.slug)
        .join(Booking, Booking.event_id == Event.id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Participant.registration_id.in_(registration_ids))
    )
    return frozenset(original_of(row.slug) or row.id for row in db.session.execute(query))


def events_of_each(registration_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The same of each sign-up by itself, by one query."""
    query = (
        select(Participant.registration_id, Event.id, Event.slug)
        .join(Booking, Booking.participant_id == Participant.id)
        .join(Event, Event.id == Booking.event_id)
        .where(Participant.registration_id.in_(registration_ids))
    )
    found: dict[int, set[int]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.registration_id, set()).add(original_of(row.slug) or row.id)
    return {one: frozenset(ids) for one, ids in found.items()}


def ids_of_meeting(event_id: int) -> Select[int]:
    """A query for the sign-ups that are or were for a meeting, to be used within another."""
    return (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.event_id == event_id)
    )


def ids_found(text: str) -> Select[int]:
    """A query for the sign-ups that a search finds by name, reading, number, mail or telephone."""
    return (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.search_key.contains(search_term(text), autoescape=True))
    )


def read_signups(session: Session, ids: Iterable[int]) -> dict[int, Signup]:
    """Sign-ups by id, in three queries however many; unknown ids are left out."""
    given = {"ids": list(ids)}
    people = _people(session, given)
    answers: Mapping[int, list[AnswerView]] = defaultdict(list)
    for answer in session.scalars(_ANSWERS, given):
        answers[answer.registration_id].append(answer_view(answer))
    return {
        row.Registration.id: signup_view(
            row.Registration,
            row.number_letter,
            tuple(people.get(row.Registration.id, ())),
            tuple(answers[row.Registration.id]),
        )
        for row in session.execute(_REGISTRATIONS, given)
    }


def _people(session: Session, given: dict[str, list[int]]) -> dict[int, list[PersonView]]:
    bookings: Mapping[int, list[BookingView]] = defaultdict(list)
    rows: dict[int, Any] = {}
    for row in session.execute(_PEOPLE, given):
        rows.setdefault(row.person, row)
        if row.id is not None:
            bookings[row.person].append(_booking(row))
    found: dict[int, list[PersonView]] = defaultdict(list)
    for person, row in rows.items():
        view = PersonView(
            id=person,
            name=row.name,
            reading=row.reading,
            organisation=row.organisation,
            role=row.role,
            standing=row.standing,
            notice_version=row.notice_version,
            told_by=row.told_by,
            noticed_at=row.noticed_at,
            bookings=tuple(bookings[person]),
        )
        found[row.registration_id].append(view)
    return found


def _booking(row: Any) -> BookingView:
    duplicate = row.state == "duplicate"
    shown = _shown_of_duplicate(row) if duplicate else row.state
    return BookingView(
        id=row.id,
        event_id=row.event_id,
        way=row.way,
        state=shown,
        seats=row.seats,
        position=row.position if shown == "waiting" else None,
        is_duplicate=duplicate,
        duplicate_of=row.duplicate_of,
        beyond=row.beyond,
    )


def answer_view(answer: Answer) -> AnswerView:
    """A row as its owner sees it."""
    return AnswerView(
        question_id=answer.question_id,
        participant_id=answer.participant_id,
        choice_id=answer.choice_id,
        text=answer.text,
        held=answer.held,
    )


def signup_view(
    registration: Registration,
    letter: str,
    people: tuple[PersonView, ...],
    answers: tuple[AnswerView, ...],
) -> Signup:
    """A row with its people and answers, as its owner sees it. ``letter`` leads the number."""
    return Signup(
        registration_id=registration.id,
        series_id=registration.series_id,
        link_version=registration.link_version,
        version=registration.version,
        number=show_number(letter, registration.number),
        contact_name=registration.contact_name,
        contact_attends=registration.contact_attends,
        organisation=registration.contact_organisation,
        email=registration.email,
        email_may_fail=registration.email_may_fail,
        telephone=registration.telephone,
        note=registration.note,
        locale=registration.locale,
        channel=registration.channel,
        created_at=registration.created_at,
        arranged_version=registration.arranged_version,
        people=people,
        answers=answers,
        fax=registration.fax or "",
        postal_address=registration.postal_address or "",
        still_coming=registration.coming or "",
        answered_at=registration.coming_at,
        notice_version=registration.notice_version,
        erased=registration.erased or "",
        entered_by=registration.entered_by,
        entered_pass=registration.entered_pass,
        told_by=registration.told_by,
        noticed_at=registration.noticed_at,
        merged_into=registration.merged_into,
        invitation_id=registration.invitation_id,
    )


def _shown_of_duplicate(row: Any) -> str:
    """What anybody would have been told: nobody learns that somebody is signed up already."""
    if row.queued_at:
        return "waiting"
    return "requested" if row.admission == "approval" else "confirmed"
