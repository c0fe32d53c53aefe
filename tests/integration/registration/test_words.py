"""What visitors read and what is understood of what they type: pages in either language."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.events import samples
from app.registration.models import Registration
from tests.factories import make_event
from tests.integration.registration.test_signup import PERSON, as_typed, open_form, send, sign_up

MOMENT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def event(app: Flask) -> int:
    return make_event("soukai", venue=50, online=50)


@pytest.mark.parametrize("step", ["check", "edit"])
def test_the_language_switch_is_a_button_that_takes_along_what_was_typed(
    client: FlaskClient, step: str
) -> None:
    page = send(client, step, PERSON, open_form(client))
    found = re.search(
        r'top__lang" form="signup" formaction="([^"]+)" name="step" value="(\w+)"', page.text
    )
    assert found
    assert found[2] == step
    other = client.post(
        found[1], data={**as_typed(PERSON), "step": found[2], "token": open_form(client)}
    )
    assert '<html lang="en"' in other.text
    assert "見本 花子" in other.text
    assert "mihon@example.com" in other.text


def test_enter_in_a_field_goes_on_and_does_not_switch_the_language(client: FlaskClient) -> None:
    page = client.get("/events/soukai/register").text
    first = re.search(r'<button[^>]*form="signup"[^>]*>', page)
    assert first
    assert 'value="check"' in first[0]


@pytest.mark.parametrize(
    "name", ["\u200b", "\ufeff", "\u3164", "\u00ad", "\u2060 \u3000", "\u2800"]
)
def test_a_name_that_nobody_can_see_is_none(client: FlaskClient, name: str) -> None:
    answer = sign_up(client, name=name)
    assert answer.status_code == 422
    assert "氏名を入力してください" in answer.text


def test_a_reading_in_latin_letters_is_for_names_in_latin_letters(client: FlaskClient) -> None:
    answer = sign_up(client, reading="Mihon Hanako")
    assert answer.status_code == 422
    assert "ひらがなかカタカナ" in answer.text
    assert sign_up(client, name="Hanako Mihon", reading="Mihon Hanako").status_code == 303


def test_spaces_within_an_address_are_taken_out(client: FlaskClient) -> None:
    assert sign_up(client, email="mihon @example.\u3000com").status_code == 303
    assert db.session.scalars(select(Registration.email)).one() == "mihon@example.com"


def test_errors_are_listed_in_the_order_of_the_page(client: FlaskClient, event: int) -> None:
    answer = send(client, "check", {}, open_form(client))
    listed = re.findall(r'<li><a href="#([\w-]+)">', answer.text)
    assert listed == ["p0-name", "p0-reading", f"p0-way-{event}", "telephone"]


def test_an_odd_address_asks_for_a_telephone_number_only_where_there_is_none(
    client: FlaskClient,
) -> None:
    odd = {**PERSON, "email": "a..b@docomo.ne.jp"}
    without = send(client, "check", odd, open_form(client))
    assert "電話番号も書いておいていただくと" in without.text
    beside = send(client, "check", {**odd, "telephone": "090-0000-0000"}, open_form(client))
    assert "届かない" in beside.text
    assert "電話番号も書いておいていただくと" not in beside.text


def test_those_online_are_not_sent_to_the_reception(client: FlaskClient) -> None:
    done = client.get(sign_up(client, way="online").location)
    link = re.search(r"/r/[a-z0-9-]+", done.text)
    assert link
    for page in (done, client.get(link[0])):
        assert "お電話をいただくときに、この番号を" in page.text
        assert "受付でお伝えください" not in page.text
        assert "お目にかかれる" not in page.text


def test_a_form_used_twice_shows_all_that_was_sent(client: FlaskClient) -> None:
    token = open_form(client)
    send(client, "complete", PERSON, token)
    other = {**PERSON, "reading": "みほん はなえ", "way": "online", "note": "車椅子の席を"}
    answer = send(client, "complete", other, token)
    assert answer.status_code == 409
    for shown in (">みほん はなえ<", "<dd>オンラインで参加する</dd>", "<dd>車椅子の席を</dd>"):
        assert shown in answer.text


@pytest.mark.parametrize(("as_announced", "month"), [(False, "2027年4月"), (True, "2026年9月")])
def test_a_meeting_without_a_date_says_when_one_can_sign_up(
    client: FlaskClient, month: str, *, as_announced: bool
) -> None:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT, as_announced=as_announced)
        page = client.get("/events/ibasho-houkoku").text
        english = client.get("/events/ibasho-houkoku?lang=en").text
    assert page.count(f"{month}の予定です") == 1
    assert english.count("Planned for ") == 1
    assert "{month}" not in page + english
    assert "日程が決まってから受け付けます" in page
    assert "ファクス" in page


def test_a_past_sample_does_not_deny_that_it_took_place(client: FlaskClient) -> None:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT)
        page = client.get("/events/earthday-tokyo-2026").text
        listing = client.get("/").text
    assert "見本の会合です" in page
    assert "実際には開かれません" not in page
    assert "2026年4月18日(土)" in listing
    assert "2026年4月19日(日)" not in listing


def test_assemblies_are_attended_and_briefings_joined(client: FlaskClient) -> None:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT)
        assembly = client.get("/events/wnj-30-soukai").text
        form = client.get("/events/wnj-30-soukai/register").text
        briefing = client.get("/events/ibasho-houkoku").text
    assert "出席できる方" in assembly
    assert "出席する方" in form
    assert "参加できる方" in briefing
