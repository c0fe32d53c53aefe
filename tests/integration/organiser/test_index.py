from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.base.clock import now
from app.db import transaction
from app.interest.models import Interest
from app.mail import queries
from app.mail.models import OutboxLetter, Tick
from app.planning.service import make_plan
from tests.conftest import MakeApp, browser, count_queries
from tests.factories import make_event, make_series, make_signups
from tests.office import enter


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def worker(seen: timedelta, paused: str = "") -> None:
    with transaction() as session:
        session.add(Tick(name="letters", last_run_at=now() - seen, paused_reason=paused))


def test_every_meeting_stands_there_with_its_places(office: FlaskClient) -> None:
    make_signups(make_event("soukai", venue=50, online=None), 3)
    make_event("mitei", starts_in=None)
    make_event("owari", starts_in=timedelta(days=-40))
    page = office.get("/office/").text
    assert "3 / 50席" in page
    assert "残り47席" in page
    for slug in ("soukai", "mitei", "owari"):
        assert f"/office/events/{slug}/overview" in page


def test_two_meetings_of_a_day_are_one_thread(office: FlaskClient) -> None:
    series = make_series()
    make_event("asa", series_id=series, starts_in=timedelta(days=40))
    make_event("hiru", series_id=series, starts_in=timedelta(days=40, minutes=1))
    assert office.get("/office/").text.count('class="thread"') == 1


def test_who_waits_to_be_told_a_date_is_counted(office: FlaskClient) -> None:
    event = make_event("mitei", starts_in=None)
    make_event("soukai")
    with transaction() as session:
        for n, state in enumerate(("confirmed", "confirmed", "asked", "left")):
            values = {"name": "見本", "email": f"mihon{n}@example.com", "email_key": str(n)}
            session.add(Interest(event_id=event, state=state, created_at=now(), **values))
    page = office.get("/office/").text
    assert page.count("日程のお知らせを待っている方") == 1
    assert "待っている方 2人" in page


def test_letters_that_could_not_be_sent_are_counted(office: FlaskClient) -> None:
    (one,) = make_signups(make_event(), 1)
    with transaction() as session:
        values = {
            "purpose": "x",
            "subject": "x",
            "body": "x",
            "invites": [],
            "registration_id": one,
        }
        for key, state in (("a", "failed"), ("b", "accepted")):
            session.add(
                OutboxLetter(key=key, state=state, created_at=now(), due_at=now(), **values)
            )
    assert "送れなかった手紙 1通" in office.get("/office/").text


@pytest.mark.parametrize(
    ("minutes", "paused", "said"),
    [
        (1, "", None),
        (6, "", "5分以上動いていません"),
        (1, "login_refused", "いま、手紙を送れていません"),
    ],
)
def test_whether_letters_are_being_sent_is_said(
    office: FlaskClient, minutes: int, paused: str, said: str | None
) -> None:
    worker(timedelta(minutes=minutes), paused)
    page = office.get("/office/").text
    for words in ("5分以上動いていません", "いま、手紙を送れていません"):
        assert (words in page) == (words == said)
    assert ("notice--bad" in page) == bool(paused)


def test_that_a_ceiling_was_reached_is_said_calmly(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(mail_per_hour=1)
    with app.app_context():
        client = browser(app, use_cookies=True)
        enter(client)
        worker(timedelta(minutes=1))
        given = {"purpose": "x", "subject": "x", "body": "x", "invites": [], "created_at": now()}
        went = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
        with transaction() as session:
            gone = {"state": "accepted", "accepted_at": went}
            session.add(OutboxLetter(key="a", due_at=went, **gone, **given))
            session.add(OutboxLetter(key="b", state="queued", due_at=went, **given))
    monkeypatch.setattr(queries, "now", lambda: went + timedelta(minutes=10))
    page = client.get("/office/").text
    assert "続きは 11:30 に送ります" in page
    assert "notice--bad" not in page


def test_the_list_takes_the_same_queries_for_any_number(app: Flask, office: FlaskClient) -> None:
    counts = []
    for at in range(6):
        event = make_event(f"kai-{at}")
        make_signups(event, 5)
        make_plan(event)
        with count_queries(app) as sent:
            office.get("/office/")
        counts.append(len(sent))
    assert len(set(counts)) == 1
    assert counts[0] <= 21


def test_the_office_speaks_english(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    page = office.get("/office/?lang=en").text
    assert "To do today" in page
    assert "Sample assembly" in page
