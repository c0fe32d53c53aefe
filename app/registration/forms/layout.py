"""Which fields a form has: by the meetings, by what was typed, by whom it is changed for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.events.facts import MeetingView, Offer, QuestionView
from app.events.models import STANDINGS
from app.events.standings import in_order
from app.registration.facts import PersonView, Signup
from app.registration.forms.fields import (
    contact_fields,
    hidden_fields,
    person_fields,
    standing_field,
    way_field,
)
from app.registration.forms.office import office_fields
from app.registration.forms.questions import question_field
from app.registration.forms.shape import ABSENT, Seat, known_person, seats
from app.registration.forms.values import Typed, count_people, open_differences


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a form stands on: the meetings, the sign-up that is changed, now (aware), the limit.

    ``by_office``: somebody types in what a person said, so nothing but names is needed, and neither
    times nor places limit what can be chosen.
    """

    offer: Offer
    now: datetime
    most_people: int
    signup: Signup | None = None
    by_office: bool = False

    @property
    def joinable(self) -> tuple[MeetingView, ...]:
        """The meetings that somebody new can sign up for; all where there is none."""
        there = self.offer.meetings
        return tuple(one for one in there if one.can_join) or tuple(there)

    @property
    def named_day(self) -> date | None:
        """The day in the title of a new sign-up for several meetings, all on it; or None."""
        if self.signup or self.by_office or len(self.joinable) == 1:
            return None
        held = {on for meeting in self.joinable for on in meeting.dates}
        return held.pop() if len(held) == 1 else None

    def seats_of(self, person: PersonView | None) -> tuple[Seat, ...]:
        """One person at every meeting; None for somebody new."""
        return seats(self.offer, person, self.now, by_office=self.by_office)

    def choices_of(self, person: PersonView | None) -> set[int]:
        """The choices that somebody has already; None: those of the sign-up as a whole."""
        rows = self.signup.answers if self.signup else ()
        whose = person.id if person else None
        return {one.choice_id for one in rows if one.participant_id == whose and one.choice_id}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The rows of one form: ``known`` and ``seats`` by the place of the person, from 0."""

    ground: Ground
    typed: Typed
    known: tuple[PersonView | None, ...]
    seats: tuple[tuple[Seat, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether each person's ways are chosen by themselves."""
        return self.typed.get("differ") == "1"

    @property
    def shows_ways(self) -> bool:
        """Whether the page shows radio buttons for the ways, not one sentence for everybody."""
        return len(self.seats) == 1 or self.differs

    @property
    def may_differ(self) -> bool:
        """Whether there is anything in which people could differ."""
        return len(self.seats[0]) > 1 or any(len(one.ways) > 1 for one in self.seats[0])


def lay_out(ground: Ground, typed: Typed) -> Layout:
    """The rows for what was typed; differences are opened where one sentence cannot say them."""
    typed = _with_differences(ground, typed)
    known: list[PersonView | None] = []
    for place in range(min(count_people(typed), ground.most_people)):
        one = known_person(ground.signup, typed.get(f"p{place}-id", ""), cancelled=ground.by_office)
        known.append(None if one in known else one)
    rows = tuple(ground.seats_of(one) for one in known)
    return Layout(ground=ground, typed=typed, known=tuple(known), seats=rows)


def _with_differences(ground: Ground, typed: Typed) -> Typed:
    if typed.get("differ") == "1" or count_people(typed) == 1:
        return typed
    if ground.by_office:
        return open_differences(typed, ground.most_people)
    first = known_person(ground.signup, typed.get("p0-id", ""))
    for one in ground.seats_of(first):
        said = typed.get(f"p0-way-{one.meeting.id}", "")
        if one.settled or (one.offered and said not in {*one.ways, ABSENT}):
            return open_differences(typed, ground.most_people)
    return typed


def unbound_fields(layout: Layout) -> dict[str, Any]:
    """The fields in the order of the page, which is the order of the errors."""
    fields: dict[str, Any] = {}
    arrangements: dict[str, Any] = {}
    ground = layout.ground
    for place, row in enumerate(layout.seats):
        fields |= person_fields(place, must=not ground.by_office)
        offered = _standings(layout, place)
        if offered:
            fields[f"p{place}-standing"] = standing_field(offered, by_office=ground.by_office)
        kept = layout.ground.choices_of(layout.known[place])
        for one in row:
            if one.offered and (place == 0 or layout.differs):
                name = f"p{place}-way-{one.meeting.id}"
                fields[name] = way_field(one, may_be_absent=len(row) > 1)
            for question in _of_person(layout, one):
                into = arrangements if question.is_arrangement else fields
                into[f"p{place}-q{question.id}"] = question_field(
                    question, kept, must=not ground.by_office
                )
    kept = layout.ground.choices_of(None)
    once = {
        f"q{one.id}": question_field(one, kept, must=not ground.by_office) for one in _once(layout)
    }
    contact = contact_fields(
        absent=bool(layout.typed.get("absent")),
        by_office=ground.by_office,
        stored=ground.signup.telephone if ground.signup else "",
    )
    office = office_fields(is_new=ground.signup is None) if ground.by_office else {}
    return {**fields, **arrangements, **once, **contact, **office, **hidden_fields()}


def _standings(layout: Layout, place: int) -> tuple[str, ...]:
    """As what somebody can sign up here, and what they are; all for the office, which knows."""
    if layout.ground.by_office:
        return STANDINGS
    offered = {code for one in layout.seats[place] if one.offered for code in one.meeting.standings}
    known = layout.known[place]
    return in_order(offered | {known.standing} if known and offered else offered)


def _of_person(layout: Layout, seat: Seat) -> Iterator[QuestionView]:
    """What a meeting may ask somebody, by the ways that the page leaves open."""
    ways = set(seat.ways)
    if not layout.shows_ways:
        ways &= {layout.typed.get(f"p0-way-{seat.meeting.id}", "")}
    return _open(layout, "person", seat.meeting.id, ways)


def _once(layout: Layout) -> Iterator[QuestionView]:
    for meeting in layout.ground.offer.meetings:
        of_meeting = [one for row in layout.seats for one in row if one.meeting.id == meeting.id]
        if not any(one.settled for one in of_meeting):
            ways = {way for one in of_meeting for way in one.ways}
            yield from _open(layout, "signup", meeting.id, ways)


def _open(layout: Layout, of: str, event_id: int, ways: set[str]) -> Iterator[QuestionView]:
    """Questions that can be answered; one that depends on another comes with that one."""
    put: set[int] = set()
    for one in layout.ground.offer.questions_of(event_id):
        closed = one.closed and not layout.ground.by_office
        if one.asked != of or closed or not ways or one.way not in {"", *ways}:
            continue
        if one.depends_on_id is None or one.depends_on_id in put or layout.ground.signup:
            put.add(one.id)
            yield one
