"""lists of people: what they are found by, acts on many, chosen recipients and columns"""

import sqlalchemy as sa
from alembic import op

from app.base.text import group_key


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

BATCH = 1000
BOOKING = {
    'registration_id': "INTEGER NOT NULL DEFAULT '0'",
    'channel': "TEXT NOT NULL DEFAULT 'web'",
    'role_key': "TEXT NOT NULL DEFAULT ''",
    'organisation_key': "TEXT NOT NULL DEFAULT ''",
}
NEW = {
    'booking': {
        'ix_booking_reading': ['event_id', 'sort_key', 'participant_id', 'state', 'search_key', 'way', 'channel',
                               'role_key', 'organisation_key', 'registration_id', 'id'],
        'ix_booking_time': ['event_id', 'registration_id', 'participant_id'],
        'ix_booking_organisation': ['event_id', 'organisation_key', 'sort_key', 'participant_id', 'state'],
        'ix_booking_role': ['event_id', 'role_key'],
    },
    'answer': {
        'ix_answer_person': ['question_id', 'participant_id', 'choice_id'],
        'ix_answer_signup': ['question_id', 'registration_id', 'choice_id'],
    },
    'attendance': {'ix_attendance_booking': ['booking_id', 'id', 'kind', 'undoes']},
    'outbox_letter': {'ix_outbox_letter_registration': ['registration_id', 'id', 'state']},
}
OLD = {
    'booking': {
        'ix_booking_reading': ['event_id', 'sort_key', 'id', 'state', 'search_key'],
        'ix_booking_time': ['event_id', 'created_at', 'id'],
    },
    'attendance': {'ix_attendance_booking': ['booking_id', 'id']},
    'outbox_letter': {'ix_outbox_letter_registration': ['registration_id', 'id']},
}


def fill_in() -> None:
    """What the new columns say of the rows that are there."""
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.text(
            'SELECT b.id, p.role, p.organisation, p.registration_id, r.channel FROM booking b '
            'JOIN participant p ON p.id = b.participant_id '
            'JOIN registration r ON r.id = p.registration_id '
            'WHERE b.id > :last ORDER BY b.id LIMIT :batch'
        ),
        {'last': last, 'batch': BATCH},
    ).all():
        connection.execute(
            sa.text(
                'UPDATE booking SET registration_id = :registration, channel = :channel, '
                'role_key = :role, organisation_key = :organisation WHERE id = :id'
            ),
            [
                {
                    'id': row.id,
                    'registration': row.registration_id,
                    'channel': row.channel,
                    'role': group_key(row.role),
                    'organisation': group_key(row.organisation),
                }
                for row in rows
            ],
        )
        last = rows[-1].id


def change_indexes(before: dict[str, dict[str, list[str]]], after: dict[str, dict[str, list[str]]]) -> None:
    for table, indexes in before.items():
        for name in indexes:
            op.drop_index(name, table)
    for table, indexes in after.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns, unique=False)


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to them.
    for name, kind in BOOKING.items():
        op.execute(f'ALTER TABLE booking ADD COLUMN {name} {kind}')
    fill_in()
    change_indexes(OLD, NEW)
    op.create_table('preference',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_preference_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preference')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_preference_account_id_name'))
    )
    op.create_table('recipient_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_recipient_list_created_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_recipient_list_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient_list'))
    )
    op.create_table('recipient_list_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['recipient_list.id'], name=op.f('fk_recipient_list_entry_list_id_recipient_list')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_recipient_list_entry_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient_list_entry')),
    sa.UniqueConstraint('list_id', 'registration_id', name=op.f('uq_recipient_list_entry_list_id_registration_id'))
    )
    op.execute(
        'ALTER TABLE campaign ADD COLUMN list_id INTEGER '
        'CONSTRAINT fk_campaign_list_id_recipient_list REFERENCES recipient_list (id)'
    )
    op.create_table('bulk_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('cancel', 'way', 'arrive')", name=op.f('ck_bulk_act_kind')),
    sa.CheckConstraint("way IN ('', 'venue', 'online')", name=op.f('ck_bulk_act_way')),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_bulk_act_created_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_bulk_act_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_act')),
    sa.UniqueConstraint('key', name=op.f('uq_bulk_act_key'))
    )
    op.create_index('ix_bulk_act_open', 'bulk_act', ['done_at', 'id'], unique=False)
    op.create_table('bulk_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('act_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['act_id'], ['bulk_act.id'], name=op.f('fk_bulk_task_act_id_bulk_act')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_bulk_task_booking_id_booking')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_bulk_task_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_task')),
    sa.UniqueConstraint('act_id', 'booking_id', name=op.f('uq_bulk_task_act_id_booking_id'))
    )
    op.create_index('ix_bulk_task_next', 'bulk_task', ['act_id', 'outcome', 'registration_id', 'booking_id'], unique=False)


def downgrade() -> None:
    op.drop_table('bulk_task')
    op.drop_table('bulk_act')
    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.drop_constraint('fk_outbox_letter_campaign_id_campaign', type_='foreignkey')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_column('list_id')
    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_outbox_letter_campaign_id_campaign', 'campaign', ['campaign_id'], ['id'])
    op.drop_table('recipient_list_entry')
    op.drop_table('recipient_list')
    op.drop_table('preference')
    change_indexes(NEW, OLD)
    for name in BOOKING:
        op.execute(f'ALTER TABLE booking DROP COLUMN {name}')
