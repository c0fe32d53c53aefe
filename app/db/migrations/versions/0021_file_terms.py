"""files from and until a moment, and for those who vote"""

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def constrain(values: tuple[str, ...]) -> None:
    with op.batch_alter_table('event_file', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_event_file_audience'), type_='check')
        batch_op.create_check_constraint(op.f('ck_event_file_audience'), f'audience IN {values}')


def upgrade() -> None:
    for name in ('shown_from', 'shown_until'):
        op.add_column('event_file', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    constrain(('everybody', 'signed_up', 'voters'))


def downgrade() -> None:
    # What was for few must not become what is for more.
    op.execute("DELETE FROM event_file WHERE audience = 'voters'")
    constrain(('everybody', 'signed_up'))
    for name in ('shown_from', 'shown_until'):
        op.drop_column('event_file', name)
