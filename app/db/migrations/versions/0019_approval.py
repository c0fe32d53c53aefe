"""meetings for which the office decides who comes: requested and declined bookings"""

import sqlalchemy as sa
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

OLD_STATES = ('confirmed', 'waiting', 'cancelled', 'duplicate')
NEW_STATES = ('confirmed', 'waiting', 'requested', 'cancelled', 'declined', 'duplicate')
OLD_KINDS = ('cancel', 'way', 'arrive')
NEW_KINDS = (*OLD_KINDS, 'approve', 'decline')


def constrain(table: str, column: str, values: tuple[str, ...]) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f'ck_{table}_{column}'), type_='check')
        batch_op.create_check_constraint(op.f(f'ck_{table}_{column}'), f'{column} IN {values}')


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to it.
    op.execute(
        "ALTER TABLE event ADD COLUMN admission TEXT NOT NULL DEFAULT 'open'"
        " CONSTRAINT ck_event_admission CHECK (admission IN ('open', 'invited', 'approval'))"
    )
    constrain('booking', 'state', NEW_STATES)
    constrain('bulk_act', 'kind', NEW_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM bulk_task WHERE act_id IN (SELECT id FROM bulk_act WHERE kind IN ('approve', 'decline'))")
    op.execute("DELETE FROM bulk_act WHERE kind IN ('approve', 'decline')")
    # Whoever asked has no place, and there is nobody any more to give them one.
    op.execute("UPDATE booking SET state = 'cancelled' WHERE state IN ('requested', 'declined')")
    constrain('bulk_act', 'kind', OLD_KINDS)
    constrain('booking', 'state', OLD_STATES)
    op.drop_column('event', 'admission')
