"""meetings made by the office: other kinds, contact, archive, terms of keeping"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OLD_KINDS = ('assembly', 'founding', 'briefing', 'walk_in')
KINDS = ('assembly', 'founding', 'briefing', 'other', 'walk_in')
TERMS = {'arrangements_days': '30', 'contacts_days': '180', 'minutes_years': '10'}


def upgrade() -> None:
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_event_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_event_kind'), f'kind IN {KINDS}')
        batch_op.add_column(sa.Column('contact', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
        for name, term in TERMS.items():
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=term))
            batch_op.create_check_constraint(batch_op.f(f'ck_event_{name}'), f'{name} >= 0')
    with op.batch_alter_table('event', schema=None) as batch_op:
        for name in ('contact', *TERMS):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    op.execute("UPDATE event SET kind = 'briefing' WHERE kind = 'other'")
    with op.batch_alter_table('event', schema=None) as batch_op:
        for name in TERMS:
            batch_op.drop_constraint(batch_op.f(f'ck_event_{name}'), type_='check')
            batch_op.drop_column(name)
        batch_op.drop_column('archived_at')
        batch_op.drop_column('contact')
        batch_op.drop_constraint(batch_op.f('ck_event_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_event_kind'), f'kind IN {OLD_KINDS}')
