"""What the office sees of rules and campaigns, and whom a letter goes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.reminders.timing import Timing

SUBJECT, BODY = 200, 10_000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """What the office writes: once in Japanese, once in English ('' where it was left out)."""

    subject: str
    body: str
    subject_en: str = ""
    body_en: str = ""

    def of(self, locale: str) -> tuple[str, str]:
        """Subject and body for a reader; Japanese where no English was written."""
        if self.language_for(locale) == "en":
            return self.subject_en or self.subject, self.body_en
        return self.subject, self.body

    def language_for(self, locale: str) -> str:
        """The language in which a reader gets it: values and headers go with the sentences."""
        return "en" if locale == "en" and self.body_en else "ja"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a letter goes to: ``audience`` is one of ``models.GROUPS``.

    ``whole_day``: everybody of the series, not of one meeting alone. ``list_id``: those who were
    chosen one by one, with a place or waiting; the group says nothing then.
    """

    audience: str = "confirmed"
    question_id: int | None = None
    choice_id: int | None = None
    whole_day: bool = False
    list_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that a rule or campaign says: whom it goes to and what they read.

    ``asks_coming``: its link asks whether the reader still comes. ``file_id``: a material that it
    links to.
    """

    target: Target
    text: Text
    asks_coming: bool = False
    file_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """A rule; ``seen``: somebody has looked at its preview since it was changed last.

    ``group_gone``: it goes by the answers to a question that was removed, so it sends nothing.

    An empty body of ``order.text`` is the default text. ``timed_at`` and ``seen_at`` aware UTC.
    """

    id: int
    series_id: int
    timing: Timing
    order: Order
    enabled: bool
    version: int
    timed_at: datetime
    seen: bool
    group_gone: bool
    seen_at: datetime | None
    seen_by: str


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    """One campaign; moments aware UTC, ``started_at`` None while it is a draft.

    ``rule_id`` None where the office wrote it, else ``starts_at`` is the start of the meeting that
    it was made for; ``created_by`` '' where a rule made it. ``reason``
    says why it was missed: a reason of ``timing.decide``, or 'called_off'.
    """

    id: int
    event_id: int
    rule_id: int | None
    order: Order
    state: str
    reason: str
    version: int
    created_at: datetime
    created_by: str
    starts_at: datetime | None
    due_at: datetime | None
    send_at: datetime | None
    started_at: datetime | None
    started_by: str
    recipients: int
    by_mail: int
    made_up_to: int
    up_to: int

    @property
    def text(self) -> Text:
        """What its readers get."""
        return self.order.text


@dataclass(frozen=True, kw_only=True)
class Attending:
    """A meeting that a reader takes part in: by 'venue', 'online' or 'both' (a group)."""

    event_id: int
    way: str


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One sign-up (or, with ``interest_id``, somebody who asked for news) that a letter goes to.

    ``email`` is '' where there is none; ``attending`` in the order of the meetings.
    """

    registration_id: int
    registration_version: int
    link_version: int
    number: str
    name: str
    email: str
    telephone: str
    locale: str
    attending: tuple[Attending, ...]
    interest_id: int | None = None

    @property
    def id(self) -> int:
        """By which pages and batches go on from one to the next."""
        return self.interest_id or self.registration_id


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """A recipient with the ids of those before and after."""

    here: Recipient
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Audience:
    """How many a letter goes to; ``up_to`` is the last id that was counted."""

    everybody: int
    by_mail: int
    in_english: int
    up_to: int

    @property
    def without_mail(self) -> int:
        """Those who can only be told by telephone or post."""
        return self.everybody - self.by_mail


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a sending is: letters by their state, and recipients for whom none is made yet.

    Of these ``to_make`` get theirs by mail, ``to_list`` are to be told by telephone or post.
    """

    recipients: int
    to_make: int
    to_list: int
    queued: int
    accepted: int
    retrying: int
    failed: int
    by_hand: int
    told: int
    held: int
    suppressed: int
    next_try: datetime | None

    @property
    def by_mail(self) -> int:
        """Letters that go by mail, made or still to be made."""
        made = self.queued + self.accepted + self.retrying + self.failed + self.held
        return self.to_make + made

    @property
    def to_tell(self) -> int:
        """People whom somebody still has to telephone or write to."""
        return self.by_hand + self.failed

    @property
    def skipped(self) -> int:
        """Recipients who cancelled before their letter was made, or before it went."""
        told_by_hand = self.to_list + self.by_hand + self.told
        return max(0, self.recipients - self.by_mail - told_by_hand)

    @property
    def is_being_made(self) -> bool:
        """Whether letters are missing, of either kind."""
        return bool(self.to_make or self.to_list)

    @property
    def is_over(self) -> bool:
        """Whether nothing will change by itself any more."""
        return not (self.is_being_made or self.queued or self.retrying)

    @property
    def is_finished(self) -> bool:
        """Whether everybody knows: no letter is under way and nobody is left to be telephoned."""
        return self.is_over and not (self.held or self.to_tell)


def progress_of(
    recipients: int,
    *,
    making: bool,
    counts: Mapping[str, int],
    to_list: int = 0,
    next_try: datetime | None = None,
) -> Progress:
    """The progress of a sending from its letters by state.

    Args:
        recipients: when it was ordered.
        making: whether letters may be missing.
        counts: the letters by state.
        to_list: of those for whom none is made yet, how many have no address.
        next_try: when the next letter is tried again.
    """
    made = sum(counts.values()) - counts.get("outdated", 0)
    missing = max(0, recipients - made) if making else counts.get("outdated", 0)
    to_list = min(to_list, missing)
    return Progress(
        recipients=recipients,
        to_make=missing - to_list,
        to_list=to_list,
        queued=counts.get("queued", 0) + counts.get("sending", 0),
        accepted=counts.get("accepted", 0),
        retrying=counts.get("retrying", 0),
        failed=counts.get("failed", 0),
        by_hand=counts.get("by_hand", 0),
        told=counts.get("told", 0),
        held=counts.get("held", 0),
        suppressed=counts.get("suppressed", 0),
        next_try=next_try,
    )


@dataclass(frozen=True, kw_only=True)
class LetterRow:
    """One recipient's letter; ``due_at`` and ``accepted_at`` aware UTC."""

    id: int
    number: str
    name: str
    address: str
    telephone: str
    state: str
    reason: str
    attempts: int
    due_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """What a rule will do for one meeting: when (aware UTC) and for how many people.

    ``step`` and ``reason`` are as ``timing.decide`` gives them for now.
    """

    rule_id: int
    event_id: int
    due_at: datetime
    people: int
    step: str
    reason: str
