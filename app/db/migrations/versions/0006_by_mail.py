"""how many of a campaign's recipients had an e-mail address when it was ordered"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: letters refer to campaigns, so the table cannot be written anew.
    op.add_column('campaign', sa.Column('by_mail', sa.Integer(), nullable=False, server_default='0'))
    op.execute('UPDATE campaign SET by_mail = recipients')


def downgrade() -> None:
    op.drop_column('campaign', 'by_mail')
