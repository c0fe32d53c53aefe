"""erasing by terms: what is erased of a sign-up, answers counted after it, runs; privacy notices"""

import sqlalchemy as sa
from alembic import op


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

TEXTS = ('text', 'partners', 'purpose', 'responsible', 'address', 'representative')


def upgrade() -> None:
    # Not made anew, as a batch would: other tables point to it.
    op.execute(
        "ALTER TABLE registration ADD COLUMN erased TEXT NOT NULL DEFAULT ''"
        " CONSTRAINT ck_registration_erased CHECK (erased IN ('', 'contacts', 'all'))"
    )
    op.add_column('registration', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_registration_erased', 'registration', ['series_id', 'erased', 'id'])
    op.create_table('erased_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('choice_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['choice_id'], ['event_choice.id'], name=op.f('fk_erased_answer_choice_id_event_choice')),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_erased_answer_question_id_event_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erased_answer'))
    )
    op.create_index('ix_erased_answer_question', 'erased_answer', ['question_id', 'choice_id'])
    op.create_table('retention_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('arrangements', 'contacts', 'minutes')", name=op.f('ck_retention_run_kind')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_retention_run_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run'))
    )
    op.create_index('ix_retention_run_event', 'retention_run', ['event_id', 'kind', 'id'])
    still = sa.text('done_at IS NULL')
    op.create_index('uq_retention_run_open', 'retention_run', ['event_id', 'kind'], unique=True, sqlite_where=still, postgresql_where=still)
    op.create_table('privacy_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('items', sa.JSON(), nullable=False),
    *(sa.Column(name, sa.JSON(), nullable=False) for name in TEXTS),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_privacy_notice_created_by_account')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_privacy_notice_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_privacy_notice'))
    )
    op.create_index('ix_privacy_notice_series', 'privacy_notice', ['series_id', 'id'])


def downgrade() -> None:
    op.drop_table('privacy_notice')
    op.drop_table('retention_run')
    op.drop_table('erased_answer')
    op.drop_index('ix_registration_erased', 'registration')
    op.drop_column('registration', 'erased_at')
    op.drop_column('registration', 'erased')
