"""indexes by which a person or a booking is deleted without reading whoever could point to them"""

import sqlalchemy as sa
from alembic import op


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

INDEXES = (
    ('ix_booking_duplicate_of', 'booking', 'duplicate_of'),
    ('ix_answer_participant', 'answer', 'participant_id'),
    ('ix_arrangement_participant', 'arrangement', 'participant_id'),
    ('ix_count_order_person_participant', 'count_order_person', 'participant_id'),
    ('ix_printed_label_participant', 'printed_label', 'participant_id'),
    ('ix_bulk_task_booking', 'bulk_task', 'booking_id'),
)


def upgrade() -> None:
    for name, table, column in INDEXES:
        known = sa.text(f'{column} IS NOT NULL')
        op.create_index(name, table, [column], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    for name, table, _column in reversed(INDEXES):
        op.drop_index(name, table)
