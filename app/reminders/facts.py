"""What the office sees of a reminder, and whom it goes to."""

from dataclasses import dataclass
from datetime import datetime

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
class CampaignView:
    """One reminder; ``started_at`` aware UTC, None while it is a draft."""

    id: int
    event_id: int
    text: Text
    state: str
    version: int
    created_at: datetime
    created_by: str
    started_at: datetime | None
    started_by: str
    recipients: int


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One sign-up that a reminder goes to; ``email`` '' where there is none.

    ``way`` is 'venue', 'online', or 'both' where a group takes part by both.
    """

    booking_id: int
    registration_id: int
    registration_version: int
    link_version: int
    number: str
    name: str
    reading: str
    email: str
    telephone: str
    locale: str
    way: str


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """A recipient with those before and after in the order of the list (booking ids)."""

    here: Recipient
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Audience:
    """How many are confirmed; ``up_to`` is the last booking that was counted."""

    everybody: int
    by_mail: int
    in_english: int
    up_to: int

    @property
    def without_mail(self) -> int:
        """Those who can only be told by telephone."""
        return self.everybody - self.by_mail


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a sending is: letters by their state, and recipients for whom none is made yet."""

    recipients: int
    to_make: int
    queued: int
    accepted: int
    retrying: int
    failed: int
    by_hand: int
    suppressed: int
    next_try: datetime | None

    @property
    def by_mail(self) -> int:
        """Letters that go by mail, made or still to be made."""
        return self.to_make + self.queued + self.accepted + self.retrying + self.failed

    @property
    def skipped(self) -> int:
        """Recipients who cancelled before their letter was made, or before it went."""
        return self.recipients - self.by_mail - self.by_hand

    @property
    def is_over(self) -> bool:
        """Whether nothing will change by itself any more."""
        return not (self.to_make or self.queued or self.retrying)


@dataclass(frozen=True, kw_only=True)
class LetterRow:
    """One recipient's letter; ``due_at`` and ``accepted_at`` aware UTC."""

    id: int
    name: str
    reading: str
    address: str
    telephone: str
    state: str
    reason: str
    attempts: int
    due_at: datetime
    accepted_at: datetime | None
