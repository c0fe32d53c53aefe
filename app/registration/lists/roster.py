"""The list of sign-ups of one meeting, as the office reads it: searched, filtered, page by page.

A page is two steps: the ids of its bookings from an index, then those few rows. Pages go on from a
booking (keyset), never by counting rows, so the last page is as fast as the first; the address of a
page holds an id and no name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.base.text import search_term
from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, Series
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number

PAGE = 50
SORTS = ("reading", "newest", "oldest")
LETTERS = ("failed",)
_first: Any = aliased(Booking)
_first_person: Any = aliased(Participant)
_first_row: Any = aliased(Registration)


@dataclass(frozen=True, kw_only=True)
class RosterFilter:
    """Which sign-ups of a meeting: ``q`` as typed, '' or one of the known words for the rest."""

    event_id: int
    q: str = ""
    state: str = ""
    letters: str = ""
    sort: str = "reading"


@dataclass(frozen=True, kw_only=True)
class LastLetter:
    """The latest letter of a sign-up; ``due_at`` local to the meeting."""

    state: str
    due_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One booking; ``created_at`` local to the meeting, ``letter`` None where there was none."""

    booking_id: int
    registration_id: int
    number: str
    name: str
    reading: str
    organisation: str
    way: str
    state: str
    channel: str
    locale: str
    email: str
    email_may_fail: bool
    telephone: str
    note: str
    created_at: datetime
    letter: LastLetter | None
    still_coming: str = ""
    answered_at: datetime | None = None
    """When they answered that they come ('yes') or not ('no'), local to the meeting."""
    first: tuple[int, str] | None = None
    """Of somebody signed up twice: id and number of the first sign-up."""


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """Rows in their order; ``before`` and ``after`` are where the neighbouring pages go on from."""

    rows: tuple[RosterRow, ...]
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Exact counts: all bookings of a meeting by (way, state), and those that a filter finds."""

    by_way_and_state: dict[tuple[str, str], int]
    found: int

    @property
    def everybody(self) -> int:
        """All bookings, cancelled ones included."""
        return sum(self.by_way_and_state.values())

    def in_state(self, state: str) -> int:
        """Bookings of one state, whatever the way."""
        return sum(n for (_way, at), n in self.by_way_and_state.items() if at == state)


def list_page(
    wanted: RosterFilter, *, after: int | None = None, before: int | None = None
) -> RosterPage:
    """One page of at most 50, in three or four queries whatever the size of the meeting.

    Args:
        wanted: meeting, search and order.
        after: id of the booking that the page begins behind.
        before: id of the booking that the page ends in front of; ``after`` goes first.
    """
    backwards = after is None and before is not None
    anchor = _anchor(wanted, after if after is not None else before)
    ids = _ids(wanted, anchor, backwards=backwards)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    if backwards:
        ids.reverse()
    rows = _rows(ids)
    earlier = more if backwards else anchor is not None
    later = anchor is not None if backwards else more
    return RosterPage(
        rows=rows,
        before=ids[0] if ids and earlier else None,
        after=ids[-1] if ids and later else None,
    )


def count(wanted: RosterFilter) -> Totals:
    """Exact counts. They read every booking of the meeting, so the list never waits for them."""
    query = (
        select(Booking.way, Booking.state, func.count())
        .where(Booking.event_id == wanted.event_id)
        .group_by(Booking.way, Booking.state)
    )
    counted = {(way, state): number for way, state, number in db.session.execute(query)}
    if not (wanted.q or wanted.state or wanted.letters):
        return Totals(by_way_and_state=counted, found=sum(counted.values()))
    found = select(func.count()).select_from(Booking).where(*_conditions(wanted))
    return Totals(by_way_and_state=counted, found=db.session.scalar(found) or 0)


def count_by_event() -> dict[tuple[int, str, str], int]:
    """Bookings of every meeting by (event, way, state), in one query over one index."""
    query = select(Booking.event_id, Booking.way, Booking.state, func.count()).group_by(
        Booking.event_id, Booking.way, Booking.state
    )
    return {(event, way, state): n for event, way, state, n in db.session.execute(query)}


def count_failed_letters() -> dict[int, int]:
    """Letters that could not be sent, by meeting."""
    query = (
        select(Booking.event_id, func.count(OutboxLetter.id.distinct()))
        .select_from(OutboxLetter)
        .join(Participant, Participant.registration_id == OutboxLetter.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(_is_lost())
        .group_by(Booking.event_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _is_lost() -> ColumnElement[bool]:
    """Letters that failed, or are told by hand since they came back or would."""
    by_hand = and_(OutboxLetter.state == "by_hand", OutboxLetter.reason != "")
    return or_(OutboxLetter.state == "failed", by_hand)


def _conditions(wanted: RosterFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Booking.event_id == wanted.event_id]
    if wanted.state:
        conditions.append(Booking.state == wanted.state)
    term = search_term(wanted.q)
    if term:
        conditions.append(Booking.search_key.contains(term, autoescape=True))
    if wanted.letters == "failed":
        failed = (
            select(Participant.id)
            .join(OutboxLetter, OutboxLetter.registration_id == Participant.registration_id)
            .where(_is_lost())
        )
        conditions.append(Booking.participant_id.in_(failed))
    return conditions


def _key(wanted: RosterFilter) -> InstrumentedAttribute[Any]:
    return Booking.sort_key if wanted.sort == "reading" else Booking.created_at


def _anchor(wanted: RosterFilter, booking_id: int | None) -> tuple[Any, int] | None:
    """The place in the order from which a page goes on; None where that booking is unknown."""
    if booking_id is None:
        return None
    query = select(_key(wanted)).where(
        Booking.id == booking_id, Booking.event_id == wanted.event_id
    )
    row = db.session.execute(query).first()
    return None if row is None else (row[0], booking_id)


def _ids(wanted: RosterFilter, anchor: tuple[Any, int] | None, *, backwards: bool) -> list[int]:
    """The ids of one page and of one booking more, nearest to the anchor first."""
    key = _key(wanted)
    falling = (wanted.sort == "newest") != backwards
    query = select(Booking.id).where(*_conditions(wanted))
    if anchor is not None:
        place = tuple_(key, Booking.id)
        query = query.where(place < anchor if falling else place > anchor)
    order = (key.desc(), Booking.id.desc()) if falling else (key, Booking.id)
    return list(db.session.scalars(query.order_by(*order).limit(PAGE + 1)))


def _rows(ids: Sequence[int]) -> tuple[RosterRow, ...]:
    """The rows of these bookings, in the order of ``ids``."""
    if not ids:
        return ()
    query = (
        select(
            *(Booking.id, Booking.way, Booking.state, Booking.created_at),
            *(Participant.name, Participant.reading, Participant.organisation),
            *(Registration.id.label("registration_id"), Registration.number),
            *(Registration.email, Registration.email_may_fail, Registration.telephone),
            *(Registration.note, Registration.channel, Registration.locale),
            *(Registration.coming, Registration.coming_at),
            *(Series.number_letter, Event.zone),
            *(_first_row.id.label("first_id"), _first_row.number.label("first_number")),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .join(Event, Event.id == Booking.event_id)
        .outerjoin(_first, _first.id == Booking.duplicate_of)
        .outerjoin(_first_person, _first_person.id == _first.participant_id)
        .outerjoin(_first_row, _first_row.id == _first_person.registration_id)
        .where(Booking.id.in_(ids))
    )
    found = {row.id: row for row in db.session.execute(query)}
    letters = _last_letters([row.registration_id for row in found.values()])
    return tuple(_row(found[i], letters) for i in ids if i in found)


def _row(row: Any, letters: dict[int, Any]) -> RosterRow:
    last = letters.get(row.registration_id)
    return RosterRow(
        booking_id=row.id,
        registration_id=row.registration_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        way=row.way,
        state=row.state,
        channel=row.channel,
        locale=row.locale,
        email=row.email,
        email_may_fail=row.email_may_fail,
        telephone=row.telephone,
        note=row.note,
        created_at=to_local(row.created_at, row.zone),
        letter=last
        and LastLetter(
            state=last.state, due_at=to_local(last.due_at, row.zone), reason=last.reason
        ),
        still_coming=row.coming,
        answered_at=row.coming_at and to_local(row.coming_at, row.zone),
        first=(row.first_id, show_number(row.number_letter, row.first_number))
        if row.first_id
        else None,
    )


def _last_letters(registrations: Sequence[int]) -> dict[int, Any]:
    """The latest letter of each registration."""
    latest = (
        select(func.max(OutboxLetter.id))
        .where(OutboxLetter.registration_id.in_(registrations))
        .group_by(OutboxLetter.registration_id)
    )
    query = select(
        OutboxLetter.registration_id, OutboxLetter.state, OutboxLetter.due_at, OutboxLetter.reason
    ).where(OutboxLetter.id.in_(latest))
    return {row.registration_id: row for row in db.session.execute(query)}
