"""Who stands on paper, in the order of the 五十音. A part is one bounded read."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, Series
from app.registration.attendance import came
from app.registration.models import Attendance, Booking, Participant, Registration
from app.registration.paper.facts import Attended, Envelope, PaperFilter, PersonLine
from app.registration.presence import DoorFact, standing
from app.registration.rules import show_number

ACTIVE = ("confirmed", "waiting")
_PEOPLE = (
    select(
        *(Booking.id, Booking.way, Booking.state, Booking.participant_id, Participant.name),
        *(Participant.reading, Participant.organisation, Participant.role),
        Participant.standing,
        *(Registration.number, Registration.telephone, Series.number_letter),
    )
    .join(Participant, Participant.id == Booking.participant_id)
    .join(Registration, Registration.id == Participant.registration_id)
    .join(Series, Series.id == Registration.series_id)
    .order_by(Booking.sort_key, Booking.id)
)


def list_people(
    wanted: PaperFilter, *, part: int = 1, most: int | None = None
) -> tuple[PersonLine, ...]:
    """Those of ``wanted``; of more than ``most`` the ``part``-th so many. One query."""
    return tuple(map(_line, _part(_PEOPLE.where(*_conditions(wanted)), part, most)))


def count_people(wanted: PaperFilter) -> int:
    """How many ``list_people`` finds in all its parts."""
    return _count(*_conditions(wanted))


def list_attended(
    wanted: PaperFilter, *, part: int = 1, most: int | None = None
) -> tuple[Attended, ...]:
    """Those who came, by what was written down at the door, whatever the state. Two queries."""
    rows = _part(_PEOPLE.where(*_who_came(wanted)), part, most)
    facts: dict[int, list[DoorFact]] = defaultdict(list)
    ids = [row.id for row in rows]
    query = select(Attendance).where(Attendance.booking_id.in_(ids)).order_by(Attendance.id)
    for one in db.session.scalars(query):
        facts[one.booking_id].append(
            DoorFact(id=one.id, kind=one.kind, at=one.at, undoes=one.undoes)
        )
    zone = db.session.scalar(select(Event.zone).where(Event.id == wanted.event_id)) or ""
    return tuple(
        Attended(
            person=_line(row),
            days=tuple(
                dict.fromkeys(
                    to_local(fact.at, zone).date()
                    for fact in standing(facts[row.id])
                    if fact.kind == "in"
                )
            ),
        )
        for row in rows
    )


def count_attended(wanted: PaperFilter) -> int:
    """How many ``list_attended`` finds in all its parts."""
    return _count(*_who_came(wanted))


def list_envelopes(event_id: int, number: int | None = None) -> tuple[Envelope, ...]:
    """Every sign-up of whom somebody comes or waits, with or without a postal address."""
    query = (
        select(
            *(Registration.id, Registration.number, Registration.contact_name),
            *(Registration.contact_organisation, Registration.postal_address),
            *(Registration.telephone, Registration.locale, Series.number_letter),
        )
        .join(Series, Series.id == Registration.series_id)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.event_id == event_id, Booking.state.in_(ACTIVE))
        .group_by(Registration.id, Series.number_letter)
        .order_by(func.min(Booking.sort_key), Registration.id)
    )
    if number is not None:
        query = query.where(Registration.number == number)
    return tuple(
        Envelope(
            registration_id=row.id,
            number=show_number(row.number_letter, row.number),
            name=row.contact_name,
            organisation=row.contact_organisation,
            postal_address=row.postal_address,
            telephone=row.telephone,
            locale=row.locale,
        )
        for row in db.session.execute(query)
    )


def count_envelopes(event_id: int) -> tuple[int, int]:
    """How many sign-ups have a postal address, and how many have none."""
    # Not a correlated EXISTS: SQLite then reads all bookings of the meeting for each sign-up.
    active = Registration.id.in_(
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.event_id == event_id, Booking.state.in_(ACTIVE))
    )
    known = Registration.postal_address != ""
    query = select(known, func.count()).where(active).group_by(known)
    counted = {bool(has): number for has, number in db.session.execute(query)}
    return counted.get(True, 0), counted.get(False, 0)


def _conditions(wanted: PaperFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Booking.event_id == wanted.event_id]
    if wanted.way:
        conditions.append(Booking.way == wanted.way)
    if wanted.state:
        conditions.append(Booking.state == wanted.state)
    if wanted.number is not None:
        its = (
            select(Participant.id)
            .join(Registration, Registration.id == Participant.registration_id)
            .where(Registration.number == wanted.number)
        )
        conditions.append(Booking.participant_id.in_(its))
    return conditions


def _who_came(wanted: PaperFilter) -> list[ColumnElement[bool]]:
    return [*_conditions(wanted), came(Booking)]


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Booking).where(*conditions)) or 0


def _part(query: Any, part: int, most: int | None) -> Sequence[Any]:
    if most is not None:
        query = query.limit(most).offset((part - 1) * most)
    return db.session.execute(query).all()


def _line(row: Any) -> PersonLine:
    return PersonLine(
        booking_id=row.id,
        participant_id=row.participant_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        role=row.role,
        standing=row.standing,
        way=row.way,
        state=row.state,
        telephone=row.telephone,
    )
