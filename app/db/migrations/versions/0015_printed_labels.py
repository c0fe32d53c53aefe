"""which badges and envelope labels were printed"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('printed_label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('stamp', sa.Text(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('badges', 'envelopes')", name=op.f('ck_printed_label_kind')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_printed_label_event_id_event')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_printed_label_participant_id_participant'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['printed_by'], ['account.id'], name=op.f('fk_printed_label_printed_by_account')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_printed_label_registration_id_registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_printed_label'))
    )
    with op.batch_alter_table('printed_label', schema=None) as batch_op:
        batch_op.create_index('ix_printed_label_event', ['event_id', 'kind', 'registration_id'], unique=False)
        batch_op.create_index('ix_printed_label_registration', ['registration_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('printed_label', schema=None) as batch_op:
        batch_op.drop_index('ix_printed_label_registration')
        batch_op.drop_index('ix_printed_label_event')

    op.drop_table('printed_label')
