"""What the office sees of people to be reached by telephone or post; moments aware UTC."""

from dataclasses import dataclass
from datetime import datetime

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose letters: of one meeting, of one sending, of one sign-up; None for all.

    ``among``: the meetings that the reader may see; None for all.
    """

    event_id: int | None = None
    among: frozenset[int] | None = None
    campaign_id: int | None = None
    registration_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to reach somebody; moments aware UTC. 'told' in an open letter was taken back."""

    outcome: str
    at: datetime
    by: str
    again_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ToTell:
    """One letter to be told: ``body`` '' once it was forgotten; ``failed``: mail was tried."""

    id: int
    purpose: str
    subject: str
    body: str
    locale: str
    failed: bool
    reason: str
    created_at: datetime
    can_mail: bool


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to be reached; ``registration_id`` None and ``number`` '' for no sign-up.

    ``again_at``: when they are to be called again, ``is_due`` whether that hour has come.
    """

    key: int
    registration_id: int | None
    number: str
    name: str
    reading: str
    organisation: str
    email: str
    telephone: str
    fax: str
    postal_address: str
    since: datetime
    again_at: datetime | None
    is_due: bool
    letters: tuple[ToTell, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Contacts of one page, and how many there are in all."""

    contacts: tuple[Contact, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, kw_only=True)
class Told:
    """A letter that somebody has told: to undo it."""

    letter_id: int
    registration_id: int | None
    name: str
    subject: str
    locale: str
    at: datetime
    by: str
