"""the desk: reception passes, by which of them somebody was let in, meetings to practise with"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reception_pass',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_reception_pass_created_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_reception_pass_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reception_pass'))
    )
    with op.batch_alter_table('reception_pass', schema=None) as batch_op:
        batch_op.create_index('ix_reception_pass_event', ['event_id', 'id'], unique=False)
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pass_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_attendance_pass_id_reception_pass'), 'reception_pass', ['pass_id'], ['id'])
    # Plain ALTER TABLE: other tables point to this one, so SQLite could not make it anew.
    op.add_column('series', sa.Column('is_practice', sa.Boolean(), nullable=False, server_default='0'))


def downgrade() -> None:
    op.drop_column('series', 'is_practice')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_attendance_pass_id_reception_pass'), type_='foreignkey')
        batch_op.drop_column('pass_id')
    op.drop_table('reception_pass')
