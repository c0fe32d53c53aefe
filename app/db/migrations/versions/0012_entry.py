"""what the office types in: by whom, who told the notice, places beyond, swaps, merged sign-ups"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

LEADS_TO = {'entered_by': 'account', 'told_by': 'account', 'merged_into': 'registration'}


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to it.
    for name, table in LEADS_TO.items():
        op.execute(
            f'ALTER TABLE registration ADD COLUMN {name} INTEGER'
            f' CONSTRAINT fk_registration_{name}_{table} REFERENCES {table} (id)'
        )
    op.add_column('participant', sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("ALTER TABLE booking ADD COLUMN beyond TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute('ALTER TABLE booking DROP COLUMN beyond')
    op.execute('ALTER TABLE participant DROP COLUMN changed_at')
    for name in LEADS_TO:
        op.execute(f'ALTER TABLE registration DROP COLUMN {name}')
