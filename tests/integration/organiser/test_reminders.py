import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.organiser import reminders
from app.reminders import making, service
from app.reminders.models import Campaign
from tests.factories import make_event, make_signups, person
from tests.office import enter, hidden_of, send, token_of

BASE = "/office/events/soukai/reminders"
NEW = f"{BASE}/new"
TEXT = {"to": "confirmed", "subject": "【お知らせ】{{会の名前}}", "body": "{{氏名}} 様\n{{会場}}"}


class Never:
    asked = False


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def preview_of(text: str) -> str:
    found = re.search(r'<pre lang="\w+">(.*?)</pre>', text, re.DOTALL)
    assert found is not None
    return found[1]


def draft(office: FlaskClient, **text: str) -> str:
    """Write a reminder; return the address of the question."""
    answer = send(office, NEW, **{**TEXT, **text}, step="check")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_from_the_default_text_to_the_letters(app: Flask, office: FlaskClient) -> None:
    make_signups(make_event(), 8)
    page = office.get(NEW)
    assert "{{氏名}} 様" in page.text
    assert "まだ送られません" in page.text
    ask = draft(office)
    question = office.get(ask)
    assert "7人にメールを送りますか" in question.text
    assert "7人にメールを送る" in question.text
    assert "1人(電話か郵送でお知らせします)" in question.text
    done = office.post(ask, data=hidden_of(question))
    assert done.status_code == 303
    again = office.post(ask, data=hidden_of(question))
    assert again.location == done.location
    assert db.session.scalar(select(func.count(OutboxLetter.id))) == 0
    page = office.get(done.location).text
    assert "手紙を準備しています" in page
    assert "通のうち" not in page
    assert "準備しています" in office.get(BASE).text
    making.make_letters_tick(Never())
    page = office.get(done.location).text
    assert "7通のうち 0通を、メールサーバーが受け取りました" in page
    assert "1人に、電話か郵送でお知らせしてください" in page
    assert "1人の一覧を見る" in page
    assert office.get(f"{done.location}/edit").location == done.location
    assert office.get(f"{done.location}/send").location == done.location
    assert done.location in office.get(BASE).text


def test_the_preview_is_one_real_recipient_and_goes_on_to_the_next(office: FlaskClient) -> None:
    make_signups(make_event(), 3)
    first = send(office, NEW, **TEXT, step="preview")
    assert first.status_code == 200
    chosen = re.search(r'value="(person:\d+)">次の人', first.text)
    assert chosen is not None
    second = send(office, NEW, **{**TEXT, "subject": "変えた件名"}, step=chosen[1])
    assert preview_of(first.text) != preview_of(second.text)
    assert "変えた件名" in second.text
    assert "前の人" in second.text
    assert db.session.scalar(select(func.count(Campaign.id))) == 0


