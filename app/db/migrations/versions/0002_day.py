"""a day of meetings: several people, questions, waiting lists, interest, files"""

import unicodedata

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

OLD_STATES = ('confirmed', 'waiting', 'cancelled')
STATES = (*OLD_STATES, 'duplicate')
BATCH = 1000


def same(text: str) -> str:
    """How names and addresses were compared when this was written."""
    return ''.join(unicodedata.normalize('NFKC', text).casefold().split())


def fill_in() -> None:
    """What the new columns say of the rows that are there."""
    connection = op.get_bind()
    last = 0
    while True:
        rows = connection.execute(
            sa.text(
                'SELECT b.id, p.name, p.reading, r.email, r.telephone FROM booking b '
                'JOIN participant p ON p.id = b.participant_id '
                'JOIN registration r ON r.id = p.registration_id '
                'WHERE b.id > :last ORDER BY b.id LIMIT :batch'
            ),
            {'last': last, 'batch': BATCH},
        ).all()
        if not rows:
            break
        connection.execute(
            sa.text('UPDATE booking SET identity = :identity WHERE id = :id'),
            [
                {
                    'id': row.id,
                    'identity': '|'.join(
                        map(same, (row.name, row.reading, row.email or row.telephone))
                    ),
                }
                for row in rows
            ],
        )
        last = rows[-1].id
    connection.execute(sa.text('UPDATE registration SET email_key = lower(email)'))


