"""From an empty database to head, back again, and no drift from the models."""

from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect

from app.db import Base, db
from app.factory import create_app
from tests import postgres
from tests.conftest import settings_for


@pytest.fixture
def empty_app(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if database == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = postgres.create_database(server, "tsudoi_migrations")
    return create_app(settings_for(url, tmp_path))


def test_empty_to_head_and_no_drift(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
        flask_migrate.upgrade()
        db.engine.dispose()


def test_head_to_empty_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()
