"""Two-step login: set up, asked for, taken once, recovered, taken off."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.proxies import _security
from passlib.totp import TOTP
from sqlalchemy import func, select

from app.auth import service, two_step
from app.auth.models import Account, Passkey
from app.base.clock import now
from app.db import db, transaction
from tests.conftest import browser
from tests.office import actions, enter, hidden_of, send

EMAIL, PASSWORD = "taro@example.com", "a good long password"
PLACE = "/office/account/two-step"


@pytest.fixture
def person(app: Flask, office_client: FlaskClient) -> FlaskClient:
    service.create_account(email=EMAIL, name="見本", password=PASSWORD, role="organiser")
    send(office_client, "/office/login", email=EMAIL, password=PASSWORD)
    return office_client


def code(key: str, ahead: int = 0) -> str:
    return str(TOTP(key=key).generate(now().timestamp() + 30 * ahead).token)


def set_up(person: FlaskClient) -> tuple[str, list[str]]:
    """The key of the app, and the recovery codes."""
    page = person.get(f"{PLACE}/app")
    found = re.search(r'any num">([A-Z0-9-]+)<', page.text)
    assert found is not None
    key = found[1].replace("-", "")
    values = {**hidden_of(page), "password": PASSWORD}
    wrong = person.post(f"{PLACE}/app", data={**values, "code": "000000"})
    assert wrong.status_code == 422
    assert (
        person.post(f"{PLACE}/app", data={**values, "password": "x", "code": code(key)}).status_code
        == 422
    )
    done = person.post(f"{PLACE}/app", data={**values, "code": code(key)})
    codes = re.findall(r'<b class="nb">([0-9a-f-]+)</b>', done.text)
    assert len(codes) == two_step.CODES
    return key, codes


def ask_second(app: Flask, page: str = "/office/history") -> tuple[FlaskClient, str]:
    """A browser that has given the password, and where it is led."""
    client = browser(app, use_cookies=True)
    answer = send(client, f"/office/login?next={page}", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 302
    assert client.get("/office/").status_code == 302, "not in yet"
    return client, answer.location


def test_the_code_of_an_app_is_asked_for_and_taken_once(app: Flask, person: FlaskClient) -> None:
    key, _codes = set_up(person)
    client, address = ask_second(app)
    assert address.startswith("/office/login/code?next=")
    before = actions(app).count("account.logged_in")
    assert send(client, address, code="123").status_code == 422
    full_width = code(key, 1).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    done = send(client, address, code=full_width)
    assert (done.status_code, done.location) == (302, "/office/history")
    assert client.get("/office/").status_code == 200
    assert actions(app).count("account.logged_in") == before + 1
    again, address = ask_second(app)
    assert send(again, address, code=code(key, 1)).status_code == 422, "it was used"
    stored = db.session.scalars(select(Account.tf_totp_secret)).one()
    assert key not in (stored or "")


def test_a_recovery_code_lets_in_once(app: Flask, person: FlaskClient) -> None:
    _key, codes = set_up(person)
    for status in (302, 422):
        client, _address = ask_second(app)
        assert send(client, "/office/login/recovery", code=codes[0].upper()).status_code == status
    stored = db.session.scalars(select(Account.mf_recovery_codes)).one()
    assert len(stored or ()) == two_step.CODES - 1
    assert codes[1] not in str(stored)


def test_guessing_has_an_end(app: Flask, person: FlaskClient) -> None:
    _key, codes = set_up(person)
    client, address = ask_second(app)
    page = client.get(address)
    values = {**hidden_of(page), "code": "000000"}
    statuses = [client.post(address, data=values).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    assert send(client, "/office/login/recovery", code=codes[0]).status_code == 429


@pytest.mark.parametrize("path", ["code", "recovery", "passkey", "second"])
def test_nothing_of_it_is_open_without_the_password(office_client: FlaskClient, path: str) -> None:
    answer = office_client.get(f"/office/login/{path}")
    assert answer.status_code in {302, 404}


def test_the_app_is_taken_off_by_its_owner(app: Flask, person: FlaskClient) -> None:
    set_up(person)
    assert send(person, f"{PLACE}/app-off", password="x").status_code == 422
    assert send(person, f"{PLACE}/app-off", password=PASSWORD).status_code == 303
    client = browser(app, use_cookies=True)
    assert send(client, "/office/login", email=EMAIL, password=PASSWORD).location == "/office/"
    told = ["account.app_added", "account.app_removed", "account.logged_in"]
    assert actions(app)[-3:] == told


def test_an_administrator_takes_it_off_who_has_lost_everything(
    app: Flask, person: FlaskClient
) -> None:
    set_up(person)
    account = db.session.scalars(select(Account.id)).one()
    db.session.remove()
    _passkey(account)
    office = browser(app, use_cookies=True)
    enter(office, role="administrator")
    assert "2段階のログイン" in office.get(f"/office/accounts/{account}").text
    assert send(office, f"/office/accounts/{account}/two-step").status_code == 303
    db.session.remove()
    assert db.session.scalars(select(func.count(Passkey.id))).one() == 0
    client = browser(app, use_cookies=True)
    assert send(client, "/office/login", email=EMAIL, password=PASSWORD).location == "/office/"


def test_a_passkey_is_asked_for_and_can_be_removed(app: Flask, person: FlaskClient) -> None:
    account = db.session.scalars(select(Account.id)).one()
    db.session.remove()
    key = _passkey(account)
    client, address = ask_second(app)
    assert address.startswith("/office/login/passkey")
    asked = send(client, address, identity="")
    assert 'data-passkey="get"' in asked.text
    where = re.search(r'action="(/office/login/passkey/[^"]+)"', asked.text)
    assert where is not None
    refused = client.post(where[1], data={**hidden_of(asked), "credential": "{}"})
    assert (refused.status_code, client.get("/office/").status_code) == (302, 302)
    set_up(person)
    client, address = ask_second(app)
    assert address.startswith("/office/login/second")
    chosen = client.post(address, data={**hidden_of(client.get(address)), "which": "webauthn"})
    assert chosen.location.startswith("/office/login/passkey")
    assert send(person, f"{PLACE}/passkeys/{key}/remove", password=PASSWORD).status_code == 303
    assert "account.passkey_removed" in actions(app)


def test_the_key_can_be_changed(app: Flask) -> None:
    old, new = b"an old key of ours, long enough", b"a new key of ours, long enough"
    before = two_step.OnceTotp(two_step.wallet_secrets([old]), "Tsudoi")
    secret = before.generate_totp_secret()
    after = two_step.OnceTotp(two_step.wallet_secrets([new, old]), "Tsudoi")
    assert after.get_totp_pretty_key(secret) == before.get_totp_pretty_key(secret)
    assert _security.totp_factory.verify_totp("000000", secret, Account(), window=30) is False


def _passkey(account: int) -> int:
    with transaction() as session:
        key = Passkey(
            account_id=account,
            name="電話",
            usage="secondary",
            credential_id=b"id",
            public_key=b"key",
            device_type="single_device",
            create_datetime=now(),
            lastuse_datetime=now(),
        )
        session.add(key)
        session.flush()
        return key.id
