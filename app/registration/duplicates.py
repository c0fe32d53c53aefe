"""The same person again: found by name, reading and address, and told only to that address."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from app.registration.facts import Entry
from app.registration.locking import Day
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import identity

_SAME = (
    select(Booking.id, Booking.event_id, Booking.identity)
    .join(Participant, Participant.id == Booking.participant_id)
    .where(
        Booking.event_id.in_(bindparam("events", expanding=True)),
        Booking.identity.in_(bindparam("identities", expanding=True)),
        Booking.state.in_(("confirmed", "waiting")),
        Participant.registration_id != bindparam("own"),
    )
    .order_by(Booking.id.desc())
)


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
