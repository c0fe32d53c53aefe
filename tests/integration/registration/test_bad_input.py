"""Nothing that can be sent gives a 500 or half a sign-up; what was typed is kept."""

import html
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import db
from app.mail.models import OutboxLetter
from app.registration.models import Participant, Registration
from tests.factories import make_event
from tests.integration.registration.test_signup import PERSON, as_typed, open_form, send, sign_up

FORM = "/events/soukai/register/check"
STRANGE_NAMES = [
    "髙橋 𠮷子",
    "見本 花子😀",
    "①番 見本",
    "<b>見本</b>",
    "{{ 7*7 }} {% raw %}",
    "'; DROP TABLE registration; --",
    "%s %(name)s {name} $name",
    "=1+1",
    "見本\u3000花子",
]


@pytest.fixture(autouse=True)
def event(app: Flask) -> int:
    return make_event("soukai", venue=50, online=50)


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_everything_missing_is_told_at_once_with_links_to_the_fields(
    client: FlaskClient, event: int
) -> None:
    answer = client.post(FORM, data={"step": "check", "token": open_form(client)})
    assert answer.status_code == 422
    for field in ("p0-name", "p0-reading", "telephone", f"p0-way-{event}"):
        assert f'href="#{field}"' in answer.text
    assert "<title>エラー" in answer.text
    assert stored() == 0


@pytest.mark.parametrize("step", ["check", "complete"])
@pytest.mark.parametrize(
    ("field", "limit"),
    [("name", 80), ("reading", 80), ("organisation", 100), ("email", 254), ("note", 1000)],
)
def test_too_long_is_told_with_the_limit(
    client: FlaskClient, step: str, field: str, limit: int
) -> None:
    long = "あ" * (limit + 1)
    answer = send(client, step, {**PERSON, field: long}, open_form(client))
    assert answer.status_code == 422
    assert f"{limit}文字まで" in answer.text
    assert long in answer.text, "what was typed is kept"
    assert stored() == 0


@pytest.mark.parametrize("step", ["check", "complete"])
@pytest.mark.parametrize("field", ["name", "reading", "organisation", "email", "telephone"])
@pytest.mark.parametrize("bad", ["\x00", "\r\nBcc: x@example.com\r\n\r\n", "\x1b[0m", "\u202e"])
def test_control_characters_are_refused(
    client: FlaskClient, step: str, field: str, bad: str
) -> None:
    value = f"見本{bad}花子"
    answer = send(client, step, {**PERSON, field: value}, open_form(client))
    assert answer.status_code == 422
    assert stored() == 0


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_names_of_any_shape_come_back_as_typed(client: FlaskClient, name: str) -> None:
    typed = {**PERSON, "name": name, "note": name, "organisation": name}
    check = send(client, "check", typed, open_form(client))
    assert check.status_code == 200
    shown = name.replace("\u3000", " ")
    assert str(html.escape(shown)).replace("&#x27;", "&#39;") in check.text
    complete = sign_up(client, name=name, note=name, organisation=name)
    assert complete.status_code == 303
    assert db.session.scalars(select(Participant.name)).one() == shown
    assert f"{shown} 様" in db.session.scalars(select(OutboxLetter)).one().body
    assert "<b>見本" not in client.get(complete.location).text


