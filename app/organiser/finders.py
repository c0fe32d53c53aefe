"""Which meetings an address of the office is about: what the guards ask before they let in."""

from collections.abc import Collection

from app.auth.guards import Finders, my_rights
from app.auth.rights import Act
from app.events import heads
from app.registration import queries as registrations
from app.reminders import about as letters
from app.reminders import queries as reminders

FINDERS = Finders(
    arguments={
        "slug": (Act.WORK, heads.ids_of),
        # A sign-up may be for several meetings; its page shows only those that one may work on.
        "registration_id": (Act.WORK, registrations.event_ids_of),
        # A letter to a whole day names people of all its meetings.
        "campaign_id": (Act.DIRECT, reminders.event_ids_of),
        # So does one about a sign-up.
        "letter_id": (Act.DIRECT, letters.event_ids_of),
    },
    day=heads.ids_of_day,
)


def wholly_mine(registration_ids: Collection[int]) -> frozenset[int]:
    """Those sign-ups all of whose meetings are the reader's, so that they may be made one."""
    if my_rights().meetings is None:
        return frozenset(registration_ids)
    found = registrations.events_of_each(registration_ids)
    return frozenset(one for one, ids in found.items() if my_rights().may(Act.DIRECT, ids))
