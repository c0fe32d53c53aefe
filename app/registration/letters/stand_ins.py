"""A sign-up as each kind of letter is about one: made of a real one, or of nobody's. Pure.

The office looks at a text long before anybody gets it. So what such a letter tells of is made up
as far as it must be: somebody who comes is shown waiting, a meeting called off, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.events.facts import MeetingView, Offer, Span
from app.events.rules import Status
from app.interest.rules import Told
from app.registration.facts import BookingView, PersonView, Signup
from app.registration.letters import snapshots
from app.registration.letters.snapshots import Snapshot
from app.registration.letters.wording import Why

EARLIER = timedelta(minutes=30)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TELEPHONES = ("03-0000-0000", "03-0000-0001")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What ``letters.told`` is given."""

    signup: Signup
    offer: Offer
    before: Snapshot | None
    why: Why


def case_of(kind: str, signup: Signup, offer: Offer, reason: str) -> Case:
    """The case in which a letter of ``kind`` goes to this contact.

    Args:
        kind: of letters about a sign-up, without 'already' and 'address_changed'.
        signup: somebody's, or ``nobody``.
        offer: its meetings, in its language.
        reason: stands for what the office will type.
    """
    return _CASES[kind](signup, offer, reason)


def nobody(offer: Offer, name: str, locale: str) -> Signup:
    """A sign-up of somebody for every meeting, while there is none."""
    bookings = tuple(
        BookingView(id=0, event_id=one.id, way=_first_way(one), state="confirmed")
        for one in offer.meetings
    )
    person = PersonView(id=0, name=name, reading="", organisation="", role="", bookings=bookings)
    return Signup(
        registration_id=0,
        series_id=offer.series_id,
        link_version=1,
        version=1,
        number="A-0000",
        contact_name=name,
        contact_attends=True,
        organisation="",
        email="mihon@example.com",
        email_may_fail=False,
        telephone="",
        note="",
        locale=locale,
        channel="web",
        created_at=LONG_AGO,
        arranged_version=0,
        people=(person,),
    )


def earlier(told: Told) -> Told:
    """The date that somebody was told before this one."""
    spans = tuple((start - EARLIER, end - EARLIER) for start, end in told.spans)
    return Told(spans=spans or ((LONG_AGO, LONG_AGO),))


def _first_way(meeting: MeetingView) -> str:
    return meeting.ways[0].code if meeting.ways else "venue"


def _all(signup: Signup, state: str) -> Signup:
    """Everybody in this state at all their meetings."""

    def turned(one: BookingView) -> BookingView:
        place = (one.position or 1) if state == "waiting" else None
        return replace(one, state=state, position=place)

    people = (
        replace(person, bookings=tuple(turned(one) for one in person.bookings))
        for person in signup.people
    )
    return replace(signup, people=tuple(people))


def _first(actor: str, state: str) -> Callable[[Signup, Offer, str], Case]:
    """A letter to somebody who was told nothing before."""

    def made(signup: Signup, offer: Offer, reason: str) -> Case:
        told = reason if actor == "office" else ""
        why = Why(actor=actor, reason=told)  # type: ignore[arg-type]  # of the table below
        return Case(signup=_all(signup, state), offer=offer, before=None, why=why)

    return made


def _after(actor: str, was: str, state: str) -> Callable[[Signup, Offer, str], Case]:
    """A letter to somebody whose bookings were in one state and are in another."""

    def made(signup: Signup, offer: Offer, reason: str) -> Case:
        case = _first(actor, state)(signup, offer, reason)
        return replace(case, before=snapshots.take(_all(signup, was), offer))

    return made


def _decided(actor: str, state: str) -> Callable[[Signup, Offer, str], Case]:
    """A letter to somebody who asked to come, with what the office writes to it."""

    def made(signup: Signup, offer: Offer, reason: str) -> Case:
        case = _after(actor, "requested", state)(signup, offer, reason)
        return replace(case, why=replace(case.why, reason=reason))

    return made


def _changed(signup: Signup, offer: Offer, _reason: str) -> Case:
    """As if the telephone number had been another."""
    after = _all(signup, "confirmed")
    other = next(one for one in TELEPHONES if one != signup.telephone)
    before = snapshots.take(replace(after, telephone=other), offer)
    return Case(signup=after, offer=offer, before=before, why=Why(actor="person"))


def _office_changed(signup: Signup, offer: Offer, reason: str) -> Case:
    """As if the first meeting had begun half an hour earlier; without a date, elsewhere."""
    after = _all(signup, "confirmed")
    meetings = tuple(
        replace(one, status="open") if one.status == "cancelled" else one for one in offer.meetings
    )
    first = _first_of(signup, offer)
    was = tuple(_moved(one) if one.id == first else one for one in meetings)
    before = snapshots.take(after, replace(offer, meetings=was))
    why = Why(actor="meeting", reason=reason)
    return Case(signup=after, offer=replace(offer, meetings=meetings), before=before, why=why)


def _moved(meeting: MeetingView) -> MeetingView:
    spans = tuple(Span(start=one.start - EARLIER, end=one.end - EARLIER) for one in meeting.spans)
    return replace(meeting, spans=spans or (Span(start=LONG_AGO, end=LONG_AGO),))


def _called_off(signup: Signup, offer: Offer, reason: str) -> Case:
    """As if the first meeting were called off and the others took place."""
    first = _first_of(signup, offer)
    everything = _all(signup, "confirmed")

    def with_first(status: Status) -> Offer:
        meetings = (
            replace(one, status=status if one.id == first else "open") for one in offer.meetings
        )
        return replace(offer, meetings=tuple(meetings))

    before = snapshots.take(everything, with_first("open"))
    why = Why(actor="meeting", reason=reason)
    return Case(signup=everything, offer=with_first("cancelled"), before=before, why=why)


def _first_of(signup: Signup, offer: Offer) -> int:
    """The first meeting that the sign-up is about."""
    booked = {booking.event_id for person in signup.people for booking in person.bookings}
    return next((one.id for one in offer.meetings if one.id in booked), 0)


_CASES: dict[str, Callable[[Signup, Offer, str], Case]] = {
    "confirmed": _first("person", "confirmed"),
    "waiting": _first("person", "waiting"),
    "moved_up": _after("queue", "waiting", "confirmed"),
    "changed": _changed,
    "cancelled": _after("person", "confirmed", "cancelled"),
    "office_changed": _office_changed,
    "office_cancelled": _after("office", "confirmed", "cancelled"),
    "called_off": _called_off,
    "queue_ended": _first("queue_end", "waiting"),
    "new_link": _first("link", "confirmed"),
    "requested": _first("person", "requested"),
    "approved": _decided("approving", "confirmed"),
    "declined": _decided("declining", "declined"),
}
