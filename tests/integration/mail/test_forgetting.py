"""What letters said is forgotten after its term; that they were sent is not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.base.clock import now
from app.db import transaction
from app.mail import forgetting
from app.mail.forgetting import forget_bodies_tick
from app.mail.letter import Invite
from app.mail.models import STATES, OutboxLetter
from app.mail.stop import Stop
from tests.integration.mail.posting import letter, post, rows

FORGOTTEN = {"accepted", "failed", "suppressed", "told"}
INVITE = Invite(
    uid="mihon@example.com",
    sequence=0,
    method="REQUEST",
    start=now(),
    end=now() + timedelta(hours=1),
    zone="Asia/Tokyo",
    summary="総会",
    location="",
    description="",
    url="",
)


def put(states: dict[int, str], age: timedelta) -> None:
    """Post a letter in each of these states, that far back."""
    given = {"invites": (INVITE,), "snapshot": {"told": 1}, "unsubscribe_url": "https://x.example"}
    post(*(letter(n, **given) for n in states))
    with transaction() as session:
        for n, state in states.items():
            values = {"state": state, "due_at": now() - age, "reply": "250 OK"}
            session.execute(update(OutboxLetter).filter_by(key=f"test:{n}").values(**values))


def test_letters_that_are_over_lose_their_text(app: Flask) -> None:
    put(dict(enumerate(STATES)), timedelta(days=91))
    put({n + 50: state for n, state in enumerate(STATES)}, timedelta(days=89))
    forget_bodies_tick(Stop())
    for kept in rows(app):
        gone = kept.state in FORGOTTEN and int(kept.key[5:]) < 50
        texts = (kept.body, kept.invites, kept.reply, kept.unsubscribe_url)
        assert all(not text for text in texts) if gone else all(texts), (kept.state, texts)
        assert (kept.forgotten_at is not None) is gone
        assert kept.snapshot == {"told": 1}
        assert kept.to_address
        assert kept.subject


def test_in_batches_until_nothing_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 3)
    put(dict.fromkeys(range(10), "accepted"), timedelta(days=200))
    forget_bodies_tick(Stop())
    assert [kept.body for kept in rows(app)] == [""] * 10


def test_asked_to_stop_it_begins_nothing(app: Flask) -> None:
    put({1: "accepted"}, timedelta(days=200))
    stop = Stop()
    stop.ask()
    forget_bodies_tick(stop)
    assert rows(app)[0].body
