"""sign-up that was closed by hand keeps the closing time that was set"""

import json
from datetime import datetime, timezone

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_EVENT = sa.table(
    'event',
    sa.column('id', sa.Integer),
    sa.column('closes_at', sa.DateTime(timezone=True)),
    sa.column('closed_at', sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column('event', sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
    # Until now closing wrote over the closing time. The audit table knows what it was before.
    connection = op.get_bind()
    entries = connection.execute(sa.text(
        "SELECT e.subject_id, v.before, v.after FROM audit_entry e"
        " JOIN audit_value v ON v.entry_id = e.id"
        " WHERE e.action = 'event.closed' AND e.subject = 'event' ORDER BY e.id"
    )).all()
    latest = {row[0]: (_read(row[1]), _read(row[2])) for row in entries}
    for event_id, (before, after) in latest.items():
        query = sa.select(_EVENT.c.closes_at).where(_EVENT.c.id == event_id)
        stored = connection.scalar(query)
        closed = _moment(after.get('closes_at'))
        if stored is None or closed is None or _aware(stored) != closed:
            continue
        connection.execute(
            sa.update(_EVENT)
            .where(_EVENT.c.id == event_id)
            .values(closed_at=_EVENT.c.closes_at, closes_at=_moment(before.get('closes_at')))
        )


def downgrade() -> None:
    op.execute('UPDATE event SET closes_at = closed_at WHERE closed_at IS NOT NULL')
    op.drop_column('event', 'closed_at')


def _read(stored: str | dict[str, str | None] | None) -> dict[str, str | None]:
    found: dict[str, str | None] = json.loads(stored) if isinstance(stored, str) else stored or {}
    return found


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(timezone.utc) if text else None


def _aware(stored: datetime) -> datetime:
    return stored if stored.tzinfo else stored.replace(tzinfo=timezone.utc)
