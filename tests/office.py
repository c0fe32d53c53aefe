"""The office in tests: accounts without the work of argon2, sessions, forms with their token."""

import re
import uuid
from collections.abc import Collection
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.auth.facts import Actor
from app.auth.models import Account, AuditEntry, Role, account_meetings
from app.base.clock import now
from app.db import db, transaction

EMAIL = "jimukyoku@example.com"
NAME = "見本 洋子"


def make_account(
    email: str = EMAIL,
    *,
    role: str = "organiser",
    name: str = NAME,
    meetings: Collection[int] | None = None,
) -> Actor:
    """Insert an account that nobody can log in to with a password; ``meetings`` None for all."""
    with transaction() as session:
        found = session.scalar(select(Role).where(Role.name == role)) or Role(name=role)
        account = Account(
            email=email,
            name=name,
            password=None,
            fs_uniquifier=uuid.uuid4().hex,
            created_at=now(),
            roles=[found],
            all_meetings=meetings is None,
        )
        session.add(account)
        session.flush()
        for event_id in meetings or ():
            values = {"account_id": account.id, "event_id": event_id}
            session.execute(account_meetings.insert().values(values))
        return Actor(account_id=account.id, email=email, name=name)


def enter(
    client: FlaskClient,
    role: str = "organiser",
    email: str = EMAIL,
    meetings: Collection[int] | None = None,
) -> Actor:
    """Open a session for a new account, as logging in does."""
    actor = make_account(email, role=role, meetings=meetings)
    identity = db.session.scalar(
        select(Account.fs_uniquifier).where(Account.id == actor.account_id)
    )
    db.session.remove()
    with client.session_transaction() as session:
        session["_user_id"] = identity
        session["_fresh"] = True
    return actor


def token_of(page: TestResponse) -> str:
    """The token of the forms of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, "no form with a token"
    return found[1]


def hidden_of(page: TestResponse) -> dict[str, str]:
    """The hidden values of a page's forms, token included."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def send(
    client: FlaskClient, path: str, shown_at: str | None = None, **values: Any
) -> TestResponse:
    """Open the page with the form, then send it with its hidden values and ``values``."""
    page = client.get(path)
    assert page.status_code == 200, page.status
    return client.post(path, data={**hidden_of(page), **values})


def actions(app: Flask) -> list[str]:
    """What the audit table tells, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
