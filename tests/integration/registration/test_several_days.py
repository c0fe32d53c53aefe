"""A meeting of several days: each page says on which day is what."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.base.clock import now
from app.base.timezones import to_local
from app.db import Translated
from app.events.samples import ZONE
from app.registration.facts import Receipt
from app.registration.links import manage_token
from app.web.filters import day as day_words
from app.web.filters import short_day
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.office import enter
from tests.pages import press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
FIRST = to_local(now() + timedelta(days=40), ZONE).date()
SECOND = FIRST + timedelta(days=1)
BOTH = [f"{short_day(on, 'ja')} 10:00〜12:00" for on in (FIRST, SECOND)]


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def make_pair(event: int) -> Receipt:
    """Two people of one sign-up."""
    pair = (person("見本 花子", event), person("見本 太郎", event))
    return sign_up("soukai", *pair, email="mihon@example.com")


def words(page: TestResponse, of: str = "main") -> str:
    """The text of the page, its white space as one sees it."""
    found = re.search(rf"<{of}\b.*</{of}>", page.text, re.DOTALL)
    assert found, page.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0].replace("<br>", " ")))


def test_form_check_and_completion_say_each_day(client: FlaskClient, app: Flask) -> None:
    event = make_event(days=2)
    form = client.get("/events/soukai/register")
    check = press(client, form, "check", HANAKO | {f"p0-way-{event}": "venue"})
    done = client.get(press(client, check, "complete").location)
    personal = client.get(re.search(r"http://127\.0\.0\.1:8000(/r/[a-z0-9-]+)", done.text)[1])  # type: ignore[index]
    for page in (form, check, done, personal):
        for said in BOTH:
            assert said in words(page)


def test_the_pages_of_cancelling_say_each_day(client: FlaskClient, app: Flask) -> None:
    page = f"/r/{manage_token(make_pair(make_event(days=2)).registration_id, 1)}"
    choice = client.get(f"{page}/cancel")
    sure = press(client, choice, "ask", {"all": "1"})
    ask = press(client, client.get(f"{page}/coming"), "no")
    for shown in (choice, sure, ask):
        for said in BOTH:
            assert said in words(shown)


def test_one_day_is_said_once_where_the_title_has_it(client: FlaskClient, app: Flask) -> None:
    series = make_series("day")
    event = make_event("morning", series_id=series, title=Translated(ja="定期総会"))
    make_event("noon", series_id=series, starts_in=timedelta(days=40, hours=4))
    form = client.get("/events/morning/register")
    assert words(form).count(short_day(FIRST, "ja")) == 1
    check = press(client, form, "check", HANAKO | {f"p0-way-{event}": "venue"})
    assert f"{short_day(FIRST, 'ja')} 10:00〜12:00 定期総会" in words(check)


def test_a_meeting_alone_says_its_day_on_the_form(client: FlaskClient, app: Flask) -> None:
    make_event()
    assert f"{BOTH[0]} 見本の総会" in words(client.get("/events/soukai/register"))


def test_the_heading_above_a_thread_names_every_day(client: FlaskClient, app: Flask) -> None:
    series = make_series("day")
    long = make_event("long", series_id=series, days=2, title=Translated(ja="研修会"))
    short = make_event("short", series_id=series, starts_in=timedelta(days=40, hours=4))
    receipt = sign_up("long", person("見本 花子", long, short))
    done = words(client.get(f"/r/{manage_token(receipt.registration_id, 1)}"))
    assert f"{day_words(FIRST, 'ja')}・{short_day(SECOND, 'ja')}" in done
    assert f"{short_day(FIRST, 'ja')} 14:00〜16:00" in done


@pytest.mark.parametrize(
    "path", ["/office/", "/office/events/soukai/overview", "/office/events/soukai/enter"]
)
def test_the_office_sees_each_day_with_its_hours(office: FlaskClient, path: str) -> None:
    make_event(days=2)
    page = words(office.get(path))
    for said in BOTH:
        assert said in page


@pytest.mark.parametrize("path", ["meetings", "events/soukai/print/badges?which=all"])
def test_lists_and_badges_name_each_day(office: FlaskClient, path: str) -> None:
    event = make_event(days=2)
    sign_up("soukai", person("見本 花子", event))
    page = re.sub(r"<[^>]+>", "", office.get(f"/office/{path}").text)
    assert f"{day_words(FIRST, 'ja')}・{short_day(SECOND, 'ja')}" in page
