"""people who are not the same although they have something in common"""

import sqlalchemy as sa
from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('person_apart',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('likeness', sa.Text(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("likeness IN ('reading', 'telephone', 'mail')", name=op.f('ck_person_apart_likeness')),
    sa.ForeignKeyConstraint(['noted_by'], ['account.id'], name=op.f('fk_person_apart_noted_by_account')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_person_apart_participant_id_participant'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_apart')),
    sa.UniqueConstraint('decision', 'participant_id', name=op.f('uq_person_apart_decision_participant_id'))
    )
    op.create_index('ix_person_apart_participant', 'person_apart', ['participant_id', 'likeness'])


def downgrade() -> None:
    op.drop_index('ix_person_apart_participant', 'person_apart')
    op.drop_table('person_apart')
