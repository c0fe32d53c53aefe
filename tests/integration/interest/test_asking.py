"""Asking to be told, confirming and leaving, through the visitors' own pages, on both databases."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event, EventSession
from app.interest import forgetting, links, queries
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from tests.conftest import MakeApp, browser, count_queries
from tests.factories import make_event

WHO = {"name": "見本 花子", "organisation": "見本食堂", "email": "mihon@example.com"}
ADDRESS = "/events/houkoku/interest"


@pytest.fixture(autouse=True)
def event(app: Flask) -> int:
    return make_event("houkoku", kind="briefing", starts_in=None, opens=None)


def open_form(client: FlaskClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(ADDRESS).text)
    assert found
    return found[1]


def ask(client: FlaskClient, token: str = "", lang: str = "", **changes: str) -> TestResponse:
    data = {**WHO, "token": token or open_form(client), "step": "send", **changes}
    return client.post(f"{ADDRESS}{lang}", data=data)


def letters() -> list[OutboxLetter]:
    db.session.remove()  # a read that is open would not see what came after it
    found = list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))
    db.session.remove()
    return found


def rows() -> list[Interest]:
    db.session.remove()  # a read that is open would not see what came after it
    found = list(db.session.scalars(select(Interest).order_by(Interest.id)))
    db.session.remove()
    return found


def link() -> str:
    """The path that confirms, of the latest interest."""
    row = rows()[-1]
    return f"/i/{links.token(row.id, row.version)}"


def listed(client: FlaskClient) -> str:
    ask(client)
    assert client.post(link()).status_code == 303
    return link()


def test_the_whole_way_from_the_meeting_to_the_list_and_off_it(client: FlaskClient) -> None:
    assert ADDRESS in client.get("/events/houkoku").text
    assert ADDRESS in client.get("/").text
    answer = ask(client)
    assert (answer.status_code, answer.location) == (303, f"{ADDRESS}/sent")
    assert "14日以内" in client.get(answer.location).text
    (letter,) = letters()
    path = re.search(r"http://127\.0\.0\.1:8000(/i/[a-z0-9]+)$", letter.body, re.MULTILINE)
    assert path
    assert (letter.to_address, letter.unsubscribe_url) == ("mihon@example.com", "")
    assert rows()[0].state == "asked"
    shown = client.get(path[1])
    assert "見本食堂" in shown.text
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == (
        "no-store",
        "noindex",
    )
    done = client.post(path[1])
    assert (done.status_code, done.location) == (303, path[1])
    assert "お知らせの登録が済みました" in client.get(done.location).text
    assert f"{path[1]}/leave" in client.get(done.location).text
    assert [one.purpose for one in letters()] == ["interest_ask", "interest_confirmed"]
    left = client.post(f"{path[1]}/leave")
    assert left.status_code == 200
    assert "お知らせを取りやめました" in left.text
    assert not any("Set-Cookie" in one.headers for one in (answer, shown, done, left))


def test_opening_links_changes_nothing(client: FlaskClient) -> None:
    """Mail scanners open every link of a letter."""
    ask(client)
    for _time in range(2):
        for path in ("", "/leave", "/sign-up"):
            client.get(link() + path)
            client.head(link() + path)
    assert [row.state for row in rows()] == ["asked"]
    client.post(link())
    for path in ("", "/leave", "/sign-up"):
        client.get(link() + path)
    assert [row.state for row in rows()] == ["confirmed"]
    assert rows()[0].name == "見本 花子"


def test_the_same_form_twice_is_one_letter(client: FlaskClient) -> None:
    token = open_form(client)
    first, second = ask(client, token), ask(client, token)
    assert first.location == second.location
    assert (len(rows()), len(letters())) == (1, 1)


def test_every_address_gets_the_same_answer_and_the_same_work(
    app: Flask, client: FlaskClient
) -> None:
    seen, sent = [], []

    def look() -> None:
        token = open_form(client)
        with count_queries(app) as statements:
            answer = ask(client, token)
        page = client.get(answer.location)
        seen.append((answer.status_code, answer.location, page.text))
        sent.append([re.sub(r"\s+", " ", one)[:40] for one in statements])

    look()  # unknown
    look()  # asked, not confirmed
    client.post(link())
    look()  # on the list
    assert len(set(seen)) == 1
    assert sent[0] == sent[1] == sent[2]
    purposes = [letter.purpose for letter in letters()]
    assert purposes == ["interest_ask", "interest_ask", "interest_confirmed", "interest_confirmed"]
    assert "すでに登録されています" in letters()[-1].body


def test_asking_again_counts_from_then_and_the_latest_words_count(client: FlaskClient) -> None:
    ask(client)
    with time_machine.travel(now() + timedelta(days=10), tick=False):
        ask(client, name="見本 華子")
    (row,) = rows()
    assert row.name == "見本 華子"
    assert row.created_at > now() + timedelta(days=9)


def test_nobody_changes_what_was_confirmed_by_asking_again(client: FlaskClient) -> None:
    listed(client)
    before = rows()[0]
    ask(client, name="例 太郎", organisation="例の家", email="MIHON@example.com")
    (row,) = rows()
    assert (row.name, row.organisation, row.email) == ("見本 花子", "見本食堂", before.email)
    assert (row.created_at, row.state) == (before.created_at, "confirmed")
    assert letters()[-1].to_address == "mihon@example.com"


def test_leaving_erases_who_it_was_and_asking_again_begins_anew(client: FlaskClient) -> None:
    old = listed(client)
    client.post(f"{old}/leave")
    (row,) = rows()
    assert (row.state, row.name, row.organisation, row.email) == ("left", "", "", "")
    assert "mihon" not in row.email_key
    assert {letter.state for letter in letters()} == {"suppressed"}
    assert not any(one.to_address or one.to_name or one.body for one in letters())
    assert queries.count_by_event() == {}
    ask(client)
    assert [row.state for row in rows()] == ["left", "asked"]
    assert client.get(old).status_code == 410
    assert client.post(old).status_code == 410
    assert client.get(f"{old}/leave").status_code == 200
    assert client.post(f"{old}/leave").status_code == 200


def test_a_mail_program_ends_it_by_one_click(client: FlaskClient) -> None:
    """RFC 8058, 3.2: no cookies, no Origin, no page before it, answered without a redirect."""
    path = listed(client)
    assert letters()[-1].unsubscribe_url == f"http://127.0.0.1:8000{path}/leave"
    answer = client.post(f"{path}/leave", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [row.state for row in rows()] == ["left"]


def test_another_site_cannot_press_the_buttons(client: FlaskClient) -> None:
    ask(client)
    for path in (link(), f"{link()}/leave", ADDRESS):
        answer = client.post(path, headers={"Origin": "https://other.example.com"})
        assert answer.status_code == 403
    assert [row.state for row in rows()] == ["asked"]


@pytest.mark.parametrize("rest", ["", "/leave", "/sign-up"])
def test_links_that_are_not_ours_are_not_found(client: FlaskClient, rest: str) -> None:
    ask(client)
    row = rows()[0]
    good = links.token(row.id, row.version)
    for token in (f"{good[:-1]}{'a' if good[-1] != 'a' else 'b'}", "abc", good[:20], good + "a"):
        assert client.get(f"/i/{token}{rest}").status_code == 404
        if rest != "/sign-up":
            assert client.post(f"/i/{token}{rest}").status_code == 404
    old = links.token(row.id, row.version + 1)
    assert client.get(f"/i/{old}{rest}").status_code == 410
    assert client.get(f"/r/{good}").status_code == 404, "good for one purpose only"


def test_who_does_not_confirm_in_time_is_forgotten(client: FlaskClient) -> None:
    ask(client)
    ask(client, email="rei@example.com")
    client.post(link())
    first = rows()[0]
    old = f"/i/{links.token(first.id, first.version)}"
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        assert client.get(old).status_code == 410
        assert client.post(old).status_code == 410
        forgetting.forget_unconfirmed_tick(None)
        forgetting.forget_unconfirmed_tick(None)
        gone = client.get(old)
    assert gone.status_code == 410
    assert "もう一度お申し込みください" in gone.text
    assert [row.email for row in rows()] == ["rei@example.com"]
    assert sorted({one.to_address for one in letters()}) == ["", "rei@example.com"]


def test_the_id_of_a_forgotten_row_opens_nothing_of_the_next(client: FlaskClient) -> None:
    ask(client)
    old = link()
    with time_machine.travel(now() + timedelta(days=15)):
        forgetting.forget_unconfirmed(now())
    ask(client, email="rei@example.com")
    assert client.get(old).status_code == 410
    assert client.post(f"{old}/leave").status_code == 410


def test_one_address_gets_three_letters_a_day_whoever_asks(client: FlaskClient) -> None:
    for number in range(12):
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert ask(client).status_code == 303
    assert len(letters()) == 3
    ask(client, email="rei@example.com")
    assert len(letters()) == 4


def test_too_many_from_one_source_keeps_what_was_typed(make_app: MakeApp) -> None:
    app = make_app(limit_interest="2 per hour")
    with app.app_context():
        make_event("houkoku", kind="briefing", starts_in=None, opens=None)
        client = browser(app, use_cookies=False)
        codes = [ask(client, email=f"mihon{n}@example.com").status_code for n in range(3)]
        assert codes == [303, 303, 429]
        answer = ask(client)
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="見本食堂"' in answer.text
    assert "何も保存されていません" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " \u200b"}, "氏名を入力してください"),
        ({"name": "あ" * 81}, "80文字"),
        ({"organisation": "\x00"}, "読み取れない文字"),
        ({"email": ""}, "メールアドレスを入力してください"),
        ({"email": "mihon"}, "メールアドレスを確かめてください"),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "メールアドレス"),
        ({"token": "abc"}, "もう一度、ボタンを押してください"),
    ],
)
def test_bad_input_says_what_to_do_and_keeps_the_rest(
    client: FlaskClient, changes: dict[str, str], said: str
) -> None:
    answer = ask(client, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>エラー:" in answer.text
    assert rows() == []


def test_a_slip_in_the_address_is_asked_about_once(client: FlaskClient) -> None:
    slip = ask(client, email="ｍihon @gmail.con")
    assert slip.status_code == 422
    assert 'name="fix_email" value="mihon@gmail.com"' in slip.text
    kept = re.search(r'name="email_kept" value="([^"]+)"', slip.text)
    assert kept
    fixed = ask(client, email="mihon@gmail.con", fix_email="mihon@gmail.com")
    assert 'value="mihon@gmail.com"' in fixed.text
    assert rows() == []
    assert ask(client, email="ｍihon @gmail.con", email_kept=kept[1]).status_code == 303


def test_broken_bytes_are_told(client: FlaskClient) -> None:
    body = f"token={open_form(client)}&name=%E8&email=mihon@example.com".encode()
    answer = client.post(ADDRESS, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert rows() == []


def test_the_language_switch_takes_along_what_was_typed(client: FlaskClient) -> None:
    page = ask(client, lang="?lang=en", step="edit")
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert 'value="見本食堂"' in page.text
    ask(client, lang="?lang=en")
    assert letters()[0].subject.startswith("[Please press")
    assert '<html lang="en"' in client.get(link()).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "cancelled"}, "中止"),
        ({"opens_at": -1}, "お申し込みを受け付けています"),
        ({"opens_at": 1}, "まだ始まっていません"),
    ],
)
def test_only_while_the_date_is_not_fixed(
    client: FlaskClient, event: int, change: dict[str, object], said: str
) -> None:
    token = open_form(client)
    start = now() + timedelta(days=30)
    with transaction() as session:
        row = session.get_one(Event, event)
        for name, value in change.items():
            fixed = now() + timedelta(hours=value) if isinstance(value, int) else value
            setattr(row, name, fixed)
        row.sessions = [EventSession(starts_at=start, ends_at=start + timedelta(hours=2))]
    shown, sent = client.get(ADDRESS), ask(client, token)
    assert (shown.status_code, sent.status_code) == (200, 409)
    assert said in shown.text
    assert said in sent.text
    assert "03-0000-0000" in sent.text
    assert rows() == []


def test_drafts_and_meetings_that_do_not_exist(client: FlaskClient, event: int) -> None:
    token = open_form(client)
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event).values(state="draft"))
    assert client.get(ADDRESS).status_code == 404
    assert ask(client, token).status_code == 404
    assert client.get("/events/nai/interest").status_code == 404


@pytest.mark.parametrize("table", ["interest", "outbox_letter"])
def test_a_fault_at_any_step_stores_nothing_at_all(client: FlaskClient, table: str) -> None:
    token = open_form(client)

    def fail(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise OperationalError(statement, None, Exception("disk I/O error"))

    sql_event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = ask(client, token)
    finally:
        sql_event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert 'value="見本食堂"' in answer.text
    assert (rows(), letters()) == ([], [])


def test_what_the_form_is_filled_in_with(client: FlaskClient) -> None:
    ask(client)
    token = link().removeprefix("/i/")
    assert queries.find_prefill(token) is None, "not before it is confirmed"
    client.post(link())
    found = queries.find_prefill(token)
    assert found is not None
    assert (found.slug, found.name, found.organisation, found.email, found.locale) == (
        "houkoku",
        "見本 花子",
        "見本食堂",
        "mihon@example.com",
        "ja",
    )
    answer = client.get(f"/i/{token}/sign-up?lang=en")
    assert answer.status_code == 303
    assert answer.location == f"/events/houkoku/register/for/{token}?lang=en"
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.slug == "houkoku")).one()
        event.opens_at = now() - timedelta(days=1)
        start = now() + timedelta(days=30)
        event.sessions = [EventSession(starts_at=start, ends_at=start + timedelta(hours=2))]
    form = client.get(f"/events/houkoku/register/for/{token}")
    assert form.headers["Cache-Control"] == "no-store"
    for known in ("見本 花子", "見本食堂", "mihon@example.com"):
        assert f'value="{known}"' in form.text
    assert "お名前のふりがなと、そのほかの欄を入力してください" in form.text
    unknown = client.get(f"/events/houkoku/register/for/{'a' * 30}")
    assert unknown.location == "/events/houkoku/register", "the empty form"
    assert answer.headers["Cache-Control"] == "no-store"
    client.post(f"{link()}/leave")
    assert queries.find_prefill(token) is None
    assert queries.find_prefill("abc") is None
    assert client.get(f"/i/{token}/sign-up").status_code == 410


def test_the_office_sees_how_many_wait(client: FlaskClient, event: int) -> None:
    listed(client)
    ask(client, email="rei@example.com")
    assert queries.count_by_event() == {event: 1}
    assert db.session.scalar(select(func.count(Interest.id))) == 2
