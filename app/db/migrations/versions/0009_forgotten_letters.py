"""when the text of a letter was erased"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: other tables refer to letters, so the table cannot be written anew.
    op.add_column('outbox_letter', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox_letter SET forgotten_at = CURRENT_TIMESTAMP WHERE body = ''")


def downgrade() -> None:
    op.drop_column('outbox_letter', 'forgotten_at')
