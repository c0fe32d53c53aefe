"""Shorthands of the mail tests: post letters, send what is due, look at what became of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.base.clock import now
from app.db import db, transaction
from app.mail.delivery import deliver_due
from app.mail.letter import Letter
from app.mail.models import OutboxLetter, Tick
from app.mail.outbox import post_many
from app.mail.queries import queue_state
from app.mail.stop import Stop


def post(*letters: Letter) -> None:
    with transaction() as session:
        post_many(session, letters, now())


def letter(n: int = 1, **more: Any) -> Letter:
    given = {
        "key": f"test:{n}",
        "purpose": "test",
        "to_address": f"mihon{n}@example.com",
        "to_name": f"見本 {n}",
        "locale": "ja",
        "subject": f"お知らせ {n}",
        "body": f"見本 {n} 様\n",
    }
    return Letter(**{**given, **more})


def send(app: Flask, holder: str = "worker", stop: Stop | None = None) -> int:
    with app.app_context():
        return deliver_due(holder, stop or Stop())


def rows(app: Flask) -> Sequence[OutboxLetter]:
    with app.app_context():
        found = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)).all()
        db.session.remove()
        return found


def row(app: Flask) -> OutboxLetter:
    (found,) = rows(app)
    return found


def make_due(app: Flask) -> None:
    """Let time pass: retries, leases and pauses are over."""
    past = now() - timedelta(seconds=1)
    with app.app_context(), transaction() as session:
        session.execute(update(OutboxLetter).values(due_at=past))
        session.execute(
            update(OutboxLetter).where(OutboxLetter.state == "sending").values(lease_until=past)
        )
        session.execute(update(Tick).values(lease_until=past))


def paused(app: Flask) -> str:
    """Why the queue stands still, read anew."""
    with app.app_context():
        return queue_state().paused_reason
