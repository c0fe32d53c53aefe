"""A draft until it is sent: deleting it, and the time for which it is set."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.base.clock import now
from app.base.timezones import OFFICE, to_local
from app.db import db
from app.reminders import queries, service
from app.reminders.facts import Text
from app.reminders.models import Campaign
from tests.campaigns import TEXT, order, started
from tests.factories import make_event, make_signups
from tests.office import actions, enter, hidden_of, make_account

BASE = "/office/events/soukai/reminders"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def campaigns() -> int:
    found = db.session.scalar(select(func.count(Campaign.id))) or 0
    db.session.remove()
    return found


def test_a_draft_is_deleted_once_somebody_was_asked(app: Flask, office: FlaskClient) -> None:
    draft = service.save(make_event(), order(), make_account("zweite@example.com"))
    ask = f"{BASE}/{draft}/remove"
    assert ask in office.get(f"{BASE}/{draft}/edit").text
    question = office.get(ask)
    assert "下書きを削除しますか" in question.text
    assert campaigns() == 1
    for told in ("下書きを削除しました", "すでに削除されていました"):
        done = office.post(ask, data=hidden_of(question))
        assert (done.status_code, done.location) == (303, BASE)
        assert told in office.get(BASE).text
    assert campaigns() == 0
    assert actions(app).count("campaign.removed") == 1


def test_what_was_changed_or_sent_meanwhile_is_not_deleted(office: FlaskClient) -> None:
    event, by = make_event(), make_account("zweite@example.com")
    make_signups(event, 1)
    draft = service.save(event, order(), by)
    ask = f"{BASE}/{draft}/remove"
    question = office.get(ask)
    newer = order(Text(subject="新しい件名", body="新しい本文"))
    service.save(event, newer, by, campaign_id=draft, version=1)
    refused = office.post(ask, data=hidden_of(question))
    assert refused.status_code == 409
    assert "新しい本文" in refused.text
    service.start(event, draft, service.Asked(version=2, up_to=10**6), by)
    gone_on = office.post(ask, data=hidden_of(refused))
    assert (gone_on.status_code, gone_on.location) == (303, f"{BASE}/{draft}")
    assert office.get(ask).status_code == 302
    assert queries.get_campaign(event, draft).state == "making"


@pytest.mark.parametrize(("audience", "warned"), [("confirmed", True), ("came", False)])
def test_a_time_after_the_meeting_is_taken_with_a_warning(
    office: FlaskClient, audience: str, *, warned: bool
) -> None:
    event, by = make_event(starts_in=timedelta(days=5)), make_account("zweite@example.com")
    make_signups(event, 2)
    draft = service.save(event, order(TEXT, audience), by)
    before, after = (now() + timedelta(days=number) for number in (4, 400))
    for moment, late in ((before, False), (after, True)):
        service.start(event, draft, service.Asked(version=1, send_at=moment), by)
        page = office.get(f"{BASE}/{draft}").text
        assert ("その日時には、この会は終わっています" in page) is (late and warned)
        assert ("今の時点では2人です" in page) is (audience == "confirmed")
        assert "送る文面を見る" in page
        service.unschedule(event, draft, by)
    service.start(event, draft, service.Asked(version=1, send_at=after), by)
    for shown in (f"{BASE}/{draft}", BASE):
        assert f"{to_local(after, OFFICE).year}年" in office.get(shown).text


def test_what_has_been_started_has_no_way_to_be_deleted(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 1)
    campaign = started(event, make_account("zweite@example.com"))
    assert "/remove" not in office.get(f"{BASE}/{campaign}").text
