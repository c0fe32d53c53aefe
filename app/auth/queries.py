"""Reading the audit table."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.auth.facts import AccountAddress, HistoryEntry
from app.auth.models import Account, AuditEntry, AuditValue, account_meetings
from app.auth.rights import Rights, rights_of
from app.db import db

PAGE = 50


def read_rights(account: Account) -> Rights:
    """What an account may do: one query where it is only for some meetings, else none."""
    mine = rights_of(account.role, (), all_meetings=account.all_meetings)
    if mine.meetings is None:
        return mine
    query = select(account_meetings.c.event_id).where(account_meetings.c.account_id == account.id)
    named = frozenset(db.session.scalars(query))
    return rights_of(account.role, named, all_meetings=account.all_meetings)


def list_history(before: int | None = None, *, everybody: bool = False) -> list[HistoryEntry]:
    """The latest acts, newest first, from before entry ``before``: one more than a page holds.

    Args:
        before: id of the last entry of the page before; None for the first page.
        everybody: also what visitors and the machine did.
    """
    query = (
        select(AuditEntry, Account.name, Account.email)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if not everybody:
        query = query.where(AuditEntry.account_id.is_not(None))
    return [
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who=name or email or "",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
        )
        for entry, name, email in db.session.execute(query)
    ]


def list_history_of(subject: str, subject_id: int) -> tuple[HistoryEntry, ...]:
    """The latest 50 acts on one thing with their values, newest first, whoever acted: one query.

    Args:
        subject: such as 'registration'.
        subject_id: its id.
    """
    query = (
        select(AuditEntry, Account.name, Account.email, AuditValue.before, AuditValue.after)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return tuple(
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who=name or email or "",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            before=before or {},
            after=after or {},
        )
        for entry, name, email, before, after in db.session.execute(query)
    )


def list_addresses() -> tuple[AccountAddress, ...]:
    """Everybody of the office who can log in."""
    query = select(Account.id, Account.name, Account.email).where(Account.active.is_(True))
    return tuple(
        AccountAddress(id=row.id, name=row.name, email=row.email)
        for row in db.session.execute(query.order_by(Account.id))
    )


def list_acts(on: Mapping[str, Collection[int]], since: datetime) -> tuple[HistoryEntry, ...]:
    """The latest 50 acts on some things, newest first, with no name and no value: one query.

    Args:
        on: subject, such as 'registration' → ids.
        since: (aware) what was done before is left out.
    """
    things = (
        and_(AuditEntry.subject == subject, AuditEntry.subject_id.in_(sorted(ids)))
        for subject, ids in on.items()
    )
    query = (
        select(AuditEntry)
        .where(or_(*things), AuditEntry.at >= since)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return tuple(
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who="",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            fields=tuple(entry.fields),
        )
        for entry in db.session.scalars(query)
    )
