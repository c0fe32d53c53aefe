"""letters that come back, calendar answers, the check of the mail settings"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_check')),
    sa.UniqueConstraint('name', name=op.f('uq_mail_check_name'))
    )
    op.create_table('read_folder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('validity', sa.BigInteger(), nullable=False),
    sa.Column('last_uid', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_read_folder')),
    sa.UniqueConstraint('name', name=op.f('uq_read_folder_name'))
    )
    op.create_table('received_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('bounce', 'answer', 'other', 'broken')", name=op.f('ck_received_message_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_message')),
    sa.UniqueConstraint('key', name=op.f('uq_received_message_key'))
    )
    with op.batch_alter_table('received_message', schema=None) as batch_op:
        batch_op.create_index('ix_received_message_at', ['at'], unique=False)

    op.create_table('calendar_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('attendee', sa.Text(), nullable=False),
    sa.Column('attendee_key', sa.Text(), nullable=False),
    sa.Column('partstat', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("partstat IN ('accepted', 'declined', 'tentative')", name=op.f('ck_calendar_reply_partstat')),
    sa.ForeignKeyConstraint(['settled_by'], ['account.id'], name=op.f('fk_calendar_reply_settled_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_reply'))
    )
    with op.batch_alter_table('calendar_reply', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_reply_open', ['at', 'id'], unique=False, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.create_index('ix_calendar_reply_registration', ['registration_id', 'id'], unique=False)
        batch_op.create_index('uq_calendar_reply_open', ['uid', 'attendee_key'], unique=True, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.create_table('mail_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address_key', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('soft_count', sa.Integer(), nullable=False),
    sa.Column('soft_reason', sa.Text(), nullable=False),
    sa.Column('last_soft_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('good', 'marked')", name=op.f('ck_mail_address_state')),
    sa.ForeignKeyConstraint(['lifted_by'], ['account.id'], name=op.f('fk_mail_address_lifted_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_address')),
    sa.UniqueConstraint('address_key', name=op.f('uq_mail_address_address_key'))
    )
    with op.batch_alter_table('mail_address', schema=None) as batch_op:
        batch_op.create_index('ix_mail_address_soft', ['last_soft_at', 'id'], unique=False)
        batch_op.create_index('ix_mail_address_state', ['state', 'since', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('mail_address', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_address_state')
        batch_op.drop_index('ix_mail_address_soft')

    op.drop_table('mail_address')
    with op.batch_alter_table('calendar_reply', schema=None) as batch_op:
        batch_op.drop_index('uq_calendar_reply_open', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.drop_index('ix_calendar_reply_registration')
        batch_op.drop_index('ix_calendar_reply_open', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.drop_table('calendar_reply')
    with op.batch_alter_table('received_message', schema=None) as batch_op:
        batch_op.drop_index('ix_received_message_at')

    op.drop_table('received_message')
    op.drop_table('read_folder')
    op.drop_table('mail_check')
