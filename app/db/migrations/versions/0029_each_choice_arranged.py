"""each choice of a question of which one can have several is arranged by itself"""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

_WHOLE = ('registration_id', 'question_id')
_UNIQUE = {
    'uq_arrangement_person': ((*_WHOLE, 'participant_id'), 'participant_id IS NOT NULL AND choice_id IS NULL'),
    'uq_arrangement_person_choice': ((*_WHOLE, 'participant_id', 'choice_id'), 'participant_id IS NOT NULL AND choice_id IS NOT NULL'),
    'uq_arrangement_signup': (_WHOLE, 'participant_id IS NULL AND choice_id IS NULL'),
    'uq_arrangement_signup_choice': ((*_WHOLE, 'choice_id'), 'participant_id IS NULL AND choice_id IS NOT NULL'),
}
_BEFORE = {
    'uq_arrangement_person': ((*_WHOLE, 'participant_id'), 'participant_id IS NOT NULL'),
    'uq_arrangement_signup': (_WHOLE, 'participant_id IS NULL'),
}
# The rows that two people of one sign-up have apart, and those without a person.
_SAME_PERSON = "(a.participant_id = r.participant_id OR a.participant_id IS NULL AND r.participant_id IS NULL)"


def upgrade() -> None:
    _drop(_BEFORE)
    with op.batch_alter_table('arrangement') as batch_op:
        batch_op.add_column(sa.Column('choice_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('known_text', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(op.f('fk_arrangement_choice_id_event_choice'), 'event_choice', ['choice_id'], ['id'])
    _give_choices()
    _create(_UNIQUE)


def downgrade() -> None:
    _drop(_UNIQUE)
    _merge_choices()
    with op.batch_alter_table('arrangement') as batch_op:
        batch_op.drop_constraint(op.f('fk_arrangement_choice_id_event_choice'), type_='foreignkey')
        batch_op.drop_column('known_text')
        batch_op.drop_column('choice_id')
    _create(_BEFORE)


def _give_choices() -> None:
    """The first choice that is ticked gets what was noted for all, each further one a copy."""
    connection = op.get_bind()
    table = sa.Table('arrangement', sa.MetaData(), autoload_with=connection)
    ticked: dict[int, list[int]] = {}
    for row_id, choice_id in connection.execute(sa.text(
        "SELECT DISTINCT r.id, a.choice_id, c.position FROM arrangement r"
        " JOIN event_question q ON q.id = r.question_id AND q.kind = 'several'"
        " JOIN answer a ON a.registration_id = r.registration_id AND a.question_id = r.question_id"
        f" AND {_SAME_PERSON}"
        " JOIN event_choice c ON c.id = a.choice_id AND c.code != 'no'"
        " ORDER BY r.id, c.position, a.choice_id"
    )).columns(0, 1):
        ticked.setdefault(row_id, []).append(choice_id)
    others = [column for column in table.c if column.name not in {'id', 'choice_id'}]
    for row_id, (first, *further) in ticked.items():
        this = table.c.id == row_id
        connection.execute(sa.update(table).where(this).values(choice_id=first))
        for choice_id in further:
            copied = sa.select(sa.literal(choice_id), *others).where(this)
            names = ['choice_id', *(column.name for column in others)]
            connection.execute(sa.insert(table).from_select(names, copied))


def _merge_choices() -> None:
    """Of each wish as it was before one row stays: one that somebody has begun with, if any."""
    connection = op.get_bind()
    kept = set()
    for row in connection.execute(sa.text(
        "SELECT id, registration_id, question_id, participant_id FROM arrangement"
        " ORDER BY CASE WHEN state = 'open' THEN 1 ELSE 0 END, id"
    )):
        key = tuple(row)[1:]
        if key in kept:
            connection.execute(sa.text("DELETE FROM arrangement WHERE id = :id"), {'id': row.id})
        kept.add(key)


def _create(indexes: dict[str, Any]) -> None:
    for name, (columns, where) in indexes.items():
        op.create_index(name, 'arrangement', list(columns), unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _drop(indexes: dict[str, Any]) -> None:
    for name in indexes:
        op.drop_index(name, 'arrangement')
