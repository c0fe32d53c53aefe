"""Reading the audit log: searched, filtered, page by page, and in batches for a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.auth.facts import HistoryEntry
from app.auth.models import Account, AuditEntry, AuditValue
from app.db import db

PAGE = 50
BATCH = 1000
"""Entries of a file that are read at once."""


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Which entries; '' and None for whatever it is.

    ``actor``: 'visitor' or 'system'; ``account_id``: of whoever of the office. ``about`` maps
    subjects to ids, or to queries for ids, of what somebody asked for; ``found`` the same for what
    ``text`` means besides the values. ``since`` and ``until`` are aware, ``until`` left out.
    """

    account_id: int | None = None
    actor: str = ""
    action: str = ""
    about: Mapping[str, Any] | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)


def list_log(
    wanted: LogFilter, before: int | None = None, limit: int = PAGE + 1
) -> list[HistoryEntry]:
    """Entries with their values, newest first, by one query: the end is as near as the beginning.

    Args:
        wanted: which.
        before: id of the entry that they come after; None for the newest.
        limit: how many at most; one more than a page holds tells whether there is another.
    """
    query = (
        select(AuditEntry, Account.name, Account.email, AuditValue.before, AuditValue.after)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(*_conditions(wanted))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who=name or email or "",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            fields=tuple(entry.fields),
            before=old or {},
            after=new or {},
        )
        for entry, name, email, old, new in db.session.execute(query)
    ]


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        found.append(AuditEntry.account_id == wanted.account_id)
    if wanted.actor:
        found.append(AuditEntry.actor == wanted.actor)
    if wanted.action:
        found.append(AuditEntry.action == wanted.action)
    if wanted.about is not None:
        found.append(_about(wanted.about))
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    if wanted.text:
        told = (_holds(AuditValue.before, wanted.text), _holds(AuditValue.after, wanted.text))
        found.append(or_(*told, _about(wanted.found)))
    return found


def _about(things: Mapping[str, Any]) -> ColumnElement[bool]:
    return or_(
        AuditEntry.id < 0,  # no thing at all is nothing, not everything
        *(
            and_(AuditEntry.subject == name, AuditEntry.subject_id.in_(ids))
            for name, ids in things.items()
        ),
    )


def _holds(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Whether a text stands in stored values, which are JSON of plain ASCII."""
    return cast(column, Text).icontains(json.dumps(text)[1:-1], autoescape=True)


def list_batches(wanted: LogFilter) -> Iterator[list[HistoryEntry]]:
    """All entries, newest first, in short reads: no transaction lasts while a file is made."""
    before = None
    while True:
        entries = list_log(wanted, before, BATCH)
        db.session.close()
        if not entries:
            return
        yield entries
        before = entries[-1].id


def list_actors() -> tuple[tuple[int, str], ...]:
    """Id and name of everybody who may stand in the log, by name."""
    query = select(Account.id, Account.name, Account.email).order_by(Account.name, Account.id)
    return tuple((row.id, row.name or row.email) for row in db.session.execute(query))
