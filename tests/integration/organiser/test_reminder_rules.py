import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.base.clock import now
from app.db import db, transaction
from app.events.models import EventSession
from app.reminders import letters, making, ruling
from app.reminders.facts import Order, Target
from app.reminders.models import Campaign, ReminderRule
from app.reminders.service import unschedule
from tests.campaigns import Stop, days, make_rule, order, series_of, started
from tests.conftest import count_queries
from tests.entries import make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of, make_account, send

BASE = "/office/events/soukai/reminders"
NEW = f"{BASE}/rules/new"
WHEN = {"amount": "3", "unit": "days", "side": "before", "clock": "9:30"}
TEXT = {"to": "confirmed", "subject": "件名", "body": "{{氏名}} 様"}


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def rule_of() -> ReminderRule:
    found = db.session.scalars(select(ReminderRule)).one()
    db.session.remove()
    return found


def stored(office: FlaskClient, **more: str) -> str:
    """Make a rule by the page; return the address of its preview."""
    answer = send(office, NEW, **{**WHEN, **TEXT, **more}, step="check")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_from_a_new_rule_to_one_that_goes_by_itself(app: Flask, office: FlaskClient) -> None:
    make_signups(make_event(), 7)
    look = stored(office)
    page = office.get(look)
    assert "まだ送られません" in page.text
    assert "見本 花子 様" in page.text
    assert "いまのところ7人" in page.text
    assert "確認してください" in office.get(BASE).text
    done = office.post(f"{look}/approve", data=hidden_of(page))
    assert done.location == BASE
    listed = office.get(BASE).text
    assert "準備完了" in listed
    assert "3日前 9:30" in listed
    assert "見本 洋子が確認しました" in office.get(look).text
    assert actions(app) == ["rule.added", "rule.approved"]


def test_the_list_tells_the_new_moment_of_a_moved_meeting(office: FlaskClient) -> None:
    event = make_event()
    stored(office)
    moments = []
    for _time in range(2):
        moments.append(re.findall(r'class="next"><time datetime="([^"]+)', office.get(BASE).text))
        with transaction() as session:
            start = session.scalars(select(EventSession.starts_at)).one()
            session.execute(
                update(EventSession)
                .where(EventSession.event_id == event)
                .values(starts_at=start + timedelta(days=1), ends_at=start + timedelta(days=2))
            )
    assert len(moments[0]) == len(moments[1]) == 1
    assert moments[0] < moments[1]


def test_a_default_text_is_not_stored_and_goes_with_what_is_chosen(office: FlaskClient) -> None:
    make_event()
    default = hidden_fields(office)
    look = stored(office, **default)
    assert (rule_of().subject, rule_of().body) == ("", "")
    assert "申し込みの内容" in office.get(look).text
    edit = office.get(f"{look}/edit")
    values = {**hidden_of(edit), **WHEN, **default, "to": "confirmed", "asks_coming": "y"}
    assert office.post(f"{look}/edit", data={**values, "step": "check"}).status_code == 303
    assert rule_of().body == ""
    assert "申し込みの内容" not in office.get(look).text
    values = {**values, **hidden_of(office.get(f"{look}/edit")), "side": "after", "amount": "1"}
    values.pop("asks_coming")
    assert office.post(f"{look}/edit", data={**values, "step": "check"}).status_code == 303
    assert "ありがとうございました" in office.get(look).text


def hidden_fields(office: FlaskClient) -> dict[str, str]:
    """The default text as the page of a new rule holds it."""
    page = office.get(NEW).text
    found = {
        name: re.search(rf'name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
        for name in ("body", "body_en")
    }
    lines = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
        for name in ("subject", "subject_en")
    }
    return {name: unescape(one[1]) for name, one in {**found, **lines}.items() if one}


