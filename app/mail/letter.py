"""A letter before it is posted: facts only, no database, no network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIRST = 0
"""Priority of letters that somebody waits for."""
LATER = 10
"""Priority of letters sent to many."""


@dataclass(frozen=True, kw_only=True)
class Invite:
    """An iTIP object (RFC 5546) that goes with a letter: one per meeting.

    ``start`` and ``end`` are aware; ``zone`` is the IANA zone they are shown in. ``method`` is
    'REQUEST' or 'CANCEL'; ``uid`` stays the same for one booking for ever, ``sequence`` rises.
    ``name``: of the file, in ASCII and without its ending; '' in letters of before there were any.
    """

    uid: str
    sequence: int
    method: str
    start: datetime
    end: datetime
    zone: str
    summary: str
    location: str
    description: str
    url: str
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the outbox keeps it."""
        return {**vars(self), "start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Invite":
        """From what the outbox keeps."""
        return cls(
            **{
                **kept,
                "start": datetime.fromisoformat(kept["start"]),
                "end": datetime.fromisoformat(kept["end"]),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to one person; without an address it is a task to do by hand.

    ``key`` is unique for ever: posting the same letter again does nothing.
    """

    key: str
    purpose: str
    to_address: str
    to_name: str
    locale: str
    subject: str
    body: str
    invites: tuple[Invite, ...] = ()
    priority: int = FIRST
    registration_id: int | None = None
    registration_version: int | None = None
    campaign_id: int | None = None
    snapshot: dict[str, Any] | None = None
    """What the letter tells of the sign-up (``OutboxLetter.snapshot``)."""
    interest_id: int | None = None
    unsubscribe_url: str = ""
    """Where one press ends such letters (RFC 8058); '' where the letter is about one's own."""
    host_id: int | None = None
    """In whose name it goes; None: the association."""