def test_ten_megabytes_are_refused_with_a_page(client: FlaskClient) -> None:
    answer = client.post(FORM, data={**PERSON, "note": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "何も保存されていません" in answer.text


def test_a_file_where_a_text_is_asked_for(client: FlaskClient) -> None:
    data = {**as_typed(PERSON), "step": "complete", "token": open_form(client)}
    del data["p0-name"]
    data["p0-name"] = (io.BytesIO(b"\x89PNG"), "name.png")  # type: ignore[assignment]
    answer = client.post(FORM, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert stored() == 0


def test_broken_utf8_is_refused_not_stored(client: FlaskClient) -> None:
    token = open_form(client)
    body = f"p0-name=%E8%A6%8B%FF%FE&p0-reading={quote('みほん')}&email=mihon%40example.com"
    answer = client.post(
        FORM,
        data=f"{body}&step=complete&token={token}",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert "途中で壊れた文字" in answer.text
    assert stored() == 0


@pytest.mark.parametrize("name", ["100%ECO", "牛肉100%BEEF食堂", "割引50%90分"])
def test_a_percent_sign_is_a_character_like_any_other(client: FlaskClient, name: str) -> None:
    assert sign_up(client, organisation=name).status_code == 303
    assert db.session.scalars(select(Participant.organisation)).one() == name


def test_a_body_of_unknown_length_is_refused(client: FlaskClient) -> None:
    answer = client.post(FORM, headers={"Transfer-Encoding": "chunked"}, data=None)
    assert answer.status_code == 411
    assert "03-0000-0000" in answer.text


def test_duplicated_fields_count_once(client: FlaskClient) -> None:
    token = open_form(client)
    twice = as_typed({"name": "見本 次郎", "way": "online"})
    pairs = [*as_typed(PERSON).items(), *twice.items(), ("step", "complete")]
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in [*pairs, ("token", token)])
    answer = client.post(FORM, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert db.session.scalars(select(Participant.name)).one() == "見本 花子"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
def test_a_body_of_another_kind_is_an_empty_form(client: FlaskClient, kind: str) -> None:
    answer = client.post(FORM, data=b'{"name": ["x"]}', content_type=kind)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "way", ["", "VENUE", "moon", "venue' OR 1=1", "waiting", "venue\x00", "会場"]
)
def test_a_way_that_is_not_offered(client: FlaskClient, way: str) -> None:
    for step in ("check", "complete"):
        answer = send(client, step, {**PERSON, "way": way}, open_form(client))
        assert answer.status_code == 422
    assert stored() == 0


@pytest.mark.parametrize("token", ["", "x", "あ", "a" * 64, "a" * 5000, "\x00"])
def test_a_missing_or_forged_token_brings_the_form_back_filled_in(
    client: FlaskClient, token: str
) -> None:
    answer = send(client, "complete", PERSON, token)
    assert answer.status_code == 422
    assert 'value="見本 花子"' in answer.text
    assert stored() == 0


def test_an_expired_token_brings_the_form_back_filled_in_and_good_again(
    client: FlaskClient,
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        token = open_form(client)
        clock.shift(timedelta(hours=25))
        answer = send(client, "complete", PERSON, token)
        assert answer.status_code == 422
        assert "時間がたった" in answer.text
        assert 'value="見本 花子"' in answer.text
        fresh = re.search(r'name="token" value="([^"]+)"', answer.text)
        assert fresh
        assert send(client, "complete", PERSON, fresh[1]).status_code == 303


@pytest.mark.parametrize("step", ["", "x", "edit:nothing", "complete:x", "\x00", "check" * 999])
def test_a_button_that_does_not_exist(client: FlaskClient, step: str) -> None:
    answer = send(client, step, PERSON, open_form(client))
    assert answer.status_code in {200, 303, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/events/nothing",
        "/events/nothing/register",
        "/events/%00",
        "/events/%FF%FE",
        "/events/../../etc/passwd",
        "/events/soukai/register/check/x",
        "/events/SOUKAI",
        "/events/" + "a" * 3000,
        "/r/",
        "/r/%00",
        "/r/" + "a" * 119,
        "/events/soukai/done/aaaa",
        "/?lang=%00",
        "/?lang=fr&lang=en",
    ],
)
def test_addresses_that_lead_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 404}
    assert client.post(path).status_code in {404, 405}


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x",
        "_method=zz",
        "_external=1",
        "_scheme=javascript",
        "_anchor=x",
        "slug=other",
        "values=1&self=2",
        "lang=en&lang=ja&lang=%00",
        "%FF%FE=%00",
        "a=" + "x" * 3000,
    ],
)
@pytest.mark.parametrize("path", ["/", "/events/soukai", "/events/soukai/register", "/r/aaaa"])
def test_no_query_breaks_a_page_or_its_language_link(
    client: FlaskClient, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code in {200, 404}
    links = re.findall(r'top__lang" href="([^"]*)"', answer.text)
    assert all(link.startswith("/") and not link.startswith("//") for link in links)


def test_an_unknown_host_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "http://127.0.0.1:9"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    data = {**as_typed(PERSON), "step": "complete", "token": open_form(client)}
    assert client.post(FORM, data=data, headers=headers).status_code == 403
    assert stored() == 0


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1:8000"}]
)
def test_a_form_sent_from_our_own_page_is_taken(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    data = {**as_typed(PERSON), "step": "complete", "token": open_form(client)}
    assert client.post(FORM, data=data, headers=headers).status_code == 303


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@ezweb.ne.jp"])
def test_old_carrier_addresses_are_taken_with_a_warning(client: FlaskClient, address: str) -> None:
    check = send(client, "check", {**PERSON, "email": address}, open_form(client))
    assert check.status_code == 200
    assert "届かない" in check.text
    assert sign_up(client, email=address).status_code == 303
    row = db.session.scalars(select(Registration)).one()
    assert (row.email, row.email_may_fail) == (address, True)


def test_error_pages_speak_the_readers_language_and_name_the_telephone(client: FlaskClient) -> None:
    japanese = client.get("/events/nothing")
    english = client.get("/events/nothing?lang=en")
    assert "ページが見つかりません" in japanese.text
    assert "This page was not found" in english.text
    assert "03-0000-0000" in japanese.text
    assert "03-0000-0000" in english.text
