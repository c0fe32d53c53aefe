"""How often each meeting was changed, and when last: what feeds and site maps tell of it.

Whoever changes a meeting records ``event.<what>`` with the subject 'event' in the audit table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db
from app.db.session import WriteSession

# Of meetings that were never changed since they were made. A fixed moment: what tells nothing new
# must not look new.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_entry: Any = AuditEntry.__table__
_CHANGES = (
    select(
        _entry.c.subject_id, func.count().label("changes"), func.max(_entry.c.at).label("latest")
    )
    .where(
        _entry.c.subject == "event",
        _entry.c.subject_id.in_(bindparam("ids", expanding=True)),
        _entry.c.action.like("event.%"),
    )
    .group_by(_entry.c.subject_id)
)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The number of changes of a meeting and the moment of the last one (UTC)."""

    count: int = 0
    latest: datetime = BEGINNING


def count_changes(ids: Iterable[int]) -> Mapping[int, Changes]:
    """The changes of the meetings ``ids``, by one query; those never changed are there, too."""
    wanted = list(ids)
    found = {
        row.subject_id: Changes(count=row.changes, latest=row.latest)
        for row in db.session.execute(_CHANGES, {"ids": wanted})
    }
    return {event_id: found.get(event_id, Changes()) for event_id in wanted}


def record(  # noqa: PLR0913, PLR0917  # one entry of the audit table
    session: WriteSession,
    action: str,
    event_id: int,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write in the audit table what the office did to a meeting, or to a question of it."""
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
        before=before,
        after=after,
    )
    audit.record(session, entry, now())
