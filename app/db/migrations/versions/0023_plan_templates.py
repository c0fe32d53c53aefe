"""templates of plans that the office makes; the kind that a plan was made for"""

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

KIND = """
UPDATE plan SET kind = CASE
    WHEN law = 'roukyou_founding' THEN 'founding'
    WHEN law = 'own' THEN (SELECT event.kind FROM event WHERE event.id = plan.event_id)
    ELSE 'assembly'
END
"""
"""An Act says for which kind a plan was made, even where the meeting has become another since."""

DELIVERED = """
    amount = 28 AND unit = 'days' AND code IN ('papers', 'publicity')
    OR amount = 42 AND unit = 'days' AND code = 'publicity'
    OR amount = 21 AND unit = 'days' AND code IN ('announcement', 'invitations')
    OR amount = 14 AND unit = 'days' AND code IN ('arrangements', 'minutes', 'notice', 'report')
    OR amount = 7 AND unit = 'days' AND code IN ('replies', 'thanks')
    OR amount = 3 AND unit = 'office_days' AND code IN ('lunches', 'things')
    OR amount = 2 AND unit = 'office_days' AND code = 'calls'
    OR amount = 1 AND unit = 'office_days' AND code = 'badges'
    OR amount = 10 AND unit = 'clear_days' AND code = 'notice'
    OR amount = 14 AND unit = 'clear_days' AND code = 'announcement'
"""
UNTOUCHED = f"""
UPDATE plan_task SET touched = false
WHERE version = 1 AND title = '' AND note = '' AND assignee = ''
AND due_on IS NULL AND account_id IS NULL AND ({DELIVERED})
"""


def upgrade() -> None:
    op.create_table('plan_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('tasks', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_template')),
    sa.UniqueConstraint('kind', name=op.f('uq_plan_template_kind'))
    )
    op.add_column('plan', sa.Column('kind', sa.Text(), nullable=False, server_default='other'))
    op.execute(KIND)
    op.add_column('plan_task', sa.Column('title_en', sa.Text(), nullable=False, server_default=''))
    op.add_column('plan_task', sa.Column('touched', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(UNTOUCHED)


def downgrade() -> None:
    op.drop_column('plan_task', 'touched')
    op.drop_column('plan_task', 'title_en')
    op.drop_column('plan', 'kind')
    op.drop_table('plan_template')
