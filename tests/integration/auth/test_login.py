import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth import service
from app.auth.models import Account
from app.base.errors import Busy
from app.db import db, transaction
from tests.conftest import MakeApp, browser
from tests.office import actions, enter, hidden_of, send, token_of

EMAIL, PASSWORD = "jimukyoku@example.com", "a good long password"
LOGIN = "/office/login"


@pytest.fixture
def many(make_app: MakeApp) -> Iterator[Flask]:
    app = make_app(limit_logins="1000 per minute")
    with app.app_context():
        service.create_account(email=EMAIL, name="見本", password=PASSWORD, role="organiser")
        yield app


@pytest.fixture
def person(many: Flask) -> FlaskClient:
    return browser(many, use_cookies=True)


def errors_of(text: str) -> list[str]:
    summary = re.search(r'<div class="errs.*?</div>', text, re.DOTALL)
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", summary[0]) if summary else []


def test_logging_in_leads_to_the_office_and_is_noted(many: Flask, person: FlaskClient) -> None:
    page = person.get("/office/")
    assert page.location == "/office/login?next=/office/"
    done = send(person, LOGIN, email=f" {EMAIL.upper()} ", password=PASSWORD)
    assert (done.status_code, done.location) == (302, "/office/")
    assert person.get("/office/").status_code == 200
    assert actions(many)[-1] == "account.logged_in"


def test_the_cookie_is_out_of_reach(many: Flask, person: FlaskClient) -> None:
    cookie = person.get(LOGIN).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_secure(make_app: MakeApp) -> None:
    app = make_app(public_url="https://tsudoi.example.org")
    client = app.test_client()
    page = client.get(LOGIN, base_url="https://tsudoi.example.org")
    assert "Secure" in page.headers["Set-Cookie"]


def test_it_is_not_told_whether_there_is_such_an_account(person: FlaskClient) -> None:
    wrong = send(person, LOGIN, email=EMAIL, password="not the password")
    unknown = send(person, LOGIN, email="nobody@example.com", password="not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert errors_of(wrong.text) == errors_of(unknown.text) != []
    assert EMAIL in wrong.text
    assert "not the password" not in wrong.text
    assert "エラー:" in wrong.text.partition("</title>")[0]


def test_it_is_not_told_by_the_time_either(person: FlaskClient) -> None:
    def seconds(email: str) -> float:
        began = time.perf_counter()
        send(person, LOGIN, email=email, password="not the password")
        return time.perf_counter() - began

    seconds("warm@example.com")
    known = min(seconds(EMAIL) for _ in range(4))
    unknown = min(seconds("nobody@example.com") for _ in range(4))
    assert 0.5 < known / unknown < 2


def test_a_closed_account_gets_in_no_more(many: Flask, person: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(Account).values(active=False))
    refused = send(person, LOGIN, email=EMAIL, password=PASSWORD)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/events/x",
        "javascript:1",
        "x",
    ],
)
def test_logging_in_leads_nowhere_else(person: FlaskClient, target: str) -> None:
    page = person.get(LOGIN, query_string={"next": target})
    values = {**hidden_of(page), "next": target, "email": EMAIL, "password": PASSWORD}
    done = person.post(LOGIN, data=values)
    assert (done.status_code, done.location) == (302, "/office/")


def test_logging_in_goes_on_to_the_page_that_was_asked_for(person: FlaskClient) -> None:
    asked = person.get("/office/history?before=7").location
    page = person.get(asked)
    done = person.post(asked, data={**hidden_of(page), "email": EMAIL, "password": PASSWORD})
    assert done.location == "/office/history?before=7"


def test_too_many_attempts_from_one_network_wait(make_app: MakeApp) -> None:
    app = make_app(limit_logins="2 per minute")
    client = browser(app, use_cookies=True)
    for _ in range(2):
        assert send(client, LOGIN, email=EMAIL, password="x").status_code == 422
    refused = send(client, LOGIN, email=EMAIL, password="x")
    assert refused.status_code == 429
    assert EMAIL in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    elsewhere = browser(app, use_cookies=True)
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert send(elsewhere, LOGIN, email=EMAIL, password="x").status_code == 422


def test_failed_attempts_from_one_network_lock_out_no_other(
    many: Flask, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.passwords, "verify", lambda typed, _hashed: typed == PASSWORD)
    for _ in range(30):
        assert send(person, LOGIN, email=EMAIL, password="x").status_code == 422
    assert send(person, LOGIN, email=EMAIL, password=PASSWORD).status_code == 429
    person.environ_base["REMOTE_ADDR"] = "192.0.2.3"
    assert send(person, LOGIN, email=EMAIL, password=PASSWORD).status_code == 302


