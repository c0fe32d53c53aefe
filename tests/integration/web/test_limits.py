"""Rate limits: whom they count, and that they hold across processes and restarts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.db import db
from app.registration.models import Registration
from app.web import limits
from app.web.models import RateCounter
from tests.conftest import MakeApp, browser
from tests.factories import make_event
from tests.integration.registration import test_signup

TWO = "2 per hour"


def sign_up(client: FlaskClient, **changes: str) -> TestResponse:
    with client.application.app_context():
        return test_signup.sign_up(client, **changes)


def attempts(app: Flask, forwarded: list[str | None], remote: str = "127.0.0.1") -> list[int]:
    """Status of one sign-up each, said to come from these forwarded addresses."""
    client = browser(app, use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = remote
    codes = []
    for number, address in enumerate(forwarded):
        client.environ_base.pop("HTTP_X_FORWARDED_FOR", None)
        if address:
            client.environ_base["HTTP_X_FORWARDED_FOR"] = address
        codes.append(sign_up(client, name=f"見本 {number}子").status_code)
    return codes


def prepare(app: Flask) -> None:
    with app.app_context():
        make_event("soukai", venue=50, online=50)


def test_over_the_limit_what_was_typed_is_kept_and_it_says_when(make_app: MakeApp) -> None:
    app = make_app(limit_signups=TWO)
    prepare(app)
    assert attempts(app, [None, None]) == [303, 303]
    answer = sign_up(browser(app, use_cookies=False), name="見本 三郎")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "見本 三郎" in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Registration)) == 2


def test_behind_a_proxy_the_person_is_counted_not_the_proxy(make_app: MakeApp) -> None:
    app = make_app(limit_signups=TWO, trusted_proxies=1)
    prepare(app)
    people = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"]
    assert attempts(app, people) == [303, 303, 303, 303, 429, 303]


def test_without_a_trusted_proxy_forwarding_headers_are_not_believed(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(limit_signups=TWO)
    prepare(app)
    assert attempts(app, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) == [303, 303, 429]
    told = [record for record in caplog.records if "TRUSTED_PROXIES" in record.message]
    assert len(told) == 1


def test_a_visitor_cannot_pretend_to_be_another_through_the_proxy(make_app: MakeApp) -> None:
    app = make_app(limit_signups=TWO, trusted_proxies=1)
    prepare(app)
    pretended = ["203.0.113.1, 192.0.2.1", "203.0.113.2, 192.0.2.1", "203.0.113.3, 192.0.2.1"]
    assert attempts(app, pretended) == [303, 303, 429]


def test_an_ipv6_household_is_one(make_app: MakeApp) -> None:
    app = make_app(limit_signups=TWO, trusted_proxies=1)
    prepare(app)
    same = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:3::1"]
    assert attempts(app, same) == [303, 303, 429, 303]


def test_limits_hold_across_processes_and_restarts(make_app: MakeApp) -> None:
    first = make_app(limit_signups=TWO)
    prepare(first)
    assert attempts(first, [None]) == [303]
    second = make_app(limit_signups=TWO)
    assert attempts(second, [None, None]) == [303, 429]


def test_a_window_ends_and_its_counter_is_forgotten(make_app: MakeApp) -> None:
    app = make_app(limit_signups=TWO)
    prepare(app)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        assert attempts(app, [None, None, None]) == [303, 303, 429]
        clock.shift(timedelta(hours=1, seconds=1))
        assert attempts(app, [None]) == [303]
        clock.shift(timedelta(hours=2))
        with app.app_context():
            assert limits.forget_expired() == 1
            assert db.session.scalar(select(func.count()).select_from(RateCounter)) == 0
