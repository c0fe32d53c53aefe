"""How Alembic reaches our database and our models."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from app.db import Base, db, dialect

FOREIGN = {"alembic_version"}


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones that the database sees."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "TranslatedText":
        return "sa.JSON()"
    return False


def run() -> None:
    """Bring the database of the application under way to a revision, in one transaction."""
    with db.engine.connect().execution_options(writer=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            include_name=lambda name, kind, _parents: kind != "table" or name not in FOREIGN,
            **current_app.extensions["migrate"].configure_args,  # compare_type, render_as_batch
        )
        with dialect.making_tables_anew(connection) as check, context.begin_transaction():
            context.run_migrations()
            check()


run()