def test_failed_attempts_on_one_account_wait_wherever_they_come_from(
    many: Flask, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ACCOUNT_LIMIT", "2 per hour")
    for at in (1, 2):
        person.environ_base["REMOTE_ADDR"] = f"192.0.2.{at}"
        assert send(person, LOGIN, email=EMAIL, password="x").status_code == 422
    person.environ_base["REMOTE_ADDR"] = "192.0.2.3"
    assert send(person, LOGIN, email=EMAIL, password=PASSWORD).status_code == 429
    other = send(person, LOGIN, email="other@example.com", password="x")
    assert other.status_code == 422


@pytest.mark.parametrize("email", ["a\x00@example.com", "\ud800@example.com", "a" * 300, "\u202e"])
def test_an_address_that_cannot_be_one_is_refused_as_any_other(
    person: FlaskClient, email: str
) -> None:
    values = {"email": email.encode("utf-8", "surrogatepass"), "password": PASSWORD}
    assert send(person, LOGIN, **values).status_code == 422


def test_no_token_is_given_out_and_none_is_taken(many: Flask, person: FlaskClient) -> None:
    token = token_of(person.get(LOGIN))
    answer = person.post(
        f"{LOGIN}?include_auth_token",
        data={"email": EMAIL, "password": PASSWORD, "csrf_token": token},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 302
    assert "authentication_token" not in answer.text
    account = db.session.scalar(select(Account))
    assert account is not None
    stranger = browser(many, use_cookies=True)
    with many.test_request_context():
        forged = account.get_auth_token()
    assert stranger.get("/office/", query_string={"auth_token": forged}).status_code == 302
    told = {"Authentication-Token": forged}
    assert stranger.get("/office/", headers=told).status_code == 302


@pytest.mark.parametrize("body", [{"email": 5}, [1, 2], "x"])
@pytest.mark.parametrize("path", [LOGIN, "/office/password", "/office/logout"])
def test_json_is_refused(person: FlaskClient, path: str, body: object) -> None:
    enter(person, email="other@example.com")
    answer = person.post(path, json=body)
    assert answer.status_code == 415
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize("path", [LOGIN, "/office/password", "/office/history"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_these_pages_are_stored_nowhere_either(person: FlaskClient, path: str, method: str) -> None:
    if path != LOGIN:
        enter(person, role="administrator", email="other@example.com")
    page = person.open(path, method=method)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("missing", ["email", "password"])
def test_both_are_asked_for(person: FlaskClient, missing: str) -> None:
    given = {"email": EMAIL, "password": PASSWORD, missing: ""}
    refused = send(person, LOGIN, **given)
    assert refused.status_code == 422
    assert len(errors_of(refused.text)) == 1


def test_a_stale_form_keeps_the_address(person: FlaskClient) -> None:
    refused = person.post(LOGIN, data={"csrf_token": "old", "email": EMAIL, "password": PASSWORD})
    assert refused.status_code == 422
    assert f'value="{EMAIL}"' in refused.text
    done = person.post(
        LOGIN, data={"csrf_token": token_of(refused), "email": EMAIL, "password": PASSWORD}
    )
    assert done.status_code == 302


def test_logging_out_is_noted_and_needs_post(many: Flask, person: FlaskClient) -> None:
    enter(person, email="other@example.com")
    assert person.get("/office/logout").status_code == 405
    assert person.post("/office/logout").location == "/office/login"
    assert person.get("/office/").status_code == 302
    assert actions(many)[-1] == "account.logged_out"


def test_logging_out_works_while_the_database_is_busy(
    person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise Busy("database")

    enter(person, email="other@example.com")
    monkeypatch.setattr(service, "note", busy)
    assert person.post("/office/logout").location == "/office/login"
    assert person.get("/office/").status_code == 302


def test_changing_the_password(many: Flask, person: FlaskClient, tmp_path: Path) -> None:
    elsewhere = browser(many, use_cookies=True)
    for client in (person, elsewhere):
        send(client, LOGIN, email=EMAIL, password=PASSWORD)
    new = "another long password"
    values = {"new_password": new, "new_password_confirm": new}
    refused = send(person, "/office/password", password="wrong", **values)
    assert refused.status_code == 422
    done = send(person, "/office/password", password=PASSWORD, **values)
    assert (done.status_code, done.location) == (302, "/office/account")
    assert person.get("/office/").status_code == 200
    assert elsewhere.get("/office/").status_code == 302
    assert actions(many)[-1] == "account.password_changed"
    assert send(elsewhere, LOGIN, email=EMAIL, password=PASSWORD).status_code == 422
    assert send(elsewhere, LOGIN, email=EMAIL, password=new).status_code == 302


@pytest.mark.parametrize(
    ("new", "again"),
    [("short", "short"), (PASSWORD, PASSWORD), ("a long password", "another one"), ("", "")]
    + [
        (one, one)
        for one in ("password1234", "ａｂｃｄ12345678", "jimukyoku@Example.com", EMAIL[:9] * 2)
    ],
)
def test_a_new_password_that_will_not_do(person: FlaskClient, new: str, again: str) -> None:
    send(person, LOGIN, email=EMAIL, password=PASSWORD)
    refused = send(
        person, "/office/password", password=PASSWORD, new_password=new, new_password_confirm=again
    )
    assert refused.status_code == 422
    assert errors_of(refused.text)


def test_the_first_password_is_gone_once_it_is_changed(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(limit_logins="1000 per minute")
    with app.app_context():
        service.first_account(tmp_path)
    file = service.first_login_file(tmp_path)
    first = file.read_text().strip()
    client = browser(app, use_cookies=True)
    send(client, LOGIN, email=service.FIRST_EMAIL, password=first)
    new = "another long password"
    send(client, "/office/password", password=first, new_password=new, new_password_confirm=new)
    assert not file.exists()


def test_fifty_people_log_in_at_once(many: Flask) -> None:
    def log_in(_at: int) -> int:
        return send(
            browser(many, use_cookies=True), LOGIN, email=EMAIL, password=PASSWORD
        ).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(log_in, range(50)))
    assert statuses == [302] * 50
    assert actions(many).count("account.logged_in") == 50


def test_accounts_cannot_be_written_through_the_session(many: Flask) -> None:
    found = db.session.scalar(select(Account))
    assert found is not None
    found.name = "somebody else"
    with pytest.raises(RuntimeError, match="transaction"):
        db.session.commit()
    db.session.rollback()
