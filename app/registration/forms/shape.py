"""What the form of a day offers to each person at each meeting: pure."""

from dataclasses import dataclass
from datetime import datetime

from app.base.tokens import content_digest
from app.events.facts import MeetingView, Offer
from app.events.rules import change_open
from app.registration.facts import BookingView, PersonView, Signup

ABSENT = "none"
"""The value of a way for not attending."""
MOST_SHOWN = 2000
"""The most characters of the digests that a form carries."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One person at one meeting. ``ways``: what can be chosen, '' of it where nothing can.

    ``had``: what they have there now. ``settled``: it can no longer be changed by the link.
    """

    meeting: MeetingView
    ways: tuple[str, ...]
    had: BookingView | None = None
    settled: bool = False

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.ways)


OFFICE_TAKES = ("open", "full", "not_yet", "closed", "invited")
"""The states of sign-up in which the office signs people up."""


def seat(meeting: MeetingView, person: PersonView | None, now: datetime) -> Seat:
    """What a form offers somebody at ``meeting``; ``person`` None for somebody new."""
    had = person.booking(meeting.id) if person else None
    if had is not None and had.active:
        if not change_open(meeting.facts, now):
            return Seat(meeting=meeting, ways=(), had=had, settled=True)
        return Seat(meeting=meeting, ways=_ways(meeting, had.way), had=had)
    return Seat(meeting=meeting, ways=_ways(meeting) if meeting.can_join else ())


def _ways(meeting: MeetingView, had: str = "") -> tuple[str, ...]:
    """The ways that lead to a place or to the waiting list, and the one they have."""
    waits = meeting.can_wait
    return tuple(one.code for one in meeting.ways if waits or not one.full or one.code == had)


def office_seat(meeting: MeetingView, person: PersonView | None) -> Seat:
    """What the form of the office offers: every way, full or not, early or late."""
    had = person.booking(meeting.id) if person else None
    had = had if had is not None and had.active else None
    taken = had is not None or meeting.status in OFFICE_TAKES
    ways = tuple(one.code for one in meeting.ways) if taken else ()
    return Seat(meeting=meeting, ways=ways, had=had)


def seats(
    offer: Offer, person: PersonView | None, now: datetime, *, by_office: bool = False
) -> tuple[Seat, ...]:
    """One person at every meeting of the day."""
    if by_office:
        return tuple(office_seat(meeting, person) for meeting in offer.meetings)
    return tuple(seat(meeting, person, now) for meeting in offer.meetings)


def default_way(one: Seat) -> str:
    """At the venue, or the only way there is; '' where nothing is offered."""
    return one.had.way if one.had else next(iter(one.ways), "")


def known_person(signup: Signup | None, raw: str, *, cancelled: bool = False) -> PersonView | None:
    """The person of this sign-up that a form names by its id; None for anything else.

    ``cancelled``: somebody who no longer comes may be named, too.
    """
    if signup is None or not raw.isascii() or not raw.isdigit():
        return None
    people = signup.people if cancelled else signup.coming
    return next((one for one in people if str(one.id) == raw), None)


def what_is_shown(offer: Offer) -> str:
    """When and where, a short digest of each: a form carries it, so that no move is missed.

    The same in every language, since a form may be read in several.
    """
    return ",".join(f"{one.id}:{_digest(one)}" for one in offer.meetings)


def moved_since(shown: str, offer: Offer) -> tuple[MeetingView, ...]:
    """The meetings whose time or place is another than in ``shown``; none for nonsense."""
    pairs = (one.partition(":") for one in shown[:MOST_SHOWN].split(","))
    known = {event_id: digest for event_id, _colon, digest in pairs}
    return tuple(
        one for one in offer.meetings if known.get(str(one.id), _digest(one)) != _digest(one)
    )


def _digest(one: MeetingView) -> str:
    spans = [f"{span.start.isoformat()} {span.end.isoformat()}" for span in one.spans]
    return content_digest({"spans": spans, "place": list(one.place)})[:16]
