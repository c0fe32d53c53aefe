"""Many at once, through a real gunicorn: places, double taps, log-ins beside sign-ups."""

import http.client
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.auth import service as auth
from app.auth.models import AuditEntry
from app.db import db
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from tests.factories import make_event, person
from tests.pages import filled_in
from tests.serving import Server, gunicorn

PLACES, RACERS = 50, 200
MANY = "100000 per hour"
ACTION = re.compile(r'<form[^>]* method="post" action="([^"]+)"')
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
EMAIL, PASSWORD = "mihon@example.com", "a-password-for-tests"
FULL = "キャンセル待ち"


@dataclass(frozen=True)
class Answer:
    """What one visitor got."""

    status: int
    page: str
    location: str
    cookie: str


@dataclass(frozen=True)
class Form:
    """What a press of a button sends, and where."""

    action: str
    values: dict[str, str]


@pytest.fixture
def server(app: Flask, database_url: str) -> Iterator[Server]:
    with gunicorn("wsgi:app", database_url, limit_signups=MANY, limit_logins=MANY) as served:
        yield served
        assert "Traceback" not in served.errors


def ask(
    server: Server, method: str, path: str, values: dict[str, str] | None = None, cookie: str = ""
) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if values else {}
    if cookie:
        headers["Cookie"] = cookie
    line.request(method, path, body=urlencode(values) if values else None, headers=headers)
    response = line.getresponse()
    page = response.read().decode()
    line.close()
    return Answer(
        response.status,
        page,
        location=response.headers.get("Location", ""),
        cookie=response.headers.get("Set-Cookie", "").partition(";")[0],
    )


def at_once(count: int, act: Callable[[int], Answer]) -> list[Answer]:
    """Let ``count`` threads do ``act`` at the same moment."""
    answers: list[Answer] = []
    barrier = threading.Barrier(count)

    def work(n: int) -> None:
        barrier.wait()
        answers.append(act(n))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers


def entered(n: int) -> dict[str, str]:
    one = person(n)
    return {
        "p0-name": one.name,
        "p0-reading": one.reading,
        "p0-organisation": one.organisation,
        "email": f"mihon{n}@example.com",
        "telephone": one.telephone,
    }


def checked(server: Server, n: int) -> Form:
    """入力 and 確認; what the last button sends."""
    shown = ask(server, "GET", "/events/soukai/register")
    form = read(shown)
    shown = ask(server, "POST", form.action, {**form.values, **entered(n), "step": "check"})
    form = read(shown)
    return Form(form.action, {**form.values, "step": "complete"})


def read(shown: Answer) -> Form:
    """The form of a page: where it leads, and its hidden values."""
    found = ACTION.search(shown.page)
    assert shown.status == 200
    assert found
    return Form(unescape(found.group(1)), filled_in(shown.page).to_dict())


def counts() -> tuple[int, ...]:
    """Registrations, participants, confirmed bookings, letters."""
    db.session.close()
    confirmed = select(func.count()).where(Booking.state == "confirmed")
    totals = [select(func.count()).select_from(m) for m in (Registration, Participant)]
    letters = select(func.count()).select_from(OutboxLetter)
    return tuple(db.session.scalar(query) or 0 for query in (*totals, confirmed, letters))


def test_200_racers_for_50_places(server: Server) -> None:
    make_event("soukai", venue=PLACES, ways=("venue",))
    forms = [checked(server, n) for n in range(RACERS)]

    answers = at_once(RACERS, lambda n: ask(server, "POST", forms[n].action, forms[n].values))

    assert Counter(answer.status for answer in answers) == {303: PLACES, 409: RACERS - PLACES}
    assert all(FULL in answer.page for answer in answers if answer.status == 409)
    assert counts() == (PLACES, PLACES, PLACES, PLACES)
    numbers = db.session.scalars(select(Registration.number).order_by(Registration.number)).all()
    assert numbers == list(range(1, PLACES + 1))
    assert len({answer.location for answer in answers if answer.status == 303}) == PLACES


def test_20_taps_on_one_button_are_one_signup(server: Server) -> None:
    make_event("soukai", venue=PLACES)
    form = checked(server, 0)

    answers = at_once(20, lambda _n: ask(server, "POST", form.action, form.values))

    assert {answer.status for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert counts() == (1, 1, 1, 1)
    assert ask(server, "GET", answers[0].location).status == 200


def test_50_logins_beside_50_signups(server: Server) -> None:
    make_event("soukai", venue=None)
    auth.create_account(email=EMAIL, name="見本 事務局", password=PASSWORD, role="organiser")
    logins, signups = login_forms(server, 50), [checked(server, n) for n in range(50)]

    def act(n: int) -> Answer:
        if n % 2:
            form = signups[n // 2]
            return ask(server, "POST", form.action, form.values)
        values, cookie = logins[n // 2]
        return ask(server, "POST", "/office/login", values, cookie)

    answers = at_once(100, act)

    assert Counter(answer.status for answer in answers) == {302: 50, 303: 50}
    assert {answer.location for answer in answers if answer.status == 302} == {"/office/"}
    assert counts() == (50, 50, 50, 50)
    logged_in = select(func.count()).where(AuditEntry.action == "account.logged_in")
    assert db.session.scalar(logged_in) == 50


def login_forms(server: Server, count: int) -> list[tuple[dict[str, str], str]]:
    """What the login form sends, and the cookie of each browser."""
    forms = []
    for _ in range(count):
        shown = ask(server, "GET", "/office/login")
        token = CSRF.search(shown.page)
        assert token
        forms.append(
            ({"email": EMAIL, "password": PASSWORD, "csrf_token": token.group(1)}, shown.cookie)
        )
    return forms
