"""Whole letters, compared with files that people can read (UPDATE_SNAPSHOTS=1 writes them anew)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.db import Translated, db, transaction
from app.events import samples
from app.events.models import Event, EventSession
from app.interest import letters
from app.interest.models import Interest
from app.interest.rules import Told
from app.texts.letters import default_text

SNAPSHOTS = Path(__file__).resolve().parents[2] / "snapshots/mail"
MOMENT = datetime(2026, 7, 1, 1, 24, tzinfo=UTC)

REASON = "会場が使えなくなりました。"
BEFORE = Told(spans=((MOMENT + timedelta(days=60), MOMENT + timedelta(days=60, hours=2)),))


@pytest.fixture
def interest(app: Flask) -> Interest:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT, as_announced=True)
    undated = ~select(EventSession.id).where(EventSession.event_id == Event.id).exists()
    event = db.session.scalars(select(Event).where(undated)).one()
    row = Interest(
        event_id=event.id,
        name="見本 花子",
        organisation="見本食堂",
        email="mihon@example.com",
        email_key="mihon@example.com",
        state="confirmed",
        version=1,
        created_at=MOMENT,
    )
    with transaction() as session:
        session.put(row)
    return row


def fix_date(event_id: int) -> None:
    start = datetime(2026, 9, 29, 4, 30, tzinfo=UTC)
    with transaction() as session:
        event = session.get_one(Event, event_id)
        event.venue_name = Translated(ja="見本会館 3階", en="Mihon Hall, 3rd floor")
        event.opens_at, event.closes_at = MOMENT, start - timedelta(days=7)
        event.sessions = [EventSession(starts_at=start, ends_at=start + timedelta(hours=2))]


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize(
    "kind", ["ask", "confirmed", "again", "date_fixed", "date_moved", "date_unfixed", "date_off"]
)
@pytest.mark.parametrize("stored", [(), letters.PURPOSES])
def test_the_letter(interest: Interest, kind: str, locale: str, stored: tuple[str, ...]) -> None:
    """By default, and with the default stored as the office's own text."""
    texts = {(code, locale): default_text(code, locale) for code in stored}
    name = "見本 花子" if locale == "ja" else "Hanako Mihon"
    with transaction() as session:
        session.execute(update(Interest).values(locale=locale, name=name))
    if kind in {"date_fixed", "date_moved", "date_off"}:
        fix_date(interest.event_id)
    row = db.session.get_one(Interest, interest.id)
    event = db.session.get_one(Event, interest.event_id)
    make = {
        "ask": lambda: letters.ask(row, event, "0" * 32, texts),
        "confirmed": lambda: letters.confirmed(row, event, texts=texts),
        "again": lambda: letters.confirmed(row, event, "0" * 32, texts),
        "date_fixed": lambda: letters.date_fixed(row, event, texts=texts),
        "date_moved": lambda: letters.date_moved(row, event, 2, BEFORE, texts),
        "date_unfixed": lambda: letters.date_moved(row, event, 2, BEFORE, texts),
        "date_off": lambda: letters.date_off(row, event, 2, REASON, texts),
    }
    letter = make[kind]()
    text = f"{letter.subject}\n\n{letter.body}"
    file = SNAPSHOTS / f"{kind if kind.startswith('date') else 'interest_' + kind}-{locale}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
