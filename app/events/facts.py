"""What pages and letters show of meetings: frozen, in one language, in the meeting's own time."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.events.rules import FEW_PLACES, EventFacts, Status, WayPlaces, status

TO_OPEN = ("undecided", "not_yet", "invited")
"""The states of sign-up in which a form is still to come, or is for few."""
On = date  # where a field is called date


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time in the meeting's own zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class WayView:
    """A way of attending: ``left`` None means no limit; show it only when ``few``."""

    code: str
    left: int | None
    full: bool
    few: bool
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class MeetingView:
    """One meeting in one language; texts are '' where unknown, moments local to the meeting.

    ``description`` is Markdown as the office wrote it; the others are plain text.
    """

    id: int
    series_id: int
    slug: str
    kind: str
    title: str
    summary: str
    description: str
    status: Status
    facts: EventFacts
    spans: tuple[Span, ...]
    date_note: str
    doors_at: datetime | None
    zone: str
    venue_name: str
    venue_address: str
    access: str
    audience: str
    hosts: str
    fee: str
    bring: str
    contact: str
    report: str
    online_url: str
    ways: tuple[WayView, ...]
    places: tuple[WayPlaces, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    is_sample: bool
    place: tuple[str, str] = ("", "")
    """Venue and address in Japanese, whoever reads: so that a move is noticed in any language."""
    archived: bool = False
    is_practice: bool = False
    """Whether it is a copy to practise with."""
    host_id: int | None = None
    """In whose name its letters go; None: the association."""
    changeable: bool = True
    """Whether people can still change or cancel by their link."""
    promoting: bool = True
    """Whether freed places still go to those who wait."""
    standings: tuple[str, ...] = ()
    """As what people can sign up; none where nobody is asked."""

    @property
    def needs_approval(self) -> bool:
        """Whether the office decides who comes."""
        return self.facts.admission == "approval"

    @property
    def can_wait(self) -> bool:
        """Whether one can join the waiting list: no longer once nobody moves up."""
        return self.facts.waiting_list and self.promoting

    @property
    def in_vain(self) -> bool:
        """Whether who still waits gets no place any more."""
        return bool(self.spans) and not self.promoting and self.status != "cancelled"

    @property
    def can_join(self) -> bool:
        """Whether one can sign up now, if only for the waiting list."""
        return self.status == "open" or (self.status == "full" and self.can_wait)

    @property
    def day(self) -> date | None:
        """The first day, None while the date is not fixed."""
        return self.spans[0].start.date() if self.spans else None

    @property
    def dates(self) -> tuple[date, ...]:
        """Every day on which it begins anew, in order; none while the date is not fixed."""
        return tuple(dict.fromkeys(span.start.date() for span in self.spans))


@dataclass(frozen=True, kw_only=True)
class ChoiceView:
    """A choice of a question: ``held`` of its ``places`` are taken; None means no limit."""

    id: int
    code: str
    label: str
    places: int | None
    held: int
    seats: int
    opens: bool

    @property
    def left(self) -> int | None:
        """How many can still have it, never negative; None without a limit."""
        return None if self.places is None else max(0, self.places - self.held)

    @property
    def full(self) -> bool:
        """Whether nobody more can have it."""
        return self.left == 0

    @property
    def few(self) -> bool:
        """Whether so few are left that the page tells the number."""
        return self.left is not None and 0 < self.left <= FEW_PLACES


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """A question of a meeting in one language; ``closed``: no longer asked, answers stay.

    ``until``: when that will be, in the meeting's zone; None: as long as its sign-up is open.
    """

    id: int
    event_id: int
    kind: str
    asked: str
    required: bool
    is_arrangement: bool
    label: str
    help: str
    way: str
    depends_on_id: int | None
    closed: bool
    choices: tuple[ChoiceView, ...]
    until: datetime | None = None


def _for_invited(meeting: MeetingView, now: datetime) -> MeetingView:
    facts = replace(meeting.facts, invited=True)
    return replace(meeting, facts=facts, status=status(facts, meeting.places, now))


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The meetings that one form signs up for, in order of their start, and their questions."""

    series_id: int
    meetings: tuple[MeetingView, ...]
    questions: tuple[QuestionView, ...]

    def meeting(self, event_id: int) -> MeetingView:
        """The meeting of this id; KeyError where the series has none."""
        return {meeting.id: meeting for meeting in self.meetings}[event_id]

    def only(self, event_ids: Collection[int]) -> "Offer":
        """What of it is about these meetings."""
        return replace(
            self,
            meetings=tuple(one for one in self.meetings if one.id in event_ids),
            questions=tuple(one for one in self.questions if one.event_id in event_ids),
        )

    def for_invited(self, event_ids: Collection[int], now: datetime) -> "Offer":
        """The same for somebody who has been invited to these meetings; ``now`` aware."""
        if not event_ids:
            return self
        return replace(
            self,
            meetings=tuple(
                _for_invited(one, now) if one.id in event_ids else one for one in self.meetings
            ),
        )

    def when_open(self) -> "Offer":
        """The same as it will be once one can sign up for what is still to open: for a preview."""
        return replace(
            self,
            meetings=tuple(
                replace(one, status="open") if one.status in TO_OPEN else one
                for one in self.meetings
            ),
        )

    def questions_of(self, event_id: int) -> tuple[QuestionView, ...]:
        """The questions of one meeting, in their order."""
        return tuple(one for one in self.questions if one.event_id == event_id)

    @property
    def joinable(self) -> tuple[MeetingView, ...]:
        """The meetings that one can sign up for now."""
        return tuple(meeting for meeting in self.meetings if meeting.can_join)


@dataclass(frozen=True, kw_only=True)
class Day:
    """The meetings of a series that begin on one day, in order.

    ``gaps``: the minutes between neighbours on that day, negative where they overlap; None beside a
    meeting that was called off.
    """

    date: On
    meetings: tuple[MeetingView, ...]
    gaps: tuple[int | None, ...]

    @property
    def taking_place(self) -> tuple[MeetingView, ...]:
        """Those that were not called off."""
        return tuple(meeting for meeting in self.meetings if meeting.status != "cancelled")

    @property
    def more_dates(self) -> tuple[On, ...]:
        """The later days of meetings that go on for several, in order."""
        every = {on for meeting in self.meetings for on in meeting.dates}
        return tuple(sorted(every - {self.date}))

    @property
    def joinable(self) -> tuple[MeetingView, ...]:
        """Those that one can sign up for now; together, in one form."""
        return tuple(meeting for meeting in self.meetings if meeting.can_join)

    @property
    def closes_at(self) -> datetime | None:
        """When sign-up ends for all that are open; None where it is not one moment for all."""
        moments = {meeting.closes_at for meeting in self.joinable}
        return moments.pop() if len(moments) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The list of meetings: days to come, meetings without a date, past ones (latest first)."""

    coming: tuple[Day, ...]
    undecided: tuple[MeetingView, ...]
    past: tuple[MeetingView, ...]
