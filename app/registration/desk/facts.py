"""What the desk is told of people, of its passes and of what it has just done."""

from dataclasses import dataclass
from datetime import datetime

from app.registration.desk.rules import Condition, PassState
from app.registration.facts import UNTOLD
from app.registration.presence import DoorFact, first_arrival, newest, standing


@dataclass(frozen=True, kw_only=True)
class PassView:
    """A reception pass; moments aware UTC. ``made_by``: the name of who made it."""

    id: int
    event_id: int
    slug: str
    zone: str
    label: str
    created_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None
    state: PassState


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One person at the desk. ``booking_id`` None: they are signed up for another meeting only.

    ``facts`` are all that was written down of them here; ``position``: place in the queue, None
    where nobody waits; ``elsewhere``: ids of the other meetings that they are signed up for;
    ``arrangements``: whether something is to be arranged, False where the reader may not know;
    ``on_sheet``: whether they have a place at the venue, so that the sheet lists them.
    """

    participant_id: int
    booking_id: int | None
    registration_id: int
    number: str
    name: str
    reading: str
    organisation: str
    condition: Condition
    facts: tuple[DoorFact, ...]
    position: int | None = None
    elsewhere: tuple[int, ...] = ()
    arrangements: bool = False
    standing: str = ""
    on_sheet: bool = True

    @property
    def seen(self) -> int:
        """What an act carries along, so that it says nothing over what somebody else did."""
        return newest(self.facts)

    @property
    def came(self) -> DoorFact | None:
        """When they first came."""
        return first_arrival(self.facts)

    @property
    def last(self) -> DoorFact | None:
        """What was last written down of them and stands."""
        told = standing(self.facts)
        return told[-1] if told else None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Whom a search found; ``more``: there are others, so that one should type more."""

    rows: tuple[DeskRow, ...]
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class DeskCounts:
    """People with a place at the venue: how many are expected, have come, and have left again."""

    expected: int
    came: int
    left: int

    @property
    def missing(self) -> int:
        """Who has not come yet."""
        return self.expected - self.came


@dataclass(frozen=True, kw_only=True)
class Places:
    """Seats at the venue: ``limit`` None means no limit; ``waiting``: how many queue for one."""

    limit: int | None
    taken: int
    waiting: int

    def fits(self, seats: int = 1) -> bool:
        """Whether somebody more gets a seat without passing over anybody."""
        return (self.limit is None or self.taken + seats <= self.limit) and not self.waiting


@dataclass(frozen=True, kw_only=True)
class Told:
    """A fact at the door with whose it is: for the line above the list."""

    fact: DoorFact
    name: str
    undone: bool


@dataclass(frozen=True, kw_only=True)
class WalkIn:
    """Somebody who is not signed up; ``form_key``: of the one showing of the form.

    ``notice_version``: of the privacy notice that they were told at the desk.
    """

    name: str
    reading: str
    organisation: str
    reason: str
    form_key: str
    notice_version: int = UNTOLD