def test_a_mistyped_variable_stops_here_and_a_button_corrects_it(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    wrong = "{{お名前}} 様\n<script>alert(1)</script>"
    refused = send(office, NEW, to="confirmed", subject="件名", body=wrong, step="check")
    assert refused.status_code == 422
    assert "{{お名前}} は使えません。{{氏名}} に直してください" in refused.text
    assert "<mark>{{お名前}}</mark>" in refused.text
    assert "<script>alert" not in refused.text
    values = {
        **hidden_of(refused),
        "to": "confirmed",
        "subject": "件名",
        "body": wrong,
        "fix": "body:0",
    }
    mended = office.post(NEW, data=values)
    assert preview_of(mended.text).startswith("見本 花子 様")
    assert db.session.scalar(select(func.count(Campaign.id))) == 0


def test_a_personal_link_is_not_shown_to_the_office(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    page = send(
        office, NEW, to="confirmed", subject="件名", body="{{確認のリンク}}", step="preview"
    )
    assert preview_of(page.text).strip() == "http://127.0.0.1:8000/r/…"


def test_a_test_letter_to_oneself(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    done = send(office, NEW, **TEXT, step="test")
    assert done.status_code == 303
    assert "jimukyoku@example.com あてに" in office.get(done.location).text
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert (letter.purpose, letter.to_address) == ("test", "jimukyoku@example.com")


def test_a_test_letter_with_a_forged_number_is_sent_all_the_same(office: FlaskClient) -> None:
    make_event()
    done = send(office, NEW, **TEXT, step="test", once="\x00x", person="9" * 40, version="x")
    assert done.status_code == 303


def test_two_people_edit_at_once(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    ask = draft(office)
    edit = ask.replace("/send", "/edit")
    mine = office.get(edit)
    send(office, edit, to="confirmed", subject="先に変えた", body="本文A", step="check")
    values = {**hidden_of(mine), "to": "confirmed", "subject": "わたしの", "body": "本文B"}
    refused = office.post(edit, data=values)
    assert refused.status_code == 409
    for kept in ("先に変えた", "本文A", "わたしの", "本文B"):
        assert kept in refused.text
    values = {**hidden_of(refused), "to": "confirmed", "subject": "わたしの", "body": "本文B"}
    assert office.post(edit, data=values).status_code == 303
    assert "本文B" in office.get(edit).text


def test_of_a_reminder_each_keeps_what_only_they_changed(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    edit = draft(office).replace("/send", "/edit")
    typed = {"to": "confirmed", **TEXT}
    mine = {**hidden_of(office.get(edit)), **typed}
    theirs = {**hidden_of(office.get(edit)), **typed, "to": "waiting", "subject": "先に変えた"}
    assert office.post(edit, data=theirs).status_code == 303
    refused = office.post(edit, data={**mine, "body": "本文B"})
    assert refused.status_code == 409
    box = refused.text.partition('class="errs')[2].partition("<h1>")[0]
    assert "いまの内容:" not in box
    assert "先に変えた" in box.partition("その間に変わったもの")[2]
    assert 'value="先に変えた"' in refused.text
    assert '<option value="waiting" selected' in refused.text
    assert "本文B" in refused.text


def test_a_text_changed_after_the_question_is_asked_about_again(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    ask = draft(office)
    question = office.get(ask)
    send(
        office,
        ask.replace("/send", "/edit"),
        to="confirmed",
        subject="変えた",
        body="本文",
        step="check",
    )
    refused = office.post(ask, data=hidden_of(question))
    assert refused.status_code == 409
    assert "変えた" in preview_of(refused.text) or "変えた" in refused.text
    assert db.session.scalars(select(Campaign)).one().state == "draft"
    assert office.post(ask, data=hidden_of(refused)).status_code == 303


def test_sent_meanwhile_what_was_typed_can_become_another(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    ask = draft(office)
    edit = ask.replace("/send", "/edit")
    mine = office.get(edit)
    send(office, ask)
    values = {**hidden_of(mine), "to": "confirmed", "subject": "わたしの", "body": "本文B"}
    refused = office.post(edit, data=values)
    assert refused.status_code == 409
    assert f'action="{NEW}"' in refused.text
    assert "本文B" in refused.text


def test_only_people_without_an_address(office: FlaskClient) -> None:
    make_signups(make_event(), 2, email="", telephone="090-0000-0000")
    page = office.get(draft(office))
    assert "電話で連絡する2人の一覧を作りますか" in page.text


@pytest.mark.parametrize("step", ["check", "test"])
def test_a_busy_database_loses_nothing_that_was_typed(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    make_signups(make_event(), 1)
    typed = {"to": "confirmed", "subject": "わたしの件名", "body": "わたしの本文"}
    with monkeypatch.context() as patch:
        patch.setattr(service, "save" if step == "check" else "send_test", busy)
        refused = send(office, NEW, **typed, step=step)
    assert refused.status_code == 503
    assert "混み合っています" in refused.text
    for value in typed.values():
        assert value in refused.text
    again = office.post(NEW, data={**hidden_of(refused), **typed, "step": step})
    assert again.status_code == 303
    assert db.session.scalar(select(func.count(Campaign.id))) == 1


def test_a_busy_database_asks_the_question_again(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_signups(make_event(), 1)
    ask = draft(office)
    with monkeypatch.context() as patch:
        patch.setattr(service, "start", busy)
        refused = send(office, ask)
    assert refused.status_code == 503
    assert "混み合っています" in refused.text
    assert office.post(ask, data=hidden_of(refused)).status_code == 303


def busy(*_args: object, **_named: object) -> None:
    raise Busy("database")


def test_a_database_that_cannot_be_read_loses_nothing_either(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event()
    page = office.get(NEW)
    monkeypatch.setattr(reminders, "day_of", busy)
    values = {**hidden_of(page), "to": "confirmed", "subject": "わたしの件名", "body": "x"}
    refused = office.post(NEW, data=values)
    assert refused.status_code == 503
    assert hidden_of(refused)["subject"] == "わたしの件名"


def test_a_meeting_that_was_called_off(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    ask = draft(office)
    question = office.get(ask)
    with transaction() as session:
        session.execute(update(Event).values(state="cancelled"))
    refused = office.post(ask, data=hidden_of(question))
    assert refused.status_code == 409
    for text in (refused.text, office.get(ask).text, office.get(NEW).text):
        assert "この会合は中止になりました" in text
        assert "一人ずつ連絡してください" in text
    assert "にメールを送る</button>" not in office.get(ask).text


def test_a_meeting_that_is_over(office: FlaskClient) -> None:
    make_signups(make_event(starts_in=timedelta(days=-2)), 1)
    for path in (NEW, draft(office)):
        assert "この会合は終わりました" in office.get(path).text


def test_nobody_to_write_to(office: FlaskClient) -> None:
    make_event()
    ask = draft(office)
    page = office.get(ask)
    assert "当てはまる人は、いまいません" in page.text
    refused = office.post(ask, data={"csrf_token": token_of(page), "version": "1", "up_to": "9"})
    assert refused.status_code == 422


def test_each_recipients_state_is_told(office: FlaskClient) -> None:
    make_signups(make_event(), 6)
    ask = draft(office)
    send(office, ask)
    making.make_letters_tick(Never())
    told = {
        0: {"state": "failed", "reason": "address_unknown", "attempts": 1},
        1: {"state": "retrying", "reason": "server_busy", "due_at": now() + timedelta(hours=1)},
        2: {"state": "accepted", "accepted_at": now()},
    }
    with transaction() as session:
        ids = session.scalars(select(OutboxLetter.id).order_by(OutboxLetter.id)).all()
        for at, values in told.items():
            session.execute(update(OutboxLetter).where(OutboxLetter.id == ids[at]).values(**values))
    address = ask.removesuffix("/send")
    mind = office.get(f"{address}?tab=mind").text
    for words in (
        "送れなかった",
        "あて先のアドレスが見つかりません",
        "にもう一度",
        "混み合っています",
    ):
        assert words in mind
    assert "順番待ち(3)" in mind
    assert "受け取り済み(1)" in mind
    accepted = office.get(f"{address}?tab=accepted").text
    assert accepted.count('<th role="rowheader"') == 1
    assert "届きました" not in mind + accepted
    part = office.get(f"{address}/progress").text
    assert "<html" not in part
    assert "6通のうち 1通を" in part
    assert "data-over" not in part
    for words in ("1人に、電話か郵送でお知らせしてください", "受け取り済み(1)", "見本"):
        assert words in part
    chosen = office.get(f"{address}/progress?tab=accepted").text
    assert chosen.count('<th role="rowheader"') == 1


def test_letters_stand_fifty_on_a_page_in_the_order_of_the_sign_ups(office: FlaskClient) -> None:
    event = make_event(venue=None)
    make_signups(event, 70)
    numbers = [f"A-{n + 1:04d}" for n in range(70) if person(n).email]
    ask = draft(office)
    send(office, ask)
    making.make_letters_tick(Never())
    address = ask.removesuffix("/send")
    first = office.get(f"{address}?tab=waiting").text
    assert first.count('<th role="rowheader"') == 50
    following = re.search(r"after=(\d+)", first)
    assert following is not None
    second = office.get(f"{address}?tab=waiting&after={following[1]}").text
    assert second.count('<th role="rowheader"') == 10
    assert "前のページ" in second
    shown = re.findall(r'class="name"><a [^<]+</a> <span class="note n">([^<]+)', first + second)
    assert shown == numbers
    back = re.search(r"before=(\d+)", second)
    assert back is not None
    again = office.get(f"{address}?tab=waiting&before={back[1]}").text
    assert again.count('<th role="rowheader"') == 50
    assert "前のページ" not in again
    assert office.get(f"{address}?tab=waiting&after=999999").text.count("rowheader") == 50


@pytest.mark.parametrize("wrong", ["7", "0", "9" * 20, "x"])
def test_a_reminder_that_is_not_there(office: FlaskClient, wrong: str) -> None:
    make_event()
    for end in ("", "/edit", "/send", "/progress"):
        assert office.get(f"{BASE}/{wrong}{end}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"subject": ""}, {"body": ""}, {"subject": "あ" * 201}, {"body": "あ" * 10001}],
)
def test_what_was_typed_stays_when_it_is_refused(
    office: FlaskClient, wrong: dict[str, str]
) -> None:
    make_event()
    typed = {"to": "confirmed", "subject": "わたしの件名", "body": "わたしの本文", **wrong}
    refused = send(office, NEW, **typed, step="check")
    assert refused.status_code == 422
    for value in typed.values():
        assert value in refused.text
