"""Who did what, when: one table from the first day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.auth.models import AuditEntry, AuditValue
from app.db.session import WriteSession

VISITOR = "visitor"
ACCOUNT = "account"
SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act. ``actor`` is 'visitor', 'system' or 'account'; values never hold arrangements.

    ``before`` and ``after`` map field names to personal values; the names stay for ever, the
    values are kept apart and can be forgotten.
    """

    actor: str
    action: str
    account_id: int | None = None
    subject: str = ""
    subject_id: int | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def record(session: WriteSession, entry: Entry, moment: datetime) -> None:
    """Write ``entry`` in the transaction of the act itself."""
    record_many(session, [entry], moment)


def record_many(session: WriteSession, entries: Sequence[Entry], moment: datetime) -> None:
    """Write ``entries`` in the transaction of the act itself, by two statements."""
    rows = [_row(entry, moment) for entry in entries]
    session.put_many(rows)
    values = [
        AuditValue(entry_id=row.id, before=dict(entry.before), after=dict(entry.after))
        for row, entry in zip(rows, entries, strict=True)
        if entry.before or entry.after
    ]
    session.write_many(values)


def _row(entry: Entry, moment: datetime) -> AuditEntry:
    return AuditEntry(
        at=moment,
        actor=entry.actor,
        account_id=entry.account_id,
        action=entry.action,
        subject=entry.subject,
        subject_id=entry.subject_id,
        fields=sorted({*entry.before, *entry.after}),
    )
