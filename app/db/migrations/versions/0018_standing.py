"""as what people take part (立場): asked by a meeting, of a person, and repeated in bookings"""

import sqlalchemy as sa
from alembic import op


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

CODES = "('', 'member', 'observer', 'guest', 'government', 'press', 'host')"
READING = (
    *('event_id', 'sort_key', 'participant_id', 'state', 'search_key', 'way', 'channel'),
    *('role_key', 'organisation_key', 'registration_id', 'id'),
)


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to it.
    op.execute(
        "ALTER TABLE participant ADD COLUMN standing TEXT NOT NULL DEFAULT ''"
        f" CONSTRAINT ck_participant_standing CHECK (standing IN {CODES})"
    )
    op.add_column('event', sa.Column('standings', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('booking', sa.Column('standing', sa.Text(), nullable=False, server_default=''))
    op.drop_index('ix_booking_reading', 'booking')
    op.create_index('ix_booking_reading', 'booking', [*READING, 'standing'])
    op.create_index('ix_booking_standing', 'booking', ['event_id', 'standing', 'state'])


def downgrade() -> None:
    op.drop_index('ix_booking_standing', 'booking')
    op.drop_index('ix_booking_reading', 'booking')
    op.create_index('ix_booking_reading', 'booking', READING)
    op.drop_column('booking', 'standing')
    op.drop_column('event', 'standings')
    op.drop_column('participant', 'standing')
