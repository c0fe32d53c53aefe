"""The same person again: found by name, reading and address.

Visitors are told nothing of it but by a letter to that address; the office is told plainly.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from app.base.errors import Conflict
from app.registration.facts import Entry
from app.registration.locking import Day
from app.registration.models import LIVE, Booking, Participant, Registration
from app.registration.rules import Known, bare, identity, may_be_same, show_number

_SAME = (
    select(Booking.id, Booking.event_id, Booking.identity)
    .join(Participant, Participant.id == Booking.participant_id)
    .where(
        Booking.event_id.in_(bindparam("events", expanding=True)),
        Booking.identity.in_(bindparam("identities", expanding=True)),
        Booking.state.in_(LIVE),
        Participant.registration_id != bindparam("own"),
    )
    .order_by(Booking.id.desc())
)


@dataclass(frozen=True, kw_only=True)
class Same:
    """Somebody of an entry (``person``: their place) and whom they may be at one meeting."""

    person: int
    event_id: int
    registration_id: int
    number: str
    name: str
    organisation: str


class Twice(Conflict):
    """Somebody may be signed up already; nothing was stored. Only the office is told so."""

    def __init__(self, same: tuple[Same, ...]) -> None:
        super().__init__("twice")
        self.same = same


def find_same(
    day: Day, entry: Entry, places: Collection[tuple[int, int]], own: int = 0
) -> tuple[Same, ...]:
    """Who of ``places`` (person, meeting id) may be signed up elsewhere, by one query.

    Args:
        day: the meetings, locked.
        entry: the checked form.
        places: whom to look for at which meeting.
        own: id of the sign-up that is being changed.
    """
    names = sorted({bare(entry.people[person].name) for person, _event in places})
    if not names:
        return ()
    # An identity begins with the name, and the index of identities begins with the meeting.
    named = or_(*(Booking.identity.startswith(f"{name}|", autoescape=True) for name in names))
    query = (
        select(
            *(Booking.event_id, Participant.name, Participant.reading, Participant.organisation),
            *(Registration.id, Registration.number, Registration.email, Registration.telephone),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .where(
            Booking.event_id.in_({event for _person, event in places}),
            named,
            Booking.state.in_(LIVE),
            Registration.id != own,
        )
        .order_by(Registration.number, Booking.id)
    )
    rows = day.session.execute(query).all()
    return tuple(
        Same(
            person=person,
            event_id=event_id,
            registration_id=row.id,
            number=show_number(day.number_letter, row.number),
            name=row.name,
            organisation=row.organisation,
        )
        for person, event_id in sorted(places)
        for row in rows
        if row.event_id == event_id
        and may_be_same(
            _known(entry, person), Known(**{n: getattr(row, n) for n in Known.__annotations__})
        )
    )


def _known(entry: Entry, person: int) -> Known:
    one = entry.people[person]
    return Known(name=one.name, reading=one.reading, email=entry.email, telephone=entry.telephone)


def find_first(
    day: Day, entry: Entry, own: int = 0, places: Collection[tuple[int, int]] | None = None
) -> dict[tuple[int, int], int]:
    """Who of an entry is signed up elsewhere: (place of the person, meeting id) → that booking.

    Args:
        day: the meetings, locked.
        entry: the checked form.
        own: id of the sign-up that is being changed; it is no duplicate of itself.
        places: which people at which meetings to look for; all when None.
    """
    wanted = {
        (place, event_id): identity(person.name, person.reading, entry.email, entry.telephone)
        for place, person in enumerate(entry.people)
        for event_id in person.ways
        if places is None or (place, event_id) in places
    }
    if not wanted:
        return {}
    given = {
        "events": sorted({event_id for _place, event_id in wanted}),
        "identities": sorted(set(wanted.values())),
        "own": own,
    }
    rows = day.session.execute(_SAME, given)
    found = {(row.event_id, row.identity): row.id for row in rows}
    return {
        (place, event_id): found[event_id, same]
        for (place, event_id), same in wanted.items()
        if (event_id, same) in found
    }


def registrations_of(day: Day, booking_ids: Collection[int]) -> list[int]:
    """The sign-ups that these bookings belong to."""
    query = (
        select(Registration.id)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.id.in_(booking_ids))
        .distinct()
        .order_by(Registration.id)
    )
    return list(day.session.scalars(query))
