"""what the office sets about the association: its names, its logo, hosts of meetings"""

import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

NAMING = ('event', 'outbox_letter')
"""Tables that name a host."""


def upgrade() -> None:
    op.create_table(
        'association',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('settings', sa.JSON(), nullable=False),
        sa.Column('logo', sa.JSON(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_association_one')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_association')),
    )
    op.create_table(
        'association_logo',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_association_logo_one')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_association_logo')),
    )
    op.create_table(
        'host',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ('name', 'sender', 'address')),
        sa.Column('telephone', sa.Text(), nullable=False),
        sa.Column('reply_to', sa.Text(), nullable=False),
        sa.Column('offered', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_host')),
    )
    # Not made anew, as a batch would: other tables point to them.
    for table in NAMING:
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN host_id INTEGER'
            f' CONSTRAINT fk_{table}_host_id_host REFERENCES host (id)'
        )


def downgrade() -> None:
    for table in NAMING:
        op.execute(f'ALTER TABLE {table} DROP COLUMN host_id')
    for table in ('host', 'association_logo', 'association'):
        op.drop_table(table)
