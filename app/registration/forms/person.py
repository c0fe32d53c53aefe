"""One person of a form, bound: the parts that a page shows in their order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wtforms import Field

from app.events.facts import MeetingView, QuestionView
from app.registration.facts import UNTOLD, PersonView
from app.registration.forms.questions import Asked
from app.registration.forms.shape import Seat


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One person at one meeting: the radio buttons, if any, and what the meeting asks them.

    ``way``: the way where it is not for them to choose here; '' where they do not come.
    """

    seat: Seat
    field: Field | None
    way: str
    asked: tuple[Asked, ...]
    closed: tuple[QuestionView, ...]


@dataclass(frozen=True, kw_only=True)
class PersonPart:
    """One person: ``place`` counts from 0, ``known`` is who they are in the sign-up already."""

    place: int
    known: PersonView | None
    fields: Mapping[str, Field]
    attendances: tuple[Attendance, ...]
    arrangements: tuple[Asked, ...]

    @property
    def number(self) -> int:
        """1 for the first person, as pages count."""
        return self.place + 1

    @property
    def prefix(self) -> str:
        """How the names of their fields begin."""
        return f"p{self.place}-"

    @property
    def told(self) -> bool:
        """Whether they were shown or told the privacy notice before."""
        return self.known is not None and self.known.notice_version != UNTOLD

    @property
    def settled(self) -> bool:
        """Whether they have something that the link can no longer change."""
        return any(one.seat.settled for one in self.attendances)

    @property
    def ways(self) -> dict[int, str]:
        """Meeting id → way, of all that they attend as the form stands."""
        return {one.seat.meeting.id: one.way for one in self.attendances if one.way}

    @property
    def standing(self) -> Field | None:
        """The field for as what they take part; None where they are not asked."""
        return self.fields.get(self.prefix + "standing")

    @property
    def asks_standing(self) -> tuple[MeetingView, ...]:
        """The meetings that ask as what they take part, of those that they can still choose."""
        return tuple(
            one.seat.meeting
            for one in self.attendances
            if one.seat.offered and one.seat.meeting.standings
        )

    @property
    def must_stand(self) -> bool:
        """Whether it is asked at every meeting that they can choose."""
        return len(self.asks_standing) == sum(one.seat.offered for one in self.attendances)

    @property
    def every_question(self) -> Collection[Asked]:
        """What they may be asked, arrangements last."""
        return (*(a for one in self.attendances for a in one.asked), *self.arrangements)

    def stands_apart(self, focus: str) -> bool:
        """Whether the fold with organisation and role has to be open, for anybody but the first."""
        fields = (self["same"], self["organisation"], self["role"])
        at_work = any(one.errors or one.name == focus for one in fields)
        return bool(at_work or self["role"].data or not self["same"].data)

    def __getitem__(self, name: str) -> Field:
        """A field by the name it has for everybody: ``person['name']``."""
        return self.fields[self.prefix + name]
