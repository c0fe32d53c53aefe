"""letters and reminders"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

OLD_LETTERS = ('queued', 'sending', 'retrying', 'accepted', 'failed', 'suppressed', 'by_hand')
LETTERS = (*OLD_LETTERS, 'told', 'held', 'outdated')
OLD_CAMPAIGNS = ('draft', 'making', 'made')
CAMPAIGNS = ('draft', 'scheduled', 'making', 'paused', 'made', 'cancelled', 'missed')
GROUPS = (
    'confirmed', 'venue', 'online', 'waiting', 'interested', 'not_answered', 'answered',
    'not_arrived', 'came', 'not_came', 'letter_failed',
)


def give_rules() -> None:
    """Every series has two reminders; they send only once somebody has looked at them."""
    for unit, amount in (('days', 7), ('office_days', 2)):
        op.execute(
            sa.text(
                'INSERT INTO reminder_rule (series_id, unit, amount, after, minute, timed_at, enabled,'
                ' seen_version, audience, whole_day, asks_coming, subject, body, subject_en,'
                ' body_en, version, created_at)'
                ' SELECT id, :unit, :amount, :no, 600, :moment, :yes, 0, :group, :no, :no, :empty, :empty,'
                ' :empty, :empty, 1, :moment FROM series'
            ).bindparams(
                sa.bindparam('no', False, sa.Boolean()),
                sa.bindparam('yes', True, sa.Boolean()),
                sa.bindparam('moment', datetime.now(UTC), sa.DateTime(timezone=True)),
                unit=unit,
                amount=amount,
                group='confirmed',
                empty='',
            )
        )


def detach_letters() -> None:
    """While letters point to them, SQLite lets no table of campaigns be made anew."""
    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.drop_constraint('fk_outbox_letter_campaign_id_campaign', type_='foreignkey')


def upgrade() -> None:
    op.create_table('letter_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['account.id'], name=op.f('fk_letter_text_changed_by_account')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_letter_text_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_text')),
    sa.UniqueConstraint('series_id', 'kind', 'locale', name=op.f('uq_letter_text_series_id_kind_locale'))
    )
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('in', 'out')", name=op.f('ck_attendance_kind')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_attendance_booking_id_booking')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_attendance_by_account')),
    sa.ForeignKeyConstraint(['undoes'], ['attendance.id'], name=op.f('fk_attendance_undoes_attendance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('undoes', name=op.f('uq_attendance_undoes'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_booking', ['booking_id', 'id'], unique=False)

    op.create_table('reminder_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('after', sa.Boolean(), nullable=False),
    sa.Column('minute', sa.Integer(), nullable=False),
    sa.Column('timed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by', sa.Integer(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.Column('choice_id', sa.Integer(), nullable=True),
    sa.Column('whole_day', sa.Boolean(), nullable=False),
    sa.Column('asks_coming', sa.Boolean(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('subject_en', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("audience IN ('confirmed', 'venue', 'online', 'waiting', 'interested', 'not_answered', 'answered', 'not_arrived', 'came', 'not_came', 'letter_failed')", name=op.f('ck_reminder_rule_audience')),
    sa.CheckConstraint("unit IN ('days', 'office_days', 'hours')", name=op.f('ck_reminder_rule_unit')),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_reminder_rule_amount')),
    sa.CheckConstraint('minute BETWEEN 0 AND 1439', name=op.f('ck_reminder_rule_minute')),
    sa.ForeignKeyConstraint(['choice_id'], ['event_choice.id'], name=op.f('fk_reminder_rule_choice_id_event_choice')),
    sa.ForeignKeyConstraint(['file_id'], ['event_file.id'], name=op.f('fk_reminder_rule_file_id_event_file'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_reminder_rule_question_id_event_question')),
    sa.ForeignKeyConstraint(['seen_by'], ['account.id'], name=op.f('fk_reminder_rule_seen_by_account')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_reminder_rule_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_rule'))
    )
    with op.batch_alter_table('reminder_rule', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_rule_series', ['series_id', 'id'], unique=False)

    give_rules()
    detach_letters()
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rule_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('send_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('audience', sa.Text(), nullable=False, server_default="confirmed"))
        batch_op.add_column(sa.Column('question_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('choice_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('whole_day', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('asks_coming', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('file_id', sa.Integer(), nullable=True))
        batch_op.alter_column('created_by',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.drop_constraint(batch_op.f('ck_campaign_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_campaign_state'), f'state IN {CAMPAIGNS}')
        batch_op.create_check_constraint(batch_op.f('ck_campaign_audience'), f'audience IN {GROUPS}')
        batch_op.create_unique_constraint(batch_op.f('uq_campaign_rule_id_event_id_starts_at'), ['rule_id', 'event_id', 'starts_at'])
        batch_op.create_foreign_key(batch_op.f('fk_campaign_rule_id_reminder_rule'), 'reminder_rule', ['rule_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_campaign_question_id_event_question'), 'event_question', ['question_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_campaign_choice_id_event_choice'), 'event_choice', ['choice_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_campaign_file_id_event_file'), 'event_file', ['file_id'], ['id'], ondelete='SET NULL')

    # What is under way is made once more from the beginning, by sign-up: their keys are unique.
    op.execute(
        "UPDATE campaign SET made_up_to = 0, up_to = (SELECT COALESCE(MAX(id), 0) FROM registration)"
        " WHERE state = 'making'"
    )

    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_outbox_letter_campaign_id_campaign', 'campaign', ['campaign_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_outbox_letter_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_letter_state'), f'state IN {LETTERS}')
        batch_op.create_index('ix_outbox_letter_accepted', ['accepted_at'], unique=False)

    # Not made anew, as a batch would: other tables point to it.
    for name in ('fax', 'postal_address'):
        op.execute(f"ALTER TABLE registration ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE registration ADD COLUMN coming TEXT DEFAULT '' NOT NULL"
        " CONSTRAINT ck_registration_coming CHECK (coming IN ('', 'yes', 'no'))"
    )
    op.add_column('registration', sa.Column('coming_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('contact_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('again_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome IN ('told', 'no_answer', 'again')", name=op.f('ck_contact_attempt_outcome')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_contact_attempt_by_account')),
    sa.ForeignKeyConstraint(['letter_id'], ['outbox_letter.id'], name=op.f('fk_contact_attempt_letter_id_outbox_letter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_attempt'))
    )
    with op.batch_alter_table('contact_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_contact_attempt_letter', ['letter_id', 'id'], unique=False)


def downgrade() -> None:
    # An older version knows no such letters: what waits is sent by it, what was told is done.
    op.drop_table('contact_attempt')
    op.execute("UPDATE outbox_letter SET state = 'queued' WHERE state IN ('held', 'outdated')")
    op.execute("UPDATE outbox_letter SET state = 'accepted' WHERE state = 'told'")
    op.execute('UPDATE outbox_letter SET campaign_id = NULL WHERE campaign_id IN'
               ' (SELECT id FROM campaign WHERE rule_id IS NOT NULL)')
    op.execute('DELETE FROM campaign WHERE rule_id IS NOT NULL')
    op.execute("UPDATE campaign SET state = 'draft' WHERE state = 'scheduled'")
    op.execute("UPDATE campaign SET state = 'making' WHERE state = 'paused'")
    op.execute("UPDATE campaign SET state = 'made' WHERE state = 'cancelled'")
    # Marks of how far the making came are of bookings there.
    op.execute("UPDATE campaign SET made_up_to = 0, up_to = (SELECT COALESCE(MAX(id), 0) FROM booking)"
               " WHERE state = 'making'")

    op.execute('ALTER TABLE registration DROP COLUMN coming_at')
    op.execute('ALTER TABLE registration DROP COLUMN coming')
    op.execute('ALTER TABLE registration DROP COLUMN postal_address')
    op.execute('ALTER TABLE registration DROP COLUMN fax')

    detach_letters()
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_campaign_file_id_event_file'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_campaign_choice_id_event_choice'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_campaign_question_id_event_question'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_campaign_rule_id_reminder_rule'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_campaign_rule_id_event_id_starts_at'), type_='unique')
        batch_op.alter_column('created_by',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_constraint(batch_op.f('ck_campaign_audience'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_campaign_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_campaign_state'), f'state IN {OLD_CAMPAIGNS}')
        batch_op.drop_column('file_id')
        batch_op.drop_column('asks_coming')
        batch_op.drop_column('whole_day')
        batch_op.drop_column('choice_id')
        batch_op.drop_column('question_id')
        batch_op.drop_column('audience')
        batch_op.drop_column('send_at')
        batch_op.drop_column('reason')
        batch_op.drop_column('due_at')
        batch_op.drop_column('starts_at')
        batch_op.drop_column('rule_id')

    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_outbox_letter_campaign_id_campaign', 'campaign', ['campaign_id'], ['id'])
        batch_op.drop_index('ix_outbox_letter_accepted')
        batch_op.drop_constraint(batch_op.f('ck_outbox_letter_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_letter_state'), f'state IN {OLD_LETTERS}')

    with op.batch_alter_table('reminder_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_reminder_rule_series')

    op.drop_table('reminder_rule')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_booking')

    op.drop_table('attendance')
    op.drop_table('letter_text')
