"""accounts: meetings of an account, invitations, two-step login, passkeys, an append-only audit log"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# Entries never change and never go; their personal values may go, but never change.
REFUSED = {'audit_entry': ('UPDATE', 'DELETE'), 'audit_value': ('UPDATE',)}


def upgrade() -> None:
    # Plain ALTER TABLE: other tables point to this one, so SQLite could not make it anew.
    op.add_column('account', sa.Column('all_meetings', sa.Boolean(), nullable=False, server_default='1'))
    op.add_column('account', sa.Column('link_version', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('account', sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('account', sa.Column('tf_primary_method', sa.Text(), nullable=True))
    op.add_column('account', sa.Column('tf_totp_secret', sa.Text(), nullable=True))
    op.add_column('account', sa.Column('tf_last_counter', sa.Integer(), nullable=True))
    op.add_column('account', sa.Column('mf_recovery_codes', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('account', sa.Column('fs_webauthn_user_handle', sa.Text(), nullable=True))
    op.create_index('ix_account_passkey_handle', 'account', ['fs_webauthn_user_handle'], unique=True)
    op.create_table('account_meeting',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_meeting_account_id_account')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_account_meeting_event_id_event')),
    sa.PrimaryKeyConstraint('account_id', 'event_id', name=op.f('pk_account_meeting'))
    )
    op.create_table('account_passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('usage', sa.Text(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('backup_state', sa.Boolean(), nullable=False),
    sa.Column('device_type', sa.Text(), nullable=False),
    sa.Column('extensions', sa.Text(), nullable=True),
    sa.Column('create_datetime', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lastuse_datetime', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_passkey_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_account_passkey_credential_id'))
    )
    with op.batch_alter_table('account_passkey', schema=None) as batch_op:
        batch_op.create_index('ix_account_passkey_account', ['account_id', 'id'], unique=False)
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_account', ['account_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_action', ['action', 'id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table, acts in REFUSED.items():
        for act in acts:
            op.execute(_refusing(table, act))


def _refusing(table: str, act: str) -> str:
    start = f'CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW'
    if op.get_bind().dialect.name == 'postgresql':
        return f'{start} EXECUTE FUNCTION refuse_change()'
    return f"{start} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == 'postgresql'
    for table, acts in REFUSED.items():
        for act in acts:
            op.execute(f'DROP TRIGGER {table}_{act.lower()}' + (f' ON {table}' if postgresql else ''))
    if postgresql:
        op.execute('DROP FUNCTION refuse_change()')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_action')
        batch_op.drop_index('ix_audit_entry_account')
    op.drop_table('account_passkey')
    op.drop_table('account_meeting')
    op.drop_index('ix_account_passkey_handle', 'account')
    op.drop_column('account', 'fs_webauthn_user_handle')
    op.drop_column('account', 'mf_recovery_codes')
    op.drop_column('account', 'tf_last_counter')
    op.drop_column('account', 'tf_totp_secret')
    op.drop_column('account', 'tf_primary_method')
    op.drop_column('account', 'invited_at')
    op.drop_column('account', 'link_version')
    op.drop_column('account', 'all_meetings')