def test_two_people_change_a_rule_at_once(office: FlaskClient) -> None:
    make_event()
    edit = f"{stored(office)}/edit"
    mine = office.get(edit)
    send(office, edit, **{**WHEN, **TEXT, "body": "本文A"}, step="check")
    values = {**hidden_of(mine), **WHEN, **TEXT, "body": "本文B", "step": "check"}
    refused = office.post(edit, data=values)
    assert refused.status_code == 409
    assert "本文A" in refused.text
    assert "本文B" in refused.text
    again = office.post(edit, data={**values, **hidden_of(refused)})
    assert again.status_code == 303
    assert rule_of().body == "本文B"


def test_what_was_changed_after_the_look_must_be_looked_at_again(office: FlaskClient) -> None:
    make_event()
    look = stored(office)
    page = office.get(look)
    send(office, f"{look}/edit", **{**WHEN, **TEXT, "body": "本文A"}, step="check")
    refused = office.post(f"{look}/approve", data=hidden_of(page))
    assert refused.status_code == 409
    assert "本文A" in refused.text
    assert rule_of().seen_version == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "x"},
        {"amount": "0000999999999"},
        {"unit": "weeks"},
        {"clock": "25:00"},
        {"to": "answered:1:1"},
        {"to": "answered:x:\x00"},
        {"file": "999"},
        {"file": "x"},
        {"side": "beside"},
        {"body": "{{お名前}}"},
        {"body": ""},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_breaks(
    office: FlaskClient, wrong: dict[str, str]
) -> None:
    make_event()
    for step in ("check", "test"):
        refused = send(office, NEW, **{**WHEN, **TEXT, **wrong}, step=step)
        assert refused.status_code == 422
    for step in ("preview", "person:7", "person:x"):
        assert send(office, NEW, **{**WHEN, **TEXT, **wrong}, step=step).status_code == 200
    assert db.session.scalars(select(ReminderRule.id)).all() == []


def test_a_rule_is_turned_off_and_on_and_removed(app: Flask, office: FlaskClient) -> None:
    make_event()
    look = stored(office)
    page = office.get(look)
    office.post(f"{look}/switch", data={**hidden_of(page), "step": "off"})
    assert "オフ" in office.get(BASE).text
    office.post(f"{look}/switch", data={**hidden_of(page), "step": "on"})
    assert rule_of().enabled
    assert "取り除きますか" in office.get(f"{look}/remove").text
    assert send(office, f"{look}/remove").location == BASE
    assert office.get(look).status_code == 404
    assert office.get(f"{look}/edit").status_code == 404
    assert actions(app)[1:] == ["rule.off", "rule.on", "rule.removed"]


def test_a_rule_belongs_to_its_series(office: FlaskClient) -> None:
    make_event()
    look = stored(office)
    make_event("betsu")
    other = look.replace("soukai", "betsu")
    for path in (other, f"{other}/edit", f"{other}/remove"):
        assert office.get(path).status_code == 404


def test_there_are_only_so_many(office: FlaskClient) -> None:
    event, by = make_event(), make_account("zweite@example.com")
    for _n in range(ruling.RULES):
        ruling.save(series_of(event), days(1), order(), by)
    refused = send(office, NEW, **{**WHEN, **TEXT}, step="check")
    assert refused.status_code == 422
    assert "20" in refused.text


