"""what is due, arrangements, orders"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('law', sa.Text(), nullable=False),
    sa.Column('own_days', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('own_days >= 0', name=op.f('ck_plan_own_days')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_plan_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('event_id', name=op.f('uq_plan_event_id'))
    )
    op.create_table('plan_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('after', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('assignee', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("unit IN ('days', 'office_days', 'clear_days')", name=op.f('ck_plan_task_unit')),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_plan_task_amount')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_plan_task_account_id_account')),
    sa.ForeignKeyConstraint(['done_by'], ['account.id'], name=op.f('fk_plan_task_done_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_plan_task_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_task'))
    )
    with op.batch_alter_table('plan_task', schema=None) as batch_op:
        batch_op.create_index('ix_plan_task_done', ['done_at', 'event_id'], unique=False)
        batch_op.create_index('ix_plan_task_event', ['event_id', 'id'], unique=False)

    op.create_table('arrangement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('supplier', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('told_version', sa.Integer(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('open', 'asked', 'arranged', 'impossible')", name=op.f('ck_arrangement_state')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_arrangement_event_id_event')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_arrangement_participant_id_participant'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_arrangement_question_id_event_question')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_arrangement_registration_id_registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement'))
    )
    with op.batch_alter_table('arrangement', schema=None) as batch_op:
        batch_op.create_index('ix_arrangement_event', ['event_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_arrangement_registration', ['registration_id', 'id'], unique=False)
        batch_op.create_index('uq_arrangement_person', ['registration_id', 'question_id', 'participant_id'], unique=True, sqlite_where=sa.text('participant_id IS NOT NULL'), postgresql_where=sa.text('participant_id IS NOT NULL'))
        batch_op.create_index('uq_arrangement_signup', ['registration_id', 'question_id'], unique=True, sqlite_where=sa.text('participant_id IS NULL'), postgresql_where=sa.text('participant_id IS NULL'))

    op.create_table('count_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ordered_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_count_order_event_id_event')),
    sa.ForeignKeyConstraint(['ordered_by'], ['account.id'], name=op.f('fk_count_order_ordered_by_account')),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_count_order_question_id_event_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_order'))
    )
    with op.batch_alter_table('count_order', schema=None) as batch_op:
        batch_op.create_index('ix_count_order_question', ['question_id', 'id'], unique=False)

    op.create_table('count_order_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('choice_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['choice_id'], ['event_choice.id'], name=op.f('fk_count_order_person_choice_id_event_choice')),
    sa.ForeignKeyConstraint(['order_id'], ['count_order.id'], name=op.f('fk_count_order_person_order_id_count_order'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_count_order_person_participant_id_participant'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_count_order_person_registration_id_registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_order_person'))
    )
    with op.batch_alter_table('count_order_person', schema=None) as batch_op:
        batch_op.create_index('ix_count_order_person_order', ['order_id', 'choice_id'], unique=False)
        batch_op.create_index('ix_count_order_person_registration', ['registration_id', 'choice_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('count_order_person', schema=None) as batch_op:
        batch_op.drop_index('ix_count_order_person_registration')
        batch_op.drop_index('ix_count_order_person_order')

    op.drop_table('count_order_person')
    with op.batch_alter_table('count_order', schema=None) as batch_op:
        batch_op.drop_index('ix_count_order_question')

    op.drop_table('count_order')
    with op.batch_alter_table('arrangement', schema=None) as batch_op:
        batch_op.drop_index('uq_arrangement_signup', sqlite_where=sa.text('participant_id IS NULL'), postgresql_where=sa.text('participant_id IS NULL'))
        batch_op.drop_index('uq_arrangement_person', sqlite_where=sa.text('participant_id IS NOT NULL'), postgresql_where=sa.text('participant_id IS NOT NULL'))
        batch_op.drop_index('ix_arrangement_registration')
        batch_op.drop_index('ix_arrangement_event')

    op.drop_table('arrangement')
    with op.batch_alter_table('plan_task', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_task_event')
        batch_op.drop_index('ix_plan_task_done')

    op.drop_table('plan_task')
    op.drop_table('plan')