def upgrade() -> None:
    op.create_table('link_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_request'))
    )
    op.create_table('event_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("audience IN ('everybody', 'signed_up')", name=op.f('ck_event_file_audience')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_file_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_file'))
    )
    with op.batch_alter_table('event_file', schema=None) as batch_op:
        batch_op.create_index('ix_event_file_event', ['event_id', 'position', 'id'], unique=False)

    op.create_table('event_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('made_up_to', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_event_notice_created_by_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_notice_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_notice'))
    )
    with op.batch_alter_table('event_notice', schema=None) as batch_op:
        batch_op.create_index('ix_event_notice_open', ['done_at', 'id'], unique=False)

    op.create_table('event_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('preset', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('is_arrangement', sa.Boolean(), nullable=False),
    sa.Column('label', sa.JSON(), nullable=False),
    sa.Column('help', sa.JSON(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('depends_on_id', sa.Integer(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("asked IN ('person', 'signup')", name=op.f('ck_event_question_asked')),
    sa.CheckConstraint("kind IN ('short', 'long', 'one', 'several', 'number', 'yes_no', 'consent')", name=op.f('ck_event_question_kind')),
    sa.CheckConstraint("way IN ('', 'venue', 'online')", name=op.f('ck_event_question_way')),
    sa.ForeignKeyConstraint(['depends_on_id'], ['event_question.id'], name=op.f('fk_event_question_depends_on_id_event_question')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_question_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_question'))
    )
    with op.batch_alter_table('event_question', schema=None) as batch_op:
        batch_op.create_index('ix_event_question_event', ['event_id', 'position', 'id'], unique=False)

    op.create_table('interest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'left')", name=op.f('ck_interest_state')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_interest_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest')),
    sa.UniqueConstraint('event_id', 'email_key', name=op.f('uq_interest_event_id_email_key'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index('ix_interest_state', ['event_id', 'state', 'id'], unique=False)

    op.create_table('event_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('label', sa.JSON(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=True),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.CheckConstraint('places IS NULL OR places >= 0', name=op.f('ck_event_choice_places')),
    sa.CheckConstraint('seats >= 0', name=op.f('ck_event_choice_seats')),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_event_choice_question_id_event_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_choice'))
    )
    with op.batch_alter_table('event_choice', schema=None) as batch_op:
        batch_op.create_index('ix_event_choice_question', ['question_id', 'position', 'id'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('choice_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['choice_id'], ['event_choice.id'], name=op.f('fk_answer_choice_id_event_choice')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_answer_participant_id_participant')),
    sa.ForeignKeyConstraint(['question_id'], ['event_question.id'], name=op.f('fk_answer_question_id_event_question')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_answer_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_held', ['choice_id', 'held'], unique=False)
        batch_op.create_index('ix_answer_question', ['question_id', 'id'], unique=False)
        batch_op.create_index('ix_answer_registration', ['registration_id', 'question_id'], unique=False)

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seats', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('identity', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('duplicate_of', sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_booking_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_booking_state'), f'state IN {STATES}')
        batch_op.drop_index('ix_booking_places')
        batch_op.create_index('ix_booking_places', ['event_id', 'way', 'state', 'seats'], unique=False)
        batch_op.create_index('ix_booking_duplicates', ['event_id', 'id'], unique=False, sqlite_where=sa.text("state = 'duplicate'"), postgresql_where=sa.text("state = 'duplicate'"))
        batch_op.create_index('ix_booking_identity', ['event_id', 'identity'], unique=False)
        batch_op.create_index('ix_booking_queue', ['event_id', 'queued_at', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.create_foreign_key(batch_op.f('fk_booking_duplicate_of_booking'), 'booking', ['duplicate_of'], ['id'])

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting_list', sa.Boolean(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('change_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('promotion_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('promotion_ended_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('snapshot', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('interest_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unsubscribe_url', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_outbox_letter_interest_id_interest'), 'interest', ['interest_id'], ['id'])
        batch_op.create_index('ix_outbox_letter_interest', ['interest_id'], unique=False, sqlite_where=sa.text('interest_id IS NOT NULL'), postgresql_where=sa.text('interest_id IS NOT NULL'))

    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_attends', sa.Boolean(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('email_key', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('arranged_version', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('change_key', sa.Text(), nullable=True))
        batch_op.create_index('ix_registration_email', ['email_key', 'id'], unique=False)

    fill_in()



def downgrade() -> None:
    op.execute("UPDATE booking SET state = 'cancelled' WHERE state = 'duplicate'")
    # Not made anew, as a batch would: other tables point to it.
    op.drop_index('ix_registration_email', table_name='registration')
    op.execute('ALTER TABLE registration DROP COLUMN change_key')
    op.execute('ALTER TABLE registration DROP COLUMN arranged_version')
    op.execute('ALTER TABLE registration DROP COLUMN email_key')
    op.execute('ALTER TABLE registration DROP COLUMN contact_attends')

    with op.batch_alter_table('outbox_letter', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_letter_interest', sqlite_where=sa.text('interest_id IS NOT NULL'), postgresql_where=sa.text('interest_id IS NOT NULL'))
        batch_op.drop_constraint(batch_op.f('fk_outbox_letter_interest_id_interest'), type_='foreignkey')
        batch_op.drop_column('unsubscribe_url')
        batch_op.drop_column('interest_id')
        batch_op.drop_column('snapshot')

    # Not made anew, as a batch would: other tables point to it.
    op.execute('ALTER TABLE event DROP COLUMN promotion_ended_at')
    op.execute('ALTER TABLE event DROP COLUMN promotion_until')
    op.execute('ALTER TABLE event DROP COLUMN change_until')
    op.execute('ALTER TABLE event DROP COLUMN waiting_list')

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_booking_duplicate_of_booking'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_booking_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_booking_state'), f'state IN {OLD_STATES}')
        batch_op.drop_index('ix_booking_queue', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index('ix_booking_identity')
        batch_op.drop_index('ix_booking_duplicates', sqlite_where=sa.text("state = 'duplicate'"), postgresql_where=sa.text("state = 'duplicate'"))
        batch_op.drop_index('ix_booking_places')
        batch_op.create_index(batch_op.f('ix_booking_places'), ['event_id', 'way', 'state'], unique=False)
        batch_op.drop_column('duplicate_of')
        batch_op.drop_column('identity')
        batch_op.drop_column('seats')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_registration')
        batch_op.drop_index('ix_answer_question')
        batch_op.drop_index('ix_answer_held')

    op.drop_table('answer')
    with op.batch_alter_table('event_choice', schema=None) as batch_op:
        batch_op.drop_index('ix_event_choice_question')

    op.drop_table('event_choice')
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.drop_index('ix_interest_state')

    op.drop_table('interest')
    with op.batch_alter_table('event_question', schema=None) as batch_op:
        batch_op.drop_index('ix_event_question_event')

    op.drop_table('event_question')
    with op.batch_alter_table('event_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_event_notice_open')

    op.drop_table('event_notice')
    with op.batch_alter_table('event_file', schema=None) as batch_op:
        batch_op.drop_index('ix_event_file_event')

    op.drop_table('event_file')
    op.drop_table('link_request')
