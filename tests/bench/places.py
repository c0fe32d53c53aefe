"""Where the measurements take place: a database for the floor and one for the product."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from sqlalchemy import text, update

from app.base.clock import now
from app.config import load_settings
from app.db import db, transaction
from app.events import samples
from app.events.models import Event, EventChoice, EventWay
from app.factory import create_app
from tests import postgres
from tests.bench import floor
from tests.serving import SECRET_KEY

MANY_PLACES = 10_000_000
MEETINGS = 5
WRITTEN = ("audit_entry", "outbox_letter", "booking", "participant", "registration")
OURS = ("audit_value", "audit_entry", "outbox_letter", "answer", *WRITTEN[2:])


@dataclass(frozen=True)
class Database:
    """A migrated database of the product or the floor; ``slug`` is of a meeting to sign up for."""

    url: str
    slug: str
    written: tuple[str, ...] = WRITTEN

    def empty(self) -> None:
        """Forget all sign-ups, so that each round begins with the same count."""
        if self.url.startswith("sqlite"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30) as connection:
                for table in self.written:
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours
            connection.close()
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {', '.join(self.written)} CASCADE")
            connection.execute("VACUUM ANALYZE")


@contextmanager
def databases(name: str) -> Iterator[tuple[Database, Database]]:
    """Two databases of one kind ('sqlite', 'postgresql'): the floor's, the product's."""
    with tempfile.TemporaryDirectory(prefix="tsudoi-bench-", ignore_cleanup_errors=True) as folder:
        where = Path(folder)
        if name == "sqlite":
            yield _floor(_file(where, "floor"), where), _product(_file(where, "product"), where)
            return
        with postgres.server() as server:
            if server is None:
                raise SystemExit("PostgreSQL could not be started here")
            urls = [postgres.create_database(server, kind) for kind in ("floor", "product")]
            yield _floor(urls[0], where), _product(urls[1], where)


def application(url: str, instance: Path) -> Flask:
    """The product in this process, on the database at ``url``."""
    return create_app(
        load_settings(
            instance_path=instance,
            database_url=url,
            secret_key=SECRET_KEY,
            mail_server="127.0.0.1",
            mail_starttls=False,
        )
    )


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


def _product(url: str, instance: Path) -> Database:
    app = application(url, instance)
    with app.app_context():
        flask_migrate.upgrade()
        if url.startswith("sqlite"):  # each round begins with an empty audit table
            with db.engine.begin() as connection:
                connection.execute(text("DROP TRIGGER audit_entry_delete"))
        samples.load(now())
        with transaction() as session:
            session.execute(update(EventWay).values(places=MANY_PLACES))
            session.execute(update(EventChoice).values(places=None))
        slug = db.session.scalars(
            db.select(Event.slug).where(Event.kind == "assembly").order_by(Event.id)
        ).first()
        assert slug is not None
        db.session.remove()
        db.engine.dispose()
    return Database(url, slug, OURS)


def _floor(url: str, instance: Path) -> Database:
    settings = {"database_url": url, "instance_path": instance, "secret_key": SECRET_KEY}
    app = floor.create_app(**settings)
    with app.app_context():
        floor.make_tables(MEETINGS, MANY_PLACES)
        floor.db.engine.dispose()
    return Database(url, "meeting-0")
