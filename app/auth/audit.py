"""Who did what, when: one table from the first day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.auth.models import AuditEntry, AuditValue
from app.db.session import WriteSession

VISITOR = "visitor"
ACCOUNT = "account"
SYSTEM = "system"
DESK = "desk"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act; ``actor`` is 'visitor', 'system', 'desk' or 'account'.

    Values never hold arrangements.

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


Changes = tuple[Mapping[str, Any], Mapping[str, Any]]
"""The fields that differ, with their values before and after."""
NOTHING: Changes = ({}, {})


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """What of two states differs; without one before, all that there is now."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    old, new = ({name: state[name] for name in names if name in state} for state in (before, after))
    return old, {name: value for name, value in new.items() if before or value not in {"", False}}


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


def record_bulk(session: WriteSession, entries: Sequence[Entry], moment: datetime) -> None:
    """Write thousands of ``entries``, as ``record_many`` does, in a fraction of its time."""
    ids = session.write_bulk(AuditEntry, [_values(entry, moment) for entry in entries])
    values = [
        {"entry_id": entry_id, "before": dict(entry.before), "after": dict(entry.after)}
        for entry_id, entry in zip(ids, entries, strict=True)
        if entry.before or entry.after
    ]
    session.write_bulk(AuditValue, values)


def erase(session: WriteSession, subject: str, ids: Collection[int]) -> int:
    """Forget the personal values of all that was done to some things; gives how many entries.

    That something was done, by whom, when and to which fields, stays. Nothing else may delete
    values, and nothing at all may delete entries or change either: the database refuses it.

    Args:
        session: of the transaction that forgets the rest of the person, too.
        subject: such as 'registration'.
        ids: of the people's sign-ups, accounts, ….
    """
    entries = select(AuditEntry.id).where(
        AuditEntry.subject == subject, AuditEntry.subject_id.in_(ids)
    )
    statement = delete(AuditValue).where(AuditValue.entry_id.in_(entries))
    return len(session.scalars(statement.returning(AuditValue.id)).all())


def _row(entry: Entry, moment: datetime) -> AuditEntry:
    return AuditEntry(**_values(entry, moment))


def _values(entry: Entry, moment: datetime) -> dict[str, Any]:
    return {
        "at": moment,
        "actor": entry.actor,
        "account_id": entry.account_id,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "fields": sorted({*entry.before, *entry.after}),
    }
