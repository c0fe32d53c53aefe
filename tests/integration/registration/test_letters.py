"""Whole letters, compared with files that people can read (UPDATE_SNAPSHOTS=1 writes them anew)."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.events import samples
from app.mail.models import OutboxLetter
from app.registration import service
from app.registration.facts import SignUp

SNAPSHOTS = Path(__file__).resolve().parents[2] / "snapshots/mail"
MOMENT = datetime(2026, 5, 18, 1, 24, tzinfo=UTC)


def command(**changes: object) -> SignUp:
    given: dict[str, object] = {
        "slug": "wnj-30-soukai",
        "name": "見本 花子",
        "reading": "みほん はなこ",
        "organisation": "ワーカーズ・コレクティブ 見本の森",
        "email": "mihon@example.com",
        "email_may_fail": False,
        "telephone": "090-0000-0000",
        "way": "venue",
        "note": "",
        "locale": "ja",
        "form_key": "0" * 32,
        "form_digest": "0" * 64,
        "notice_version": 1,
    }
    return SignUp(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("confirmed-ja-venue", {}),
        (
            "confirmed-ja-online",
            {"way": "online", "note": "要約筆記をお願いします。\n席は前のほうで。"},
        ),
        ("confirmed-en-venue", {"locale": "en", "name": "Hanako Mihon", "reading": ""}),
        ("confirmed-ja-markup", {"name": "<b>{{ 7*7 }}</b> & %(name)s"}),
    ],
)
def test_the_confirmation(app: Flask, name: str, changes: dict[str, object]) -> None:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT, as_announced=True)
        service.sign_up(command(**changes))
    letter = db.session.scalars(select(OutboxLetter)).one()
    text = f"{letter.subject}\n\n{letter.body}"
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_each_meeting_time_has_its_own_lasting_calendar_uid(app: Flask) -> None:
    samples.load(MOMENT, as_announced=True)
    with time_machine.travel(MOMENT, tick=False):
        service.sign_up(command())
    (invite,) = db.session.scalars(select(OutboxLetter)).one().invites
    assert invite["uid"].endswith("@example.com")
    assert "総会" not in invite["uid"]
    assert (invite["method"], invite["sequence"]) == ("REQUEST", 0)
    assert invite["start"] == "2026-06-23T01:30:00+00:00"
    assert invite["zone"] == "Asia/Tokyo"
