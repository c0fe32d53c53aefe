"""meetings for those invited: links of invitation, and who came by them"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('places IS NULL OR places > 0', name=op.f('ck_invitation_places')),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_invitation_created_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_invitation_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    op.create_index('ix_invitation_event', 'invitation', ['event_id', 'id'])
    # Not made anew, as a batch would: other tables point to it.
    op.execute(
        'ALTER TABLE registration ADD COLUMN invitation_id INTEGER'
        ' CONSTRAINT fk_registration_invitation_id_invitation REFERENCES invitation (id)'
    )
    known = sa.text('invitation_id IS NOT NULL')
    op.create_index('ix_registration_invitation', 'registration', ['invitation_id'], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    # Closed for sign-up rather than open to all, until somebody has looked.
    op.execute("UPDATE event SET admission = 'approval' WHERE admission = 'invited'")
    op.drop_index('ix_registration_invitation', 'registration')
    op.drop_column('registration', 'invitation_id')
    op.drop_table('invitation')
