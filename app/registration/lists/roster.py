"""The list of people of a meeting or a day, as the office reads it: searched, filtered, by pages.

A page is two steps: the ids of its people from an index, then those few rows. Pages go on from a
person (keyset), never by counting rows, so the last page is as fast as the first; the address of a
page holds an id and no name.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, Series
from app.registration.lists.finding import RosterFilter, conditions
from app.registration.lists.latest import read_arrivals, read_last_letters
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.rules import show_number

PAGE = 50
SORTS = ("reading", "newest", "oldest", "organisation")
_first: Any = aliased(Booking)
_first_row: Any = aliased(Registration)


@dataclass(frozen=True, kw_only=True)
class LastLetter:
    """The latest letter of a sign-up; ``due_at`` local to the meeting."""

    state: str
    due_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class RosterBooking:
    """A person at a meeting; ``came_at`` (local) where asked for and they have come.

    ``first``: of somebody signed up twice, id and number of the first sign-up.
    """

    id: int
    event_id: int
    way: str
    state: str
    came_at: datetime | None = None
    first: tuple[int, str] | None = None


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One person; moments local to the meeting, ``letter`` None where there was none.

    ``still_coming``: 'yes' or 'no' as answered at ``answered_at``. ``answers``: question id → what
    was said, as ids of choices or a text, where asked for.
    """

    participant_id: int
    registration_id: int
    number: str
    name: str
    reading: str
    organisation: str
    role: str
    standing: str
    channel: str
    locale: str
    email: str
    email_may_fail: bool
    telephone: str
    note: str
    created_at: datetime
    letter: LastLetter | None
    still_coming: str
    answered_at: datetime | None
    bookings: Mapping[int, RosterBooking]
    answers: Mapping[int, tuple[int | str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """Rows in their order; ``before`` and ``after`` are where the neighbouring pages go on from."""

    rows: tuple[RosterRow, ...]
    before: int | None
    after: int | None


def list_page(
    wanted: RosterFilter,
    *,
    after: int | None = None,
    before: int | None = None,
    questions: Collection[int] = (),
) -> RosterPage:
    """One page of at most 50 people, in at most seven queries whatever the size of the meeting.

    Args:
        wanted: meetings, search and order.
        after: id of the participant that the page begins behind.
        before: id of the participant that the page ends in front of; ``after`` goes first.
        questions: ids of those whose answers are to be shown.
    """
    backwards = after is None and before is not None
    anchor = _anchor(wanted, after if after is not None else before)
    ids = _ids(wanted, anchor, backwards=backwards)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    if backwards:
        ids.reverse()
    rows = _rows(wanted.event_ids, ids, questions)
    earlier = more if backwards else anchor is not None
    later = anchor is not None if backwards else more
    return RosterPage(
        rows=rows,
        before=ids[0] if ids and earlier else None,
        after=ids[-1] if ids and later else None,
    )


def _keys(wanted: RosterFilter) -> tuple[InstrumentedAttribute[Any], ...]:
    """What people stand in the order of, the person apart; an index of each meeting has it so."""
    if wanted.sort == "reading":
        return (Booking.sort_key,)
    if wanted.sort == "organisation":
        return (Booking.organisation_key, Booking.sort_key)
    return (Booking.registration_id,)


def _anchor(wanted: RosterFilter, participant_id: int | None) -> tuple[Any, ...] | None:
    """The place in the order from which a page goes on; None where that person is unknown."""
    if participant_id is None:
        return None
    query = select(*_keys(wanted)).where(
        Booking.participant_id == participant_id, Booking.event_id.in_(wanted.event_ids)
    )
    row = db.session.execute(query.limit(1)).first()
    return None if row is None else (*row, participant_id)


def _ids(wanted: RosterFilter, anchor: tuple[Any, ...] | None, *, backwards: bool) -> list[int]:
    """The ids of one page and of one person more, nearest to the anchor first.

    Of each meeting no more are read than that; a person at several of them stands at one place.
    """
    order = _order(wanted)
    falling = (wanted.sort == "newest") != backwards
    parts = []
    for event_id in wanted.event_ids:
        query = select(*order).where(*conditions(wanted, event_id))
        if anchor is not None:
            place = tuple_(*order)
            query = query.where(place < anchor if falling else place > anchor)
        query = query.order_by(*(one.desc() if falling else one for one in order))
        parts.append(query.limit(PAGE + 1))
    if wanted.at_one:
        return [row[-1] for row in db.session.execute(parts[0])]
    every = union(*(select(part.subquery()) for part in parts)).subquery()
    columns = [one.desc() if falling else one for one in every.c]
    merged = select(every.c.participant_id).order_by(*columns).limit(PAGE + 1)
    return list(db.session.scalars(merged))


def _order(wanted: RosterFilter) -> tuple[ColumnElement[Any], ...]:
    """What a page is read in the order of, the person last.

    Where an order that is not the usual one meets a search or filter, few are found and then
    sorted: what is worked out is in no index, so the one that has all that is searched is read.
    """
    keys: tuple[Any, ...] = _keys(wanted)
    if wanted.narrows and wanted.sort != "reading":
        worked_out = [one + 0 if one is Booking.registration_id else one.concat("") for one in keys]
        keys = tuple(one.label(key.key) for one, key in zip(worked_out, keys, strict=True))
    return (*keys, Booking.participant_id)


def _rows(
    event_ids: Sequence[int], ids: Sequence[int], questions: Collection[int]
) -> tuple[RosterRow, ...]:
    """The rows of these people, in the order of ``ids``."""
    if not ids:
        return ()
    query = (
        select(
            *(Participant.id, Participant.name, Participant.reading),
            *(Participant.organisation, Participant.role, Participant.standing),
            *(Registration.id.label("registration_id"), Registration.number),
            *(Registration.email, Registration.email_may_fail, Registration.telephone),
            *(Registration.note, Registration.channel, Registration.locale),
            *(Registration.coming, Registration.coming_at, Registration.created_at),
            Series.number_letter,
        )
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(Participant.id.in_(ids))
    )
    people = {row.id: row for row in db.session.execute(query)}
    registrations = [row.registration_id for row in people.values()]
    bookings, zones = _bookings(event_ids, ids)
    letters = read_last_letters(registrations)
    answers = _answers(questions, registrations) if questions else {}
    return tuple(
        _row(people[i], bookings.get(i, {}), letters, zones[i], answers) for i in ids if i in people
    )


def _row(
    row: Any,
    bookings: Mapping[int, RosterBooking],
    letters: Mapping[int, Any],
    zone: str,
    answers: Mapping[tuple[int, int | None], Mapping[int, tuple[int | str, ...]]],
) -> RosterRow:
    last = letters.get(row.registration_id)
    return RosterRow(
        participant_id=row.id,
        registration_id=row.registration_id,
        number=show_number(row.number_letter, row.number),
        name=row.name,
        reading=row.reading,
        organisation=row.organisation,
        role=row.role,
        standing=row.standing,
        channel=row.channel,
        locale=row.locale,
        email=row.email,
        email_may_fail=row.email_may_fail,
        telephone=row.telephone,
        note=row.note,
        created_at=to_local(row.created_at, zone),
        letter=last
        and LastLetter(state=last.state, due_at=to_local(last.due_at, zone), reason=last.reason),
        still_coming=row.coming,
        answered_at=row.coming_at and to_local(row.coming_at, zone),
        bookings=bookings,
        answers={
            **answers.get((row.registration_id, None), {}),
            **answers.get((row.registration_id, row.id), {}),
        },
    )


def _bookings(
    event_ids: Sequence[int], ids: Sequence[int]
) -> tuple[dict[int, dict[int, RosterBooking]], dict[int, str]]:
    """By person: what they have at each meeting of the scope, and the zone that it is told in."""
    query = (
        select(
            *(Booking.id, Booking.participant_id, Booking.event_id, Booking.way, Booking.state),
            *(Event.zone, _first_row.id.label("first_id"), Series.number_letter),
            _first_row.number.label("first_number"),
        )
        .join(Event, Event.id == Booking.event_id)
        .join(Series, Series.id == Event.series_id)
        .outerjoin(_first, _first.id == Booking.duplicate_of)
        .outerjoin(_first_row, _first_row.id == _first.registration_id)
        .where(Booking.participant_id.in_(ids), Booking.event_id.in_(event_ids))
        .order_by(Booking.id)
    )
    rows = db.session.execute(query).all()
    arrived = read_arrivals([row.id for row in rows])
    found: dict[int, dict[int, RosterBooking]] = defaultdict(dict)
    for row in rows:
        at = arrived.get(row.id)
        found[row.participant_id][row.event_id] = RosterBooking(
            id=row.id,
            event_id=row.event_id,
            way=row.way,
            state=row.state,
            came_at=at and to_local(at, row.zone),
            first=(row.first_id, show_number(row.number_letter, row.first_number))
            if row.first_id
            else None,
        )
    return found, {row.participant_id: row.zone for row in rows}


def _answers(
    questions: Collection[int], registrations: Sequence[int]
) -> dict[tuple[int, int | None], dict[int, tuple[int | str, ...]]]:
    """By sign-up and person (None: asked once): question → what was said."""
    query = (
        select(Answer)
        .where(Answer.registration_id.in_(registrations), Answer.question_id.in_(questions))
        .order_by(Answer.id)
    )
    found: dict[tuple[int, int | None], dict[int, tuple[int | str, ...]]] = defaultdict(dict)
    for one in db.session.scalars(query):
        said = found[one.registration_id, one.participant_id]
        value = one.choice_id if one.choice_id is not None else one.text
        said[one.question_id] = (*said.get(one.question_id, ()), value)
    return found
