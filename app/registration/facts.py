"""What goes into a sign-up, and what is shown of one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.auth.facts import Actor

UNTOLD = 0
"""The version of the privacy notice of those to whom none was shown or told."""


@dataclass(frozen=True, kw_only=True)
class NoticeTold:
    """Which version of the privacy notice somebody was shown, or told by the account ``by``."""

    version: int = UNTOLD
    by: int | None = None


NOBODY_TOLD = NoticeTold()


@dataclass(frozen=True, kw_only=True)
class AnswerEntry:
    """What was answered to one question: chosen ids, or a text; only what is asked is in here."""

    question_id: int
    choice_ids: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """One person of a checked form. ``ways``: meeting id → way, without those they do not attend.

    ``participant_id`` names somebody who is in the sign-up already; None for somebody new.
    """

    name: str
    reading: str = ""
    organisation: str = ""
    role: str = ""
    standing: str = ""
    ways: Mapping[int, str]
    answers: tuple[AnswerEntry, ...] = ()
    participant_id: int | None = None


@dataclass(frozen=True)
class Seen:
    """A sign-up as a page showed it: whoever changed it since was first."""

    registration_id: int
    link_version: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Who comes in somebody's place; '' for what is not known.

    Nothing is taken from whoever they come for, least of all the ``standing``: it may be that of a
    voter. ``told``: of the privacy notice. ``keeps_wishes``: what was to be arranged for the
    sign-up as a whole is wished for them, too. ``keeps_answers``: what the other answered and is
    not theirs alone, such as a lunch, is ordered for them.
    """

    name: str
    reading: str = ""
    organisation: str = ""
    role: str = ""
    standing: str = ""
    told: NoticeTold = NOBODY_TOLD
    keeps_wishes: bool = False
    keeps_answers: bool = True


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A checked form: texts are cleaned, '' where not given; ``locale`` 'ja', 'easy' or 'en'.

    ``answers`` are those asked once. ``seen_waiting``: (place of the person in ``people``, meeting
    id) of all that the check page showed as waiting, so that nobody waits by surprise.
    ``admitted``: the bookings of whom the office now says that they may come.
    """

    people: tuple[PersonEntry, ...]
    contact_name: str
    contact_attends: bool
    organisation: str
    email: str
    email_may_fail: bool
    telephone: str
    note: str
    answers: tuple[AnswerEntry, ...]
    locale: str
    seen_waiting: frozenset[tuple[int, int]] = frozenset()
    admitted: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """Places that the office gives though none is free: (place of the person, meeting id), why."""

    places: frozenset[tuple[int, int]] = frozenset()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What only the office asks: where to fax and write to; ``told``: the privacy notice was."""

    fax: str = ""
    postal_address: str = ""
    told: bool = False


@dataclass(frozen=True, kw_only=True)
class ByOffice:
    """Somebody of the office acts for the person: at any time, with a reason for the letter.

    ``others``: who has the same name as somebody signed up is another person. ``reach`` None where
    it is not asked.
    """

    actor: Actor
    reason: str = ""
    beyond: Beyond = Beyond()
    others: bool = False
    reach: Reach | None = None


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A new sign-up: the entry, by which meeting's page it came, and the form's one-time key.

    ``office``: who typed it in for somebody who telephoned, wrote or came by (``channel``).
    ``invitation_id``: of the link by which they came.
    """

    slug: str
    entry: Entry
    form_key: str
    form_digest: str
    notice_version: int
    channel: str = "web"
    office: ByOffice | None = None
    invitation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Doorkeeper:
    """Who writes down who comes: an account or a pass; ``desk`` '' where it has no name."""

    account_id: int | None = None
    pass_id: int | None = None
    desk: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the service gives back: where the completion page and the personal page are."""

    registration_id: int
    link_version: int
    number: str
    created: bool


