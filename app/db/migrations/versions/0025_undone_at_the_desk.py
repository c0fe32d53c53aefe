"""what an act of the desk changed, so that it can be taken back; by which pass somebody was signed up"""

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


def downgrade() -> None:
    for name in ('withdrew', 'was_queued_at', 'was_way', 'was_state'):
        op.drop_column('attendance', name)
    op.drop_column('registration', 'entered_pass')
