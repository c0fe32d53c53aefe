"""Accounts: invited by mail, changed, closed, opened again; each asks first and is written down."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth import queries
from app.auth.models import Account, AuditEntry, AuditValue
from app.base.clock import now
from app.db import db
from app.events.heads import list_every_head
from app.mail.models import OutboxLetter
from app.meetings import states
from app.registration.lists import by_hand
from app.web.filters import day as day_words
from tests.conftest import browser
from tests.factories import make_event, make_series
from tests.office import actions, enter, hidden_of, make_account, send

NEW = "another good password"
EMAIL = "taro@example.com"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    return office_client


def invite(office: FlaskClient, **more: object) -> int:
    values = {"email": EMAIL, "name": "見本 太郎", "role": "organiser", "reach": "all", **more}
    asked = send(office, "/office/accounts/new", **values)
    assert asked.status_code == 200, asked.text
    assert db.session.scalar(select(Account.id).where(Account.email == EMAIL)) is None
    sent = {**values, **hidden_of(asked), "step": "do"}
    assert office.post("/office/accounts/new", data=sent).status_code == 303
    db.session.remove()
    return db.session.scalars(select(Account.id).where(Account.email == EMAIL)).one()


def link() -> str:
    db.session.remove()
    body = db.session.scalars(select(OutboxLetter.body).order_by(OutboxLetter.id.desc())).first()
    found = re.search(r"http://127.0.0.1:8000(/office/set-password/\S+)", body or "")
    assert found is not None
    return found[1]


def choose(client: FlaskClient, address: str, password: str = NEW) -> int:
    page = client.get(address)
    if page.status_code != 200:
        return page.status_code
    values = {"new_password": password, "new_password_confirm": password}
    return client.post(address, data={**hidden_of(page), **values}).status_code


def test_from_the_invitation_to_the_first_login(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    account = invite(office, reach="named", meetings=[event])
    person, address = browser(app, use_cookies=True), link()
    assert by_hand.count() == 0
    assert choose(person, address, "short") == 422
    assert choose(person, address) == 303
    assert choose(person, address) == 410, "a link is good once"
    done = send(person, "/office/login", email=EMAIL, password=NEW)
    assert done.location == "/office/"
    assert person.get("/office/events/soukai/registrations").status_code == 200
    assert person.get("/office/accounts").status_code == 404
    assert queries.get_account(account, now()).meetings == {event}
    told = ["account.invited", "account.joined", "account.logged_in"]
    assert actions(app) == told


def test_an_invitation_ends_and_another_takes_its_place(office: FlaskClient) -> None:
    account = invite(office)
    first = link()
    asked = office.get(f"/office/accounts/{account}/invite")
    token = hidden_of(asked)
    assert office.post(f"/office/accounts/{account}/invite", data=token).status_code == 303
    assert office.get(first).status_code == 410
    assert office.get(link()).status_code == 200
    with time_machine.travel(now() + timedelta(days=8), tick=False):
        assert office.get(link()).status_code == 410
    assert "招待の期限切れ" not in office.get("/office/accounts").text
    assert office.get(link()[:-3] + "aaa").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_link_says_to_the_office_what_to_do(
    app: Flask, office: FlaskClient, method: str
) -> None:
    invite(office)
    person, address = browser(app, use_cookies=True), link()
    values = {"new_password": NEW, "new_password_confirm": NEW}
    sent = {**hidden_of(person.get(address)), **values}
    assert person.post(address, data=sent).status_code == 303
    page = person.open(address, method=method, data=sent if method == "post" else None)
    assert page.status_code == 410
    assert "no-store" in page.headers["Cache-Control"]
    assert "すでに使われたか、期限が過ぎています" in page.text
    for path in ("/office/login", "/office/forgot"):
        assert f'href="{path}"' in page.text
    assert "管理者に" in page.text
    assert "もう一度受け取る" not in page.text


def test_an_address_has_one_account(office: FlaskClient) -> None:
    make_account(EMAIL)
    values = {"email": EMAIL, "name": "見本", "role": "organiser", "reach": "all", "step": "do"}
    assert send(office, "/office/accounts/new", **values).status_code == 409


def test_a_role_and_its_meetings_are_changed_and_written_down(office: FlaskClient) -> None:
    event = make_event()
    account = make_account(EMAIL).account_id
    address = f"/office/accounts/{account}"
    values = {"name": "見本 太郎", "role": "reception", "reach": "all"}
    assert send(office, address, **values).status_code == 422, "a reception is for one at least"
    asked = send(office, address, **values, meetings=[event])
    sent = {**values, **hidden_of(asked), "meetings": [event], "step": "do"}
    assert office.post(address, data=sent).status_code == 303
    changed = queries.get_account(account, now())
    assert (changed.role, changed.meetings) == ("reception", {event})
    query = select(AuditValue).join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
    told = db.session.scalars(query.where(AuditEntry.action == "account.changed")).one()
    assert (told.before["role"], told.after["role"]) == ("organiser", "reception")
    assert office.post(address, data=sent).status_code == 409, "it was changed since that page"


def test_the_last_administrator_stays(app: Flask, office: FlaskClient) -> None:
    me = queries.list_accounts(now())[0].id
    form = office.get(f"/office/accounts/{me}/close")
    assert office.post(f"/office/accounts/{me}/close", data=hidden_of(form)).status_code == 409
    values = {"name": "見本", "role": "organiser", "reach": "all", "step": "do"}
    assert send(office, f"/office/accounts/{me}", **values).status_code == 409
    assert queries.get_account(me, now()).role == "administrator"
    assert actions(app) == []


def test_a_closed_account_is_out_at_once_and_comes_back(app: Flask, office: FlaskClient) -> None:
    person = browser(app, use_cookies=True)
    account = enter(person, email=EMAIL).account_id
    for act, status in (("close", 302), ("reopen", 302)):
        form = office.get(f"/office/accounts/{account}/{act}")
        address = f"/office/accounts/{account}/{act}"
        assert office.post(address, data=hidden_of(form)).status_code == 303
        assert person.get("/office/").status_code == status, "the session has ended for good"
    assert queries.get_account(account, now()).state == "active"
    assert actions(app) == ["account.closed", "account.reopened"]


def test_meetings_of_the_same_title_are_told_apart_wherever_one_is_chosen(
    app: Flask, office: FlaskClient
) -> None:
    fixed = make_event("soukai")
    make_event("hantoshi", series_id=make_series("other"), starts_in=None)
    old = make_event("mukashi", series_id=make_series("old"), starts_in=-timedelta(days=400))
    states.archive(old, make_account("x@example.com"), away=True)
    with app.test_request_context():
        day = {one.id: one.day and day_words(one.day) for one in list_every_head("ja")}
    told = [f"見本の総会({day[fixed]})", "見本の総会(日程未定)"]
    archived = f"見本の総会({day[old]})【保管庫】"
    account = make_account(EMAIL, role="reception", meetings=[fixed]).account_id
    for path in (f"/office/accounts/{account}", "/office/history"):
        page = office.get(path).text
        for one in (*told, archived):
            assert one in page, (path, one)
    assert told[0] in office.get("/office/accounts").text
    by_hand = office.get("/office/by-hand").text
    assert told[0] in by_hand
    assert told[1] in by_hand
