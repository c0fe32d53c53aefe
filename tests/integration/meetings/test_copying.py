"""Next year's meetings from this year's: everything that was prepared, nothing of the people."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.base.clock import now
from app.base.timezones import to_local
from app.db import Translated, db, transaction
from app.events.models import Event, EventFile, EventQuestion, Series
from app.events.question_list import list_questions
from app.meetings import states
from app.planning.queries import get_plan
from app.planning.service import make_plan
from app.registration.models import Booking
from app.reminders.due import due_tick
from app.reminders.models import Campaign, ReminderRule
from app.texts.models import LetterText
from tests.campaigns import Stop
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of, make_account

PATH = "/office/events/wnj-30-soukai/copy"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def this_year(**more: Any) -> tuple[int, int, int]:
    """A sample series of two meetings with all that can be copied; ids of it and of both."""
    series = make_series(letter="C", is_sample=True)
    first = make_event(
        "wnj-30-soukai",
        series_id=series,
        title=Translated(ja="第30回 見本の総会", en="30th Assembly", easy="総会《そうかい》"),
        closes=timedelta(days=30),
        online_url="https://meeting.example.com/j/1",
        report=Translated(ja="おわりました"),
        contacts_days=90,
        **more,
    )
    second = make_event("souritsu", series_id=series, kind="founding")
    make_signups(first, 2)
    return series, first, second


def offered(office: FlaskClient, **changed: str) -> dict[str, str]:
    """The form as it is offered, with what was changed."""
    page = office.get(PATH)
    titles = {}
    for event in db.session.scalars(select(Event).where(Event.series_id == 1)):
        titles[f"title_{event.id}"] = "第31回 見本の総会" if event.id == 1 else "見本の総会"
        titles[f"title_en_{event.id}"] = "31st Assembly" if event.id == 1 else ""
        titles[f"take_{event.id}"] = "1"
        assert titles[f"title_{event.id}"] in page.text
    return {**hidden_of(page), **titles, **changed}


def copied(slug: str) -> Event:
    db.session.remove()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def test_terms_that_are_out_of_order_are_not_copied(app: Flask, office: FlaskClient) -> None:
    this_year(arrangements_days=91)
    before = db.session.scalar(select(func.count(Event.id)))
    page = office.post(PATH, data=offered(office))
    assert page.status_code == 409
    assert 'href="/office/events/wnj-30-soukai/contents"' in page.text
    assert "保管期限の順序が正しくありません" in page.text
    db.session.remove()
    assert db.session.scalar(select(func.count(Event.id))) == before


def test_a_whole_series_moves_to_next_year(app: Flask, office: FlaskClient) -> None:
    _series, first, _second = this_year()
    make_plan(first)
    states.close_sign_up(first, make_account("b@example.com"))
    db.session.remove()
    old = db.session.get_one(Event, first)
    start = to_local(old.sessions[0].starts_at, old.zone)
    wanted = start.date() + timedelta(weeks=52)
    given = offered(office, day=f"{wanted:%Y-%m-%d}")
    for _press in range(2):
        assert office.post(PATH, data=given).location == "/office/events/wnj-31-soukai"
    new = copied("wnj-31-soukai")
    moved = to_local(new.sessions[0].starts_at, new.zone)
    assert (moved.date(), moved.time()) == (wanted, start.time())
    assert new.closes_at == old.closes_at + timedelta(weeks=52)  # type: ignore[operator]
    assert new.closed_at is None
    assert new.title == Translated(ja="第31回 見本の総会", en="31st Assembly")
    assert len(get_plan(new.id).tasks) == len(get_plan(first).tasks) > 0
    assert (new.state, new.contacts_days, new.online_url) == ("draft", 90, "")
    assert new.report == Translated()
    assert [(way.way, way.places) for way in new.ways] == [("venue", 50), ("online", None)]
    series = db.session.get_one(Series, new.series_id)
    assert (series.is_sample, series.number_letter, len(series.events)) == (False, "D", 2)
    assert db.session.scalar(select(func.count(Booking.id))) == 2, "nothing of people is copied"
    assert actions(app).count("event.copied") == 2


@pytest.mark.parametrize("later", [None, 0, 5, 400])
def test_the_address_names_the_day_that_was_chosen(office: FlaskClient, later: int | None) -> None:
    event = make_event("assembly-2026-06-16")
    path = "/office/events/assembly-2026-06-16/copy"
    page = office.get(path)
    assert "段取り" in page.text
    (span,) = db.session.get_one(Event, event).sessions
    offered_day = to_local(span.starts_at, "Asia/Tokyo").date() + timedelta(weeks=52)
    assert f"assembly-{offered_day}" in page.text
    day = "" if later is None else str(offered_day + timedelta(days=later))
    given = {**hidden_of(page), f"title_{event}": "見本の総会", f"take_{event}": "1", "day": day}
    for _press in range(2):
        made = office.post(path, data=given).location
        assert made == "/office/events/" + (f"assembly-{day}" if day else "assembly")


def test_questions_keep_conditions_and_limits(office: FlaskClient) -> None:
    _series, first, second = this_year()
    gone, _choices = make_question(first)
    parent, _yes = make_question(first, "yes_no", choices=({"opens": True, "places": 9}, {}))
    make_question(first, "short", choices=(), depends_on_id=parent, closes_at=now())
    with transaction() as session:
        session.get_one(EventQuestion, gone).removed_at = now()
    given = offered(office, day="")
    given.pop(f"take_{second}")
    assert office.post(PATH, data=given).status_code == 303
    new = copied("wnj-31-soukai")
    assert (new.sessions, new.opens_at, new.closes_at) == ([], None, None), "no date, no window"
    opening, opened = list_questions(new.id)
    assert opened.depends_on_id == opening.id
    assert opened.closes_at is None
    assert [one.places for one in opening.choices] == [9, None]
    assert len(db.session.get_one(Series, new.series_id).events) == 1


def test_rules_come_unseen_and_nothing_fires(app: Flask, office: FlaskClient) -> None:
    series, first, _second = this_year()
    by = make_account("other@example.com")
    question, _choices = make_question(first)
    with transaction() as session:
        common = {"series_id": series, "unit": "days", "created_at": now(), "timed_at": now()}
        seen = {"seen_version": 1, "seen_at": now(), "seen_by": by.account_id}
        asked = {"audience": "not_answered", "question_id": question}
        session.add(ReminderRule(**common, **seen, amount=500, subject="もうすぐ"))
        session.add(ReminderRule(**common, **seen, amount=7, **asked))
        session.add(ReminderRule(**common, amount=2, removed_at=now(), enabled=False))
        text = {"kind": "confirmed", "locale": "ja", "subject": "件名", "body": "本文"}
        wording = {"changed_at": now(), "changed_by": by.account_id}
        session.add(LetterText(series_id=series, **text, **wording))
    given = offered(office, day=f"{now() + timedelta(days=380):%Y-%m-%d}")
    assert office.post(PATH, data=given).status_code == 303
    new = copied("wnj-31-soukai")
    query = select(ReminderRule).where(ReminderRule.series_id == new.series_id)
    rules = list(db.session.scalars(query.order_by(ReminderRule.id)))
    assert [(rule.amount, rule.subject, rule.seen_version) for rule in rules] == [
        (500, "もうすぐ", 0),
        (7, "", 0),
    ]
    assert rules[1].question_id not in {None, question}
    texts = db.session.scalars(select(LetterText).where(LetterText.series_id == new.series_id))
    assert [text.body for text in texts] == ["本文"]
    with transaction() as session:
        session.get_one(Event, new.id).state = "published"
    due_tick(Stop())
    db.session.remove()
    made = select(func.count(Campaign.id)).where(Campaign.event_id == new.id)
    assert db.session.scalar(made) == 0


@pytest.mark.parametrize("ticked", [True, False])
def test_files_come_where_they_are_ticked(office: FlaskClient, *, ticked: bool) -> None:
    _series, first, _second = this_year()
    with transaction() as session:
        data = {"filename": "a.txt", "media_type": "text/plain", "size": 2, "data": b"ab"}
        title = Translated(ja="議案書")
        session.add(EventFile(event_id=first, title=title, created_at=now(), **data))
    given = offered(office, **({"files": "1"} if ticked else {}))
    assert office.post(PATH, data=given).status_code == 303
    db.session.remove()
    assert db.session.scalar(select(func.count(EventFile.id))) == 1 + ticked


def test_what_cannot_be_is_told(office: FlaskClient) -> None:
    this_year()
    given = offered(office, day="2027-02-30", title_1="")
    answer = office.post(PATH, data=given)
    assert answer.status_code == 422
    assert "題名を入力" in answer.text
    assert "日付を入力" in answer.text
    none = {name: value for name, value in given.items() if not name.startswith("take_")}
    assert "ひとつ以上選んで" in office.post(PATH, data=none).text