@dataclass(frozen=True, kw_only=True)
class BookingView:
    """One person at one meeting. ``position``: place in the queue, None where nobody waits.

    ``state`` is one of ``models.LIVE`` or ``models.GONE``, as its owner sees it. ``is_duplicate``:
    it holds no place, which only the office is told; ``duplicate_of``: the booking that it
    repeats. ``beyond``: why the office gave a place though none was free.
    """

    id: int
    event_id: int
    way: str
    state: str
    seats: int = 1
    position: int | None = None
    is_duplicate: bool = False
    duplicate_of: int | None = None
    beyond: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether the person comes or waits, with nothing left to decide."""
        return self.state in {"confirmed", "waiting"}

    @property
    def is_asking(self) -> bool:
        """Whether it is for the office to say whether they come."""
        return self.state == "requested" and not self.is_duplicate

    @property
    def active(self) -> bool:
        """Whether the person comes, waits, or has asked to come."""
        return self.state not in {"cancelled", "declined"}


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """One person of a sign-up. Of the notice see ``models.Participant``."""

    id: int
    name: str
    reading: str
    organisation: str
    role: str
    bookings: tuple[BookingView, ...]
    standing: str = ""
    notice_version: int = UNTOLD
    told_by: int | None = None
    noticed_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether they still come to, or wait for, any meeting."""
        return any(booking.active for booking in self.bookings)

    def booking(self, event_id: int) -> BookingView | None:
        """What they have at one meeting."""
        return next((one for one in self.bookings if one.event_id == event_id), None)


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One stored answer; ``participant_id`` None where it was asked once for all."""

    question_id: int
    participant_id: int | None
    choice_id: int | None
    text: str
    held: bool


@dataclass(frozen=True, kw_only=True)
class Signup:
    """One sign-up as its owner sees it; ``created_at`` and ``answered_at`` aware UTC.

    ``still_coming``: 'yes' or 'no' as answered at ``answered_at``, '' while nothing was.
    ``entered_by`` or ``entered_pass``: the account or the reception pass that typed it in.
    """

    registration_id: int
    series_id: int
    link_version: int
    version: int
    number: str
    contact_name: str
    contact_attends: bool
    organisation: str
    email: str
    email_may_fail: bool
    telephone: str
    note: str
    locale: str
    channel: str
    created_at: datetime
    arranged_version: int
    people: tuple[PersonView, ...]
    answers: tuple[AnswerView, ...] = field(default=())
    fax: str = ""
    postal_address: str = ""
    still_coming: str = ""
    answered_at: datetime | None = None
    notice_version: int = UNTOLD
    entered_by: int | None = None
    entered_pass: int | None = None
    told_by: int | None = None
    noticed_at: datetime | None = None
    merged_into: int | None = None
    erased: str = ""
    invitation_id: int | None = None

    @property
    def active(self) -> bool:
        """Whether anybody of it still comes or waits."""
        return any(person.active for person in self.people)

    @property
    def coming(self) -> tuple[PersonView, ...]:
        """Those who still come or wait, in their order."""
        return tuple(person for person in self.people if person.active)

    @property
    def without_duplicates(self) -> "Signup":
        """What letters and calendars tell: not what the person has by another sign-up already."""
        people = (
            replace(one, bookings=tuple(b for b in one.bookings if not b.is_duplicate))
            for one in self.people
        )
        return replace(self, people=tuple(one for one in people if one.bookings))

    def only(self, event_ids: Collection[int]) -> "Signup":
        """What it has to do with these meetings: their bookings, and whoever has one of them."""
        people = (
            replace(one, bookings=tuple(b for b in one.bookings if b.event_id in event_ids))
            for one in self.people
        )
        return replace(self, people=tuple(one for one in people if one.bookings))

    @property
    def taking_part(self) -> frozenset[int]:
        """The meetings that anybody of it comes to or waits for, with nothing left to decide."""
        return frozenset(b.event_id for p in self.people for b in p.bookings if b.is_settled)

    @property
    def voting_at(self) -> frozenset[int]:
        """The meetings to which somebody of it comes as one who votes."""
        voters = (one for one in self.people if one.standing == "member")
        return frozenset(b.event_id for p in voters for b in p.bookings if b.is_settled)

    @property
    def event_ids(self) -> frozenset[int]:
        """The meetings that anybody of it comes to or waits for."""
        return frozenset(b.event_id for p in self.people for b in p.bookings if b.active)
