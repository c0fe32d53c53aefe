"""What the desk looks for, how somebody stands there, and when a pass is good. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from app.base.text import search_term
from app.base.timezones import to_local, to_utc
from app.registration.presence import DoorFact, present, standing

Condition = Literal[
    "in",
    "out",
    "expected",
    "online",
    "waiting",
    "requested",
    "cancelled",
    "declined",
    "elsewhere",
]
WITHOUT_PLACE: dict[str, Condition] = {
    "waiting": "waiting",
    "requested": "requested",
    "cancelled": "cancelled",
    "declined": "declined",
}
"""How somebody stands who has no place, by the state of their booking."""
ROWS = "あかさたなはまやらわ"
"""The rows of the kana as their buttons; the last also holds ん and names without a reading."""
_CODES = dict(zip(ROWS, "abcdefghij", strict=True))
"""The first letters of sort keys (``base.ordering``)."""
LONGEST = timedelta(days=14)
"""How long a pass is good at most, unless its meeting ends later."""
_NUMBER = re.compile("([a-z]?)0*([0-9]{1,9})")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whom a desk asks for: a part of a name, a row of the kana, or the sign-up of a code.

    ``shown``: whether that code was shown just now, which proves the sign-up.
    """

    term: str = ""
    row: str = ""
    registration_id: int | None = None
    shown: bool = False

    @property
    def everybody(self) -> bool:
        """Whether nothing was asked for."""
        return not self.term and not self.row and self.registration_id is None

    @property
    def key(self) -> str:
        """The term as search keys are written."""
        return search_term(self.term)

    @property
    def number(self) -> tuple[str, int] | None:
        """Letter ('' where none was typed) and number, where a registration number was typed."""
        found = _NUMBER.fullmatch(self.key)
        return (found[1].upper(), int(found[2])) if found else None

    @property
    def bounds(self) -> tuple[str, str | None] | None:
        """From which sort key on, and up to which (None: to the end); None where no row is asked.

        Rows follow each other in sort keys as their letters do.
        """
        if self.row not in _CODES:
            return None
        code = _CODES[self.row]
        return code, None if self.row == ROWS[-1] else chr(ord(code) + 1)


def condition(
    state: str, way: str, facts: Iterable[DoorFact], moment: datetime, *, here: bool = True
) -> Condition:
    """How somebody stands at the desk: whoever is in is in, whatever else is said of them.

    Args:
        state: of their booking.
        way: of their booking.
        facts: what was written down of them at this meeting.
        moment: now (aware).
        here: whether the booking is of this meeting; else they are signed up for another.
    """
    known = tuple(facts)
    if not here:
        return "elsewhere"
    if present(known, moment):
        return "in"
    if state in WITHOUT_PLACE:
        return WITHOUT_PLACE[state]
    if any(one.kind == "in" for one in standing(known)):
        return "out"
    return "online" if way == "online" else "expected"


PassState = Literal["good", "expired", "revoked"]


def pass_state(expires_at: datetime, revoked_at: datetime | None, moment: datetime) -> PassState:
    """Whether a reception pass still opens its desk (all moments aware)."""
    if revoked_at is not None:
        return "revoked"
    return "good" if moment < expires_at else "expired"


def end_of_day(ends_at: datetime, zone: str) -> datetime:
    """The last minute of the day on which a meeting ends by the clocks of its zone."""
    return to_utc(datetime.combine(to_local(ends_at, zone).date(), time(23, 59)), zone)


def latest_end(ends_at: datetime | None, zone: str, moment: datetime) -> datetime:
    """Until when a pass made now may be good: its meeting must be reached, however far it is."""
    longest = moment + LONGEST
    return max(longest, end_of_day(ends_at, zone)) if ends_at else longest
