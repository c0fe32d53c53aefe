"""What other rooms know of an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody of the office who acts: for entries of the audit table, and for letters to them."""

    account_id: int
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One line of who did what: ``at`` aware UTC, ``who`` '' for visitors and the machine.

    ``fields``: the names of what changed; ``before`` and ``after`` are their values, where they
    were asked for and have not been forgotten.
    """

    id: int
    at: datetime
    actor: str
    who: str
    action: str
    subject: str
    subject_id: int | None
    fields: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AccountView:
    """An account as administrators see it; moments aware UTC, ``meetings`` None for all.

    ``state``: 'active', 'closed', 'invited' (no password yet) or 'expired' (nor a good link).
    ``two_step``: whether more than the password is asked for.
    """

    id: int
    email: str
    name: str
    role: str
    meetings: frozenset[int] | None
    state: str
    created_at: datetime
    invited_at: datetime | None
    two_step: bool


@dataclass(frozen=True, kw_only=True)
class AccountAddress:
    """Where somebody of the office gets mail."""

    id: int
    name: str
    email: str
