"""Whom the desk shows, and how many have come: the same number of queries whatever the size.

Nothing of mail, telephone, notes or answers is read here; whether something is to be arranged only
where the reader may know it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from app.base.clock import now
from app.db import db
from app.events.facts import MeetingView
from app.events.models import Event, EventChoice, EventQuestion, Series
from app.registration.arranged.keys import asks_for_something
from app.registration.attendance import facts_of
from app.registration.desk.facts import DeskRow, Found, Told, WalkIn
from app.registration.desk.rules import Wanted, condition
from app.registration.models import LIVE, Answer, Attendance, Booking, Participant, Registration
from app.registration.presence import DoorFact
from app.registration.queries import POSITION
from app.registration.rules import show_number

SHOWN = 100
"""Rows of one page at most; whoever finds more types more."""
ALL = 50
"""Up to so many people are shown before anything is typed."""
_here: Any = aliased(Booking)
_undo: Any = aliased(Attendance)
_spaceless: Any = func.replace(Participant.reading, " ", "")


def search(meeting: MeetingView, wanted: Wanted, *, arrangements: bool = False) -> Found:
    """The people that a desk asks for, in the order of their readings: three or four queries.

    Those whose reading begins with what was typed come first. People of other meetings of the same
    day are found by name or code, so that they can be told where they are expected. Where nothing
    is asked for, everybody is shown if they are few.

    Args:
        meeting: whose desk it is.
        wanted: whom to look for.
        arrangements: whether the reader may know that something is to be arranged.
    """
    most = ALL if wanted.everybody else SHOWN
    order: list[Any] = [Booking.sort_key, Booking.id]
    whole_day = bool(wanted.term or wanted.registration_id)
    if wanted.term:
        order.insert(0, case((_spaceless.startswith(wanted.key, autoescape=True), 0), else_=1))
    if whole_day:  # for the meeting alone the order is that of an index
        order.insert(0, Booking.event_id != meeting.id)
    query = _people(meeting, whole_day=whole_day).where(*_conditions(meeting, wanted))
    rows = list(db.session.execute(query.order_by(*order).limit(most + 1)))
    more = len(rows) > most
    if more and wanted.everybody:
        return Found(rows=(), more=True)
    return Found(rows=_rows(meeting, rows[:most], arrangements=arrangements), more=more)


def get_row(meeting: MeetingView, participant_id: int) -> DeskRow | None:
    """One person as the desk of a meeting sees them; None where the day does not have them."""
    query = _people(meeting, whole_day=True).where(Participant.id == participant_id)
    rows = list(db.session.execute(query.order_by(Booking.event_id != meeting.id, Booking.id)))
    return _rows(meeting, rows[:1], arrangements=False)[0] if rows else None


def is_of_another(meeting: MeetingView, registration_id: int) -> bool:
    """Whether a sign-up is for meetings of another series than that of ``meeting``."""
    query = select(Registration.series_id).where(Registration.id == registration_id)
    series = db.session.scalar(query)
    return series is not None and series != meeting.series_id


def find_same(meeting: MeetingView, person: WalkIn) -> tuple[DeskRow, ...]:
    """Who of the day has this name already, so that nobody is written down twice.

    Whoever was written down by the same showing of the form is the same press of a button.
    """
    query = _people(meeting, whole_day=True).where(
        Participant.name == person.name,
        Participant.reading.in_({person.reading, ""}) if person.reading else true(),
        Registration.form_key.is_distinct_from(person.form_key),
    )
    rows = list(db.session.execute(query.order_by(Booking.id).limit(ALL)))
    return _rows(meeting, rows, arrangements=False)


def list_sheet(
    meeting: MeetingView, *, after: int | None = None, most: int | None = None
) -> tuple[DeskRow, ...]:
    """Everybody with a place at the venue, in the order of their readings: three or four queries.

    Args:
        meeting: whose sheet it is.
        after: id of the booking that the page begins behind.
        most: how many; None for all.
    """
    query = _people(meeting, whole_day=False).where(
        Booking.state == "confirmed", Booking.way == "venue"
    )
    if after is not None:
        place = select(Booking.sort_key).where(Booking.id == after, Booking.event_id == meeting.id)
        key = place.scalar_subquery()
        beyond = and_(Booking.sort_key == key, Booking.id > after)
        query = query.where(or_(Booking.sort_key > key, beyond))
    rows = list(db.session.execute(query.order_by(Booking.sort_key, Booking.id).limit(most)))
    return _rows(meeting, rows, arrangements=False)


def find_told(event_id: int, fact_id: int) -> Told | None:
    """A fact at the desk of a meeting with whose it is; None where there is none."""
    query = (
        select(Attendance, Participant.name, exists().where(_undo.undoes == Attendance.id))
        .join(Booking, Booking.id == Attendance.booking_id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Attendance.id == fact_id, Booking.event_id == event_id)
    )
    row = db.session.execute(query.where(Attendance.undoes.is_(None))).first()
    return row and Told(fact=facts_of([row[0]])[0], name=row[1], undone=row[2])


def _people(meeting: MeetingView, *, whole_day: bool) -> Select[Any]:
    """Bookings of the meeting; with ``whole_day`` also of those who come to others of its day."""
    query = (
        select(
            *(Booking.id, Booking.event_id, Booking.way, Booking.state, Booking.queued_at),
            *(POSITION.label("position"), Participant.id.label("person"), Participant.name),
            *(Participant.reading, Participant.organisation, Participant.registration_id),
            Participant.standing,
            *(Registration.number, Series.number_letter),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(Booking.state != "duplicate")
        .where(_has_name())
    )
    if not whole_day:
        return query.where(Booking.event_id == meeting.id)
    also_here = exists().where(
        _here.participant_id == Booking.participant_id,
        _here.event_id == meeting.id,
    )
    day = select(Event.id).where(Event.series_id == meeting.series_id)
    query = query.where(Booking.event_id.in_(day))
    comes = Booking.state.in_(LIVE)
    return query.where(or_(Booking.event_id == meeting.id, and_(comes, ~also_here)))


def _has_name() -> ColumnElement[bool]:
    """Whether somebody is not erased: of names only those with a place outlast the contacts."""
    placed = and_(Registration.erased == "contacts", Booking.state == "confirmed")
    return or_(Registration.erased == "", placed)


def _conditions(meeting: MeetingView, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.registration_id is not None:
        return [_of_code(meeting, wanted.registration_id)]
    if wanted.term:
        return [_named(wanted)]
    if wanted.bounds is not None:
        low, high = wanted.bounds
        within = [Booking.sort_key >= low]
        return within if high is None else [*within, Booking.sort_key < high]
    return []


def _of_code(meeting: MeetingView, registration_id: int) -> ColumnElement[bool]:
    """The people of a sign-up; whoever is signed up twice is found by their first sign-up."""
    twice = (
        select(_here.duplicate_of)
        .join(Participant, Participant.id == _here.participant_id)
        .where(
            Participant.registration_id == registration_id,
            _here.event_id == meeting.id,
            _here.state == "duplicate",
        )
    )
    return or_(Participant.registration_id == registration_id, Booking.id.in_(twice))


def _named(wanted: Wanted) -> ColumnElement[bool]:
    """By name, reading, organisation or number: never by a mail address or a telephone number.

    Search keys hold those, too; but a term of Latin letters or digits is not looked for there.
    """
    if wanted.number is not None:
        letter, number = wanted.number
        same = Registration.number == number
        return and_(same, Series.number_letter == letter) if letter else same
    if not wanted.key:  # nothing but hyphens or spaces was typed
        return Booking.id.is_(None)
    if wanted.key.isascii():
        texts = (Participant.name, Participant.organisation)
        plain = (func.replace(func.lower(one), " ", "") for one in texts)
        return or_(*(one.contains(wanted.key, autoescape=True) for one in plain))
    return Booking.search_key.contains(wanted.key, autoescape=True)


def _rows(meeting: MeetingView, found: Sequence[Any], *, arrangements: bool) -> tuple[DeskRow, ...]:
    by_person: dict[int, Any] = {}
    elsewhere: dict[int, list[int]] = defaultdict(list)
    for row in found:
        by_person.setdefault(row.person, row)
        if row.event_id != meeting.id:
            elsewhere[row.person].append(row.event_id)
    if not by_person:
        return ()
    facts = _facts([row.id for row in by_person.values() if row.event_id == meeting.id])
    special = _arranged(meeting.id, by_person.values()) if arrangements else frozenset()
    moment = now()
    return tuple(
        _row(meeting, row, facts[row.id], elsewhere[row.person], special, moment)
        for row in by_person.values()
    )


def _row(  # noqa: PLR0913, PLR0917  # one row of what was read in one go
    meeting: MeetingView,
    row: Any,
    facts: tuple[DoorFact, ...],
    elsewhere: Sequence[int],
    special: Collection[tuple[int, int | None]],
    moment: datetime,
) -> DeskRow:
    here = row.event_id == meeting.id
    mine = {(row.registration_id, None), (row.registration_id, row.person)}
    return DeskRow(
        participant_id=row.person,
        booking_id=row.id if here else None,
        registration_id=row.registration_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        condition=condition(row.state, row.way, facts, moment, here=here),
        facts=facts,
        position=row.position if here and row.state == "waiting" else None,
        elsewhere=tuple(elsewhere),
        arrangements=not mine.isdisjoint(special),
        standing=row.standing,
        on_sheet=here and (row.state, row.way) == ("confirmed", "venue"),
    )


def _facts(booking_ids: Collection[int]) -> defaultdict[int, tuple[DoorFact, ...]]:
    query = select(Attendance).where(Attendance.booking_id.in_(booking_ids))
    rows: dict[int, list[Attendance]] = defaultdict(list)
    for fact in db.session.scalars(query.order_by(Attendance.id)):
        rows[fact.booking_id].append(fact)
    return defaultdict(tuple, {key: facts_of(every) for key, every in rows.items()})


def _arranged(event_id: int, rows: Collection[Any]) -> frozenset[tuple[int, int | None]]:
    """(sign-up, person or None for all of it) of those for whom something is to be arranged."""
    query = (
        select(Answer.registration_id, Answer.participant_id)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(
            EventQuestion.event_id == event_id,
            *asks_for_something(),
            Answer.registration_id.in_({row.registration_id for row in rows}),
        )
        .distinct()
    )
    return frozenset((row[0], row[1]) for row in db.session.execute(query))
