"""What other rooms know of an account."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody of the office who acts: for entries of the audit table, and for letters to them."""

    account_id: int
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One line of who did what: ``at`` aware UTC, ``who`` '' for visitors and the machine."""

    id: int
    at: datetime
    actor: str
    who: str
    action: str
    subject: str
    subject_id: int | None
