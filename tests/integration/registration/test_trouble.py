"""The database is locked or away, the mail server is down: nothing is lost, nothing half stored."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from app.db import db
from app.events.models import Series
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from tests.conftest import MakeApp, browser
from tests.factories import make_event
from tests.integration.registration.test_signup import PERSON, as_typed, open_form, send, sign_up


def nothing_is_stored() -> bool:
    models = (Registration, Participant, Booking, OutboxLetter)
    return all(db.session.scalar(select(func.count()).select_from(m)) == 0 for m in models)


def test_a_locked_database_is_said_plainly_and_what_was_typed_is_kept(make_app: MakeApp) -> None:
    app = make_app(lock_timeout=0.2)
    with app.app_context():
        make_event("soukai", venue=50)
        client = browser(app, use_cookies=False)
        with db.engine.connect().execution_options(writer=True) as other:
            # PostgreSQL locks the row; on SQLite the writer's BEGIN IMMEDIATE is the lock.
            other.execute(select(Series.id).with_for_update())
            answer = sign_up(client)
            other.rollback()
        assert answer.status_code == 503
        assert "何も保存されていません" in answer.text
        assert 'value="見本 花子"' in answer.text
        assert nothing_is_stored()
        assert sign_up(client).status_code == 303


@pytest.mark.parametrize("path", ["/", "/events/soukai", "/events/soukai/register"])
def test_pages_say_so_when_the_database_is_out_of_reach(
    app: Flask, client: FlaskClient, path: str
) -> None:
    make_event("soukai", venue=50)

    def fail(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        raise OperationalError(statement, None, Exception("connection refused"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = client.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert "03-0000-0000" in answer.text


@pytest.mark.parametrize("step", ["check", "complete"])
def test_what_was_typed_is_kept_when_the_database_is_out_of_reach(
    app: Flask, client: FlaskClient, step: str
) -> None:
    make_event("soukai", venue=50)
    typed = {**as_typed(PERSON), "step": step, "token": open_form(client)}

    def fail(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        raise OperationalError(statement, None, Exception("connection refused"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = client.post("/events/soukai/register/check", data=typed)
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert send(client, step, kept, kept["token"]).status_code in {200, 303}


@pytest.mark.parametrize("table", ["registration", "booking", "outbox_letter", "audit_entry"])
def test_a_fault_at_any_step_stores_nothing_at_all(
    app: Flask, client: FlaskClient, table: str
) -> None:
    make_event("soukai", venue=50)

    def fail(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise OperationalError(statement, None, Exception("disk I/O error"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = sign_up(client)
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert "見本 花子" in answer.text
    assert nothing_is_stored()


def test_a_mail_server_that_is_down_does_not_concern_the_visitor(make_app: MakeApp) -> None:
    app = make_app(mail_server="127.0.0.1", mail_port=1)
    with app.app_context():
        make_event("soukai", venue=50)
        assert sign_up(browser(app, use_cookies=False)).status_code == 303
        assert db.session.scalars(select(OutboxLetter.state)).all() == ["queued"]
