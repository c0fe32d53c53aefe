"""How a sign-up stands now: what its pages may say of places, reception and calendar. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.events.facts import MeetingView, Offer
from app.registration.facts import BookingView, PersonView, Signup

Word = Literal[
    "confirmed", "mixed", "waiting", "requested", "partly", "in_vain", "called_off", "cancelled"
]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is true of one sign-up, its meetings in the order of the day.

    ``placed``: those still to come at which somebody has a place; ``venue`` and ``online``: by that
    way.
    ``contact_way``: by which the contact comes, the venue first; '' where they have no place or
    signed up for others.
    """

    word: Word
    """'in_vain': all of it waited until nobody moves up any more. 'requested': all of it is
    still to be decided by the office, 'partly': some of it."""
    placed: tuple[MeetingView, ...]
    venue: tuple[MeetingView, ...]
    online: tuple[MeetingView, ...]
    contact_way: str

    @property
    def stands(self) -> bool:
        """Whether anybody of it still comes to, or waits for, anything that takes place."""
        return self.word in {"confirmed", "mixed", "waiting", "requested", "partly"}


def standing_of(signup: Signup, offer: Offer) -> Standing:
    """How ``signup`` stands at the meetings of ``offer``."""
    live = tuple(_live(signup, offer))
    return Standing(
        word=_word(signup, offer, live),
        placed=_to_come(live, offer, "venue", "online"),
        venue=_to_come(live, offer, "venue"),
        online=_to_come(live, offer, "online"),
        contact_way=_contact_way(signup, live),
    )


def _live(signup: Signup, offer: Offer) -> Iterator[tuple[PersonView, BookingView]]:
    """Who comes to a meeting that was not called off, or may still get a place there."""
    on = {one.id: one for one in offer.meetings if one.status != "cancelled"}
    for person in signup.people:
        for booking in person.bookings:
            meeting = on.get(booking.event_id)
            if meeting is not None and booking.active and not waits_in_vain(booking, meeting):
                yield person, booking


def waits_in_vain(booking: BookingView, meeting: MeetingView) -> bool:
    """Whether ``booking`` got no place until nobody moves up any more."""
    return booking.state == "waiting" and meeting.in_vain


def _word(signup: Signup, offer: Offer, live: tuple[tuple[PersonView, BookingView], ...]) -> Word:
    if not signup.active:
        return "cancelled"
    states = {booking.state for _person, booking in live}
    if not states:
        on = any(m.id in signup.event_ids and m.status != "cancelled" for m in offer.meetings)
        return "in_vain" if on else "called_off"
    if states in ({"waiting"}, {"requested"}):
        return "waiting" if states == {"waiting"} else "requested"
    if "requested" in states:
        return "partly"
    return "mixed" if "waiting" in states else "confirmed"


def _to_come(
    live: tuple[tuple[PersonView, BookingView], ...], offer: Offer, *ways: str
) -> tuple[MeetingView, ...]:
    ids = {b.event_id for _person, b in live if b.state == "confirmed" and b.way in ways}
    return tuple(one for one in offer.meetings if one.id in ids and one.status != "past")


def _contact_way(signup: Signup, live: tuple[tuple[PersonView, BookingView], ...]) -> str:
    first = signup.people[0].id if signup.contact_attends and signup.people else None
    ways = {b.way for person, b in live if person.id == first and b.state == "confirmed"}
    return max(ways, default="")
