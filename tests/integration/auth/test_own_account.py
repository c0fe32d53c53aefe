import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth import service
from app.auth.models import Account
from app.db import db
from app.mail.models import OutboxLetter
from tests.conftest import browser
from tests.office import actions, enter, hidden_of, send

EMAIL, PASSWORD, NEW = "taro@example.com", "a good long password", "another good password"


@pytest.fixture
def person(app: Flask, office_client: FlaskClient) -> FlaskClient:
    service.create_account(email=EMAIL, name="見本", password=PASSWORD, role="organiser")
    return office_client


def test_a_forgotten_password_is_chosen_anew_by_mail(app: Flask, person: FlaskClient) -> None:
    answer = send(person, "/office/forgot", email=f" {EMAIL.upper()}")
    db.session.remove()
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert letter.to_address == EMAIL
    address = re.search(r"/office/set-password/\S+", letter.body)
    assert address is not None
    values = {"new_password": NEW, "new_password_confirm": NEW}
    assert send(person, address[0], **values).location == "/office/login"
    assert send(person, "/office/login", email=EMAIL, password=PASSWORD).status_code == 422
    assert send(person, "/office/login", email=EMAIL, password=NEW).status_code == 302
    told = ["account.created", "account.reset_asked", "account.password_reset"]
    assert actions(app)[:3] == told
    assert answer.location == "/office/forgot/sent"


def test_it_is_not_told_whether_an_address_has_an_account(app: Flask, person: FlaskClient) -> None:
    known = send(person, "/office/forgot", email=EMAIL)
    unknown = send(person, "/office/forgot", email="nobody@example.com")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert known.text == unknown.text
    db.session.remove()
    assert len(db.session.scalars(select(OutboxLetter.id)).all()) == 1


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_asking_again_and_again_has_an_end(person: FlaskClient, email: str) -> None:
    statuses = [send(person, "/office/forgot", email=email).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_logging_out_everywhere(app: Flask, person: FlaskClient) -> None:
    elsewhere = browser(app, use_cookies=True)
    for client in (person, elsewhere):
        send(client, "/office/login", email=EMAIL, password=PASSWORD)
    asked = person.get("/office/account/log-out-everywhere")
    done = person.post("/office/account/log-out-everywhere", data=hidden_of(asked))
    assert done.location == "/office/login"
    for client in (person, elsewhere):
        assert client.get("/office/").status_code == 302
    assert "account.logged_out_everywhere" in actions(app)


def test_ones_own_name(app: Flask, office_client: FlaskClient) -> None:
    enter(office_client, role="reception", meetings=[])
    assert send(office_client, "/office/account", name="").status_code == 422
    assert send(office_client, "/office/account", name="見本 次郎").status_code == 303
    assert db.session.scalars(select(Account.name)).one() == "見本 次郎"
    assert actions(app) == ["account.changed"]
