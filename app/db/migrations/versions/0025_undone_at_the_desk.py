"""what an act of the desk changed; by which pass somebody was signed up; who saw which privacy notice"""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to it.
    op.execute(
        'ALTER TABLE registration ADD COLUMN entered_pass INTEGER'
        ' CONSTRAINT fk_registration_entered_pass_reception_pass REFERENCES reception_pass (id)'
    )
    op.add_column('attendance', sa.Column('was_state', sa.Text(), nullable=False, server_default=''))
    op.add_column('attendance', sa.Column('was_way', sa.Text(), nullable=False, server_default=''))
    op.add_column('attendance', sa.Column('was_queued_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('attendance', sa.Column('withdrew', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute('ALTER TABLE participant ADD COLUMN notice_version INTEGER NOT NULL DEFAULT 0')
    op.execute(
        'ALTER TABLE participant ADD COLUMN told_by INTEGER'
        ' CONSTRAINT fk_participant_told_by_account REFERENCES account (id)'
    )
    op.add_column('participant', sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=True))
    # Until now everybody counted as having seen the notice of their sign-up. When somebody read it
    # aloud was not kept.
    op.execute(
        'UPDATE participant SET'
        ' notice_version = (SELECT r.notice_version FROM registration r WHERE r.id = registration_id),'
        ' told_by = (SELECT r.told_by FROM registration r WHERE r.id = registration_id),'
        ' noticed_at = (SELECT r.created_at FROM registration r WHERE r.id = registration_id'
        ' AND r.told_by IS NULL AND r.notice_version > 0)'
    )


def downgrade() -> None:
    for name in ('noticed_at', 'told_by', 'notice_version'):
        op.drop_column('participant', name)
    for name in ('withdrew', 'was_queued_at', 'was_way', 'was_state'):
        op.drop_column('attendance', name)
    op.drop_column('registration', 'entered_pass')
