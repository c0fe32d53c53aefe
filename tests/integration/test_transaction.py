"""The one way to write."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, lock, transaction
from app.db.session import WriteRefused
from app.events.models import Event, Series
from tests.factories import make_event


def test_a_block_that_fails_leaves_nothing(app: Flask) -> None:
    def fail() -> None:
        with transaction() as session:
            session.add(Series(slug="x"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert db.session.scalars(select(Series)).all() == []


def test_writing_through_the_reading_session_is_refused(app: Flask) -> None:
    db.session.add(Series(slug="x"))
    with pytest.raises(WriteRefused):
        db.session.flush()
    db.session.rollback()


def test_transactions_do_not_nest(app: Flask) -> None:
    with transaction(), pytest.raises(WriteRefused), transaction():
        pass


def test_a_naive_moment_is_refused(app: Flask) -> None:
    event_id = make_event("soukai")

    def store() -> None:
        with transaction() as session:
            session.get_one(Event, event_id).opens_at = datetime(2026, 6, 23)  # noqa: DTZ001
            session.flush()

    with pytest.raises(StatementError):
        store()


def test_locked_rows_are_fresh_and_in_order(app: Flask) -> None:
    ids = [make_event("one"), make_event("two")]
    stale = {event.id: event.state for event in db.session.scalars(select(Event))}
    with transaction() as session:
        rows = lock(session, {Event: reversed(ids), Series: []})[Event]
        assert [row.id for row in rows] == ids
        rows[0].state = "cancelled"
    with transaction() as session:
        assert lock(session, {Event: ids})[Event][0].state == "cancelled"
    assert set(stale.values()) == {"published"}


def test_waiting_too_long_for_a_lock_is_busy_not_an_error(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = make_event("soukai")
    engine = db.engine
    with engine.connect().execution_options(writer=True) as other:
        other.execute(select(Event.id).where(Event.id == event_id).with_for_update())
        if engine.dialect.name == "sqlite":
            with engine.connect() as reader:
                reader.exec_driver_sql("PRAGMA busy_timeout=50")

        def write() -> None:
            with transaction() as session:
                if engine.dialect.name == "postgresql":
                    session.execute(db.text("SET LOCAL lock_timeout = 50"))
                lock(session, {Event: [event_id]})[Event][0].opens_at = now()

        with pytest.raises(Busy):
            write()
        other.rollback()
