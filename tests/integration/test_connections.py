"""Connections that broke meanwhile are replaced without anybody noticing."""

import time

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, dialect
from tests.conftest import browser
from tests.factories import make_event

END_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
)
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_a_page_outlives_the_end_of_all_idle_connections(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event("soukai")
    client = browser(app, use_cookies=False)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(dialect, "FRESH", 0.01)
    db.session.close()
    with db.engine.connect() as one, db.engine.connect(), db.engine.connect():
        one.execute(END_OTHERS)
    time.sleep(0.1)

    assert client.get("/").status_code == 200
    make_event("another")
    assert client.get("/events/another").status_code == 200


def test_reads_of_postgresql_take_no_transaction(app: Flask) -> None:
    db.session.execute(text("SELECT 1"))
    raw = db.session.connection().connection.dbapi_connection

    assert raw is not None
    assert raw.autocommit  # type: ignore[attr-defined]
    db.session.close()
    with db.engine.connect() as connection:
        assert not connection.connection.dbapi_connection.autocommit  # type: ignore[union-attr]