def test_a_test_letter_of_a_rule(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    done = send(office, NEW, **{**WHEN, **TEXT}, step="test")
    assert done.status_code == 303
    assert "jimukyoku@example.com あてに" in office.get(done.location).text


def test_a_group_and_the_whole_day_are_chosen_on_the_page(office: FlaskClient) -> None:
    series = make_series("day")
    event = make_event(series_id=series, online=None)
    other = make_event("yoru", series_id=series)
    make_question(event)
    make_signups(event, 2)
    make_signups(event, 3, first=2, way="online")
    make_signups(other, 4, first=10)
    new = f"{BASE}/new"
    counted = {}
    for to, more in (("confirmed", {}), ("online", {}), ("confirmed", {"whole_day": "y"})):
        page = send(office, new, **{**TEXT, "to": to}, **more, step="preview").text
        found = re.search(r'class="big"><b>(\d+)', page)
        assert found is not None
        counted[to, *more] = int(found[1])
    assert counted == {("confirmed",): 5, ("online",): 3, ("confirmed", "whole_day"): 9}
    assert "「昼食」" in office.get(new).text


def test_a_campaign_is_scheduled_and_called_back(office: FlaskClient) -> None:
    event = make_event()
    ask = str(send(office, f"{BASE}/new", **{**TEXT, "to": "came"}, step="check").location)
    page = office.get(ask)
    assert "当てはまる人は、いまいません" in page.text
    for typed in ({}, {"day": "2001-01-01", "clock": "10:00"}, {"day": "x", "clock": "99:99"}):
        refused = office.post(ask, data={**hidden_of(page), **typed, "step": "later"})
        assert refused.status_code == 422
    day = f"{now() + timedelta(days=3):%Y-%m-%d}"
    values = {**hidden_of(page), "day": day, "clock": "10:30", "step": "later"}
    done = office.post(ask, data=values)
    assert done.status_code == 303
    told = office.get(done.location)
    assert "10:30に送ります" in told.text
    assert "送信予約" in office.get(BASE).text
    office.post(done.location, data={**hidden_of(told), "step": "draft"})
    campaign = db.session.scalars(select(Campaign)).one()
    assert (campaign.state, campaign.send_at) == ("draft", None)
    db.session.remove()
    assert not unschedule(event, campaign.id, make_account("dritte@example.com"))


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "again", "draft", "x", ""])
def test_every_button_of_the_progress_leads_back(office: FlaskClient, act: str) -> None:
    event = make_event()
    make_signups(event, 3)
    campaign = started(event, make_account("zweite@example.com"))
    making.make_letters_tick(Stop())
    path = f"{BASE}/{campaign}"
    office.post(path, data={**hidden_of(office.get(path)), "step": "pause"})
    paused = office.get(path).text
    assert "一時停止しています" in paused
    assert "すべて" not in paused
    done = office.post(path, data={**hidden_of(office.get(path)), "step": act})
    assert (done.status_code, done.location) == (303, path)
    assert office.get(path).status_code == 200


def test_pages_need_as_many_queries_with_many_as_with_few(app: Flask, office: FlaskClient) -> None:
    series = make_series("day")
    event = make_event(series_id=series)
    other = make_event("yoru", series_id=series)
    by = make_account("zweite@example.com")
    rule = make_rule(event, by, days(3))
    sign_up("soukai", person("見本 花子", event, other))
    campaign = started(event, by)
    paths = (
        *(BASE, f"{BASE}/new", f"{BASE}/rules/{rule}", f"{BASE}/rules/{rule}/edit"),
        *(f"{BASE}/{campaign}", f"{BASE}/{campaign}/progress"),
    )
    counts = []
    for count in (5, 300):
        make_signups(event, count)
        make_signups(other, count)
        with transaction() as session:
            session.execute(update(Campaign).values(state="making", up_to=10**6))
        making.make_letters_tick(Stop())
        counts.append([])
        for path in paths:
            office.get(path)
            with count_queries(app) as sent:
                assert office.get(path).status_code == 200
            counts[-1].append(len(sent))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


def test_enter_in_the_date_of_sending_later_sends_nothing_at_once(office: FlaskClient) -> None:
    make_signups(make_event(), 2)
    told = send(office, f"{BASE}/new", **TEXT, step="check")
    page = office.get(told.location).text
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    (later,) = (one for one in forms if 'name="clock"' in one)
    assert re.findall(r'name="step" value="(\w+)"', later) == ["later"]


def test_a_new_subject_leaves_the_rest_of_the_default_to_what_is_chosen(app: Flask) -> None:
    text = replace(letters.default_text(), subject="ぜひ")
    asks = Order(target=Target(), text=text, asks_coming=True)
    fresh = letters.refreshed(asks).text
    assert (fresh.subject, fresh.body) == ("ぜひ", letters.default_text(asks).body)
    news = replace(asks, target=Target(audience="interested"), asks_coming=False)
    assert "受付番号" not in letters.refreshed(news).text.body
