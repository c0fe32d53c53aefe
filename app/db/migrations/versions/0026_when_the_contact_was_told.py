"""when the contact of a sign-up was told the privacy notice; nobody telephones whoever was erased"""

import sqlalchemy as sa
from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('registration', sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=True))
    # With the sign-up, where it was shown to them or somebody of it was told then; otherwise it was
    # not kept.
    op.execute(
        'UPDATE registration SET noticed_at = created_at WHERE notice_version > 0 AND (told_by IS NULL'
        ' OR EXISTS (SELECT 1 FROM participant p WHERE p.registration_id = registration.id'
        ' AND p.noticed_at = registration.created_at AND p.told_by = registration.told_by))'
    )
    op.execute(
        "UPDATE outbox_letter SET state = 'suppressed' WHERE state IN ('failed', 'by_hand')"
        " AND subject = '' AND forgotten_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column('registration', 'noticed_at')
