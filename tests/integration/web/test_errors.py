"""Error pages: each in our look, in both languages, with what to do next."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.web import errors
from tests.conftest import browser
from tests.office import enter


@pytest.mark.parametrize("code", sorted(errors.TEXTS))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_error_page(app: Flask, code: int, lang: str) -> None:
    with app.test_request_context(f"/?lang={lang}", base_url="http://127.0.0.1:8000"):
        page = errors.error_page(code)
    text = page.get_data(as_text=True)
    assert page.status_code == code
    assert f'<html lang="{lang}"' in text
    assert "03-0000-0000" in text, "the telephone number is on every error page"
    assert 'href="/' in text, "there is a way on"


def test_an_unexpected_fault_gives_our_page_and_a_log_without_what_was_typed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_kw: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.events.queries.list_meetings", fail)
    answer = client.get("/?lang=ja&q=himitsu")
    assert answer.status_code == 500
    assert "こちら側で問題が起きました" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "himitsu" not in caplog.text


@pytest.mark.parametrize("path", ["/", "/privacy", "/nothing", "/robots.txt"])
def test_security_headers_are_on_every_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_static_files_are_kept_for_a_year_only_under_their_version(app: Flask) -> None:
    client = browser(app, use_cookies=False)
    page = client.get("/").text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    with client.get(address) as versioned, client.get(address.split("?")[0]) as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert "immutable" not in plain.headers["Cache-Control"]


def test_the_error_page_needs_neither_database_nor_session(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_kw: object) -> None:
        raise OperationalError("SELECT", None, Exception("connection refused"))

    monkeypatch.setattr("flask_login.utils._get_user", fail)
    monkeypatch.setattr("app.events.queries.list_meetings", fail)
    answer = browser(app, use_cookies=False).get("/")
    assert answer.status_code == 503
    assert "03-0000-0000" in answer.text


def test_the_office_has_its_own_page_and_nobody_else_sees_it(
    client: FlaskClient, office_client: FlaskClient
) -> None:
    enter(office_client)
    for path in ("/office/nothing", "/office/events/none/registrations", "/office/signups/4711"):
        page = office_client.get(path)
        assert page.status_code == 404
        assert "ページが見つかりません" in page.text
        assert 'href="/office/"' in page.text
        assert "ログアウト" in page.text
        assert "03-0000-0000" not in page.text
    assert 'href="/office/"' not in client.get("/office/nothing").text
    assert 'href="/office/"' not in office_client.get("/nothing").text


def test_even_an_error_page_that_fails_is_answered_without_a_word_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_code: int) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(errors, "_render", fail)
    answer = client.get("/r/himitsu")
    assert answer.status_code == 404
    assert "try again" in answer.text
    assert "himitsu" not in caplog.text
