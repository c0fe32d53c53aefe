"""A letter whose group goes by a question that was removed goes to nobody until it is mended."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.facts import Actor
from app.base.clock import now
from app.db import db
from app.events import questions
from app.mail.models import OutboxLetter
from app.reminders import due, making, queries, service
from app.reminders.models import Campaign
from tests.campaigns import Stop, hours, make_rule, order, series_of
from tests.entries import make_question
from tests.factories import make_event, make_signups
from tests.office import enter, hidden_of, make_account

BASE = "/office/events/soukai/reminders"
DAY = timedelta(days=1)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account("zweite@example.com")


def outcomes() -> list[tuple[str, str]]:
    found = [(row.state, row.reason) for row in db.session.scalars(select(Campaign))]
    db.session.remove()
    return found


def letters() -> list[str]:
    found = list(db.session.scalars(select(OutboxLetter.purpose).distinct()))
    db.session.remove()
    return found


def test_the_rule_stops_and_the_office_is_told(
    office: FlaskClient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(starts_in=10 * DAY)
    make_signups(event, 3)
    question, _choices = make_question(event)
    rule = make_rule(event, by, hours(24), order(audience="not_answered", question_id=question))
    assert "準備完了" in office.get(BASE).text
    assert "質問が削除された" not in office.get("/office/").text
    questions.remove_question(event, question, by)
    look = office.get(f"{BASE}/rules/{rule}").text
    for page in (look, office.get(BASE).text, office.get("/office/").text):
        assert "質問が削除された" in page or "宛先を選び直してください" in page
    assert f'href="{BASE}"' in office.get("/office/").text
    assert "/approve" not in look
    start = queries.read_stretches(db.session(), [series_of(event)])[series_of(event)][0].start
    for moment in (start - 1.5 * DAY, start - DAY, start - DAY / 2, start + DAY):
        monkeypatch.setattr(due, "now", lambda at=moment: at)
        due.due_tick(Stop())
        making.make_letters_tick(Stop())
    assert letters() == ["rule_unseen"], "the office is asked, and nobody else gets a letter"
    assert "質問が削除された" in db.session.scalars(select(OutboxLetter.body)).all()[0]
    assert outcomes() == [("missed", "begun")]


def test_the_form_keeps_the_group_until_another_is_chosen(office: FlaskClient, by: Actor) -> None:
    event = make_event()
    make_signups(event, 3)
    question, _choices = make_question(event)
    said = order(audience="not_answered", question_id=question)
    rule = make_rule(event, by, hours(24), said)
    questions.remove_question(event, question, by)
    path = f"{BASE}/rules/{rule}/edit"
    page = office.get(path)
    assert f'<option value="not_answered:{question}" selected' in page.text
    text = {"subject": "件名", "body": "{{氏名}} 様"}
    when = {"amount": "24", "unit": "hours", "side": "before", "clock": "10:00"}
    typed = {**hidden_of(page), **text, **when, "step": "check"}
    refused = office.post(path, data={**typed, "to": f"not_answered:{question}"})
    assert refused.status_code == 422
    assert "宛先を選び直してください" in refused.text
    assert office.post(path, data={**typed, "to": "venue"}).status_code == 303
    assert not queries.get_rule(series_of(event), rule).group_gone


def test_a_draft_is_not_sent_and_a_set_time_passes(
    office: FlaskClient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    make_signups(event, 3)
    question, _choices = make_question(event)
    draft = service.save(event, order(audience="not_answered", question_id=question), by)
    later = service.save(event, order(audience="answered", question_id=question), by)
    service.start(event, later, service.Asked(version=1, send_at=now() + DAY), by)
    ask = office.get(f"{BASE}/{draft}/send")
    questions.remove_question(event, question, by)
    refused = office.post(f"{BASE}/{draft}/send", data={**hidden_of(ask), "step": "now"})
    assert refused.status_code == 409
    assert "宛先を選び直してください" in refused.text
    monkeypatch.setattr(due, "now", lambda: now() + DAY)
    due.due_tick(Stop())
    assert outcomes() == [("draft", ""), ("missed", "group")]
