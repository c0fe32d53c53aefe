"""Fixtures of all tests: an application on each database, emptied before every test."""

import math
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from app.association.facts import Stored
from app.association.stored import kept
from app.auth import audit
from app.config import Settings, load_settings
from app.db import Base, db
from app.factory import create_app
from app.organiser.audit_fields import label_of
from app.organiser.words import UNKNOWN
from tests import postgres
from tests.sizes import turned_down

MakeApp = Callable[..., Flask]
OURS = ("MAIL_", "ASSOCIATION_", "LIMIT_", "LOCAL_MAILBOX", "BOUNCE_IMAP_", "DNS_SERVER")
DATABASES = ("sqlite", "postgresql")
BY_THE_CLOCK = ("browser", "faults", "integration/mail")
"""Where real servers answer within seconds."""
PUBLIC_URL = "http://127.0.0.1:8000"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    # How long an example takes depends on what else the machine does.
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")
    for name in list(os.environ):
        if name.startswith(OURS):
            del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent / "browser"):
            item.add_marker(pytest.mark.browser)
        if any(item.path.is_relative_to(Path(__file__).parent / room) for room in BY_THE_CLOCK):
            # A busy machine may cost a browser or a mail server its connection, or a second too
            # many; what fails twice is a fault of ours.
            item.add_marker(pytest.mark.flaky(reruns=1))
    left_out = [item for item in items if turned_down(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.skip("browser tests: no Chromium found (Debian: apt install chromium)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what could not be run here, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    told = "; ".join(f"{count} {reason}" for reason, count in reasons.items())
    terminalreporter.write_line(f"Not run on this machine: {told or 'nothing, all tests ran'}.")
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_line(f"Failed once and was run again: {report.nodeid}")


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """A test that reaches for the network fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "unix"
        if host not in {"127.0.0.1", "::1", "localhost", "unix"}:
            raise RuntimeError(f"a test tried to reach {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_field_without_words() -> Iterator[None]:
    """A test that writes a field into the audit log that has no words fails."""
    stored = audit._values

    def guarded(entry: audit.Entry, moment: datetime) -> dict[str, Any]:
        for name in {**entry.before, **entry.after}:
            assert label_of(entry.action, name) is not UNKNOWN, f"{name} of {entry.action}"
        return stored(entry, moment)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "_values", guarded)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, without a database name."""
    with postgres.server() as found:
        if found is None:
            pytest.skip("PostgreSQL tests: no PostgreSQL could be started")
        yield found


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a migrated database."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('db') / 'tsudoi.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = postgres.create_database(server, f"tsudoi_{os.getpid()}")
    app = create_app(settings_for(url, tmp_path_factory.mktemp("instance")))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    return url


def settings_for(url: str, instance: Path, **overrides: object) -> Settings:
    """Settings of a test: a fixed key, a local address, the given database."""
    given = {
        "instance_path": instance,
        "database_url": url,
        "secret_key": "a-key-for-tests-only-a-key-for-tests-only",
        "public_url": PUBLIC_URL,
        "mail_server": "127.0.0.1",
        "mail_starttls": False,
        "local_mailbox": False,
    }
    return load_settings(**{**given, **overrides})


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """'sqlite', then 'postgresql'."""
    return str(request.param)


@pytest.fixture(scope="session")
def session_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application a database, kept for the whole run."""
    app = create_app(settings_for(database_url, tmp_path_factory.mktemp("instance")))
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application with an empty database, inside its context."""
    with session_app.app_context():
        empty()
        know_nothing()
        yield session_app
        db.session.remove()


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[MakeApp]:
    """Build applications with other settings on the same, emptied database."""
    made: list[Flask] = []

    def make(**overrides: object) -> Flask:
        built = create_app(settings_for(database_url, tmp_path, **overrides))
        built.config["TESTING"] = True
        with built.app_context():
            know_nothing()
            if not made:
                empty()
        made.append(built)
        return built

    yield make
    for built in made:
        with built.app_context():
            db.session.remove()
            db.engine.dispose()


def know_nothing() -> None:
    """The office has set nothing, and nobody else will: so no count of statements is by chance."""
    kept().good_for = math.inf
    kept().take(Stored())


FEW_ROWS = 300
"""Up to so many, deleting them is faster than making the files of all tables anew."""


def empty() -> None:
    """Delete every row of every table, as fast as the database can."""
    tables = list(reversed(Base.metadata.sorted_tables))
    with db.engine.connect().execution_options(writer=True) as connection:
        if db.engine.dialect.name != "postgresql":
            with _audit_may_be_deleted(connection):
                for table in tables:
                    connection.execute(table.delete())
        elif (used := _used_sequences(connection)) and sum(used.values()) > FEW_ROWS:
            names = ", ".join(f'"{table.name}"' for table in tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        else:
            # In one statement; numbers begin anew where any was given.
            deletes = "SET LOCAL session_replication_role = replica; "  # no triggers
            deletes += "; ".join(f'DELETE FROM "{table.name}"' for table in tables)  # noqa: S608
            anew = "".join(f'; ALTER SEQUENCE "{name}" RESTART' for name in used)
            connection.exec_driver_sql(f"{deletes}{anew}")
        connection.commit()


@contextmanager
def _audit_may_be_deleted(connection: Connection) -> Iterator[None]:
    """SQLite knows no other way past the trigger that keeps the audit log append-only."""
    name = "audit_entry_delete"
    query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    made = connection.scalar(query, {"name": name})
    kept = connection.scalar(text("SELECT EXISTS (SELECT 1 FROM audit_entry)"))
    if made and kept:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    if made and kept:
        connection.execute(text(made))


def _used_sequences(connection: Connection) -> dict[str, int]:
    """The last number that each sequence has given since it began anew."""
    query = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
    return {row.sequencename: row.last_value for row in connection.execute(text(query))}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that refuses cookies, as visitors' may."""
    return browser(app, use_cookies=False)


@pytest.fixture
def office_client(app: Flask) -> FlaskClient:
    """A browser that keeps cookies, as the office's does."""
    return browser(app, use_cookies=True)


class OwnContext(FlaskClient):
    """A client whose requests do not see the context that the test itself works in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)


def browser(app: Flask, *, use_cookies: bool) -> FlaskClient:
    """A test client that calls us by our own name."""
    made = OwnContext(app, app.response_class, use_cookies=use_cookies)
    made.environ_base["HTTP_HOST"] = "127.0.0.1:8000"
    made.environ_base["SERVER_PORT"] = "8000"
    return made


@contextmanager
def count_queries(app: Flask) -> Iterator[list[str]]:
    """Collect the statements sent to the database (BEGIN, PRAGMA and SET apart)."""
    from sqlalchemy import event

    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
