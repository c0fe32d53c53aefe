"""The office's pages about returned letters, calendars' answers, and whether mail is set up."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.base.clock import now
from app.db import transaction
from app.mail.bounces import service
from app.mail.check import service as checking
from app.mail.check.facts import Finding
from app.registration.models import Registration
from tests import returned
from tests.conftest import count_queries
from tests.entries import person, sign_up
from tests.factories import make_event, make_signups
from tests.integration.mail.bounces.test_service import sent
from tests.office import actions, enter, token_of

TO = "mihon1@example.com"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    return office_client


def come_back(app: Flask) -> int:
    """Somebody is signed up whose letters come back; return the id of the sign-up."""
    event = make_event("soukai")
    signed = sign_up("soukai", person("見本 花子", event), email=TO, telephone="03-0000-0000")
    service.take_in(returned.postfix(sent(app), TO))
    return signed.registration_id


def test_a_marked_address_is_shown_with_reason_people_and_button(
    app: Flask, office: FlaskClient
) -> None:
    registration_id = come_back(app)
    page = office.get("/office/addresses")
    assert "手紙が戻ってきました。宛先が見つかりません。" in page.text
    assert f"/office/signups/{registration_id}" in page.text
    assert "見本 花子" in page.text
    assert "印をはずす" in page.text
    english = office.get("/office/addresses?lang=en").text
    assert "The letter came back: the address was not found." in english


def test_the_button_takes_the_mark_off_once(app: Flask, office: FlaskClient) -> None:
    come_back(app)
    token = {"csrf_token": token_of(office.get("/office/addresses"))}
    done = office.post("/office/addresses/1/lift", data=token, follow_redirects=True)
    assert f"これから {TO} に手紙を送ります。" in done.text
    assert "印をはずす" not in done.text
    again = office.post("/office/addresses/1/lift", data=token, follow_redirects=True)
    assert "印はすでにはずされていました。" in again.text
    assert actions(app).count("address.lifted") == 1
    assert "届かない宛先の印をはずしました" in office.get("/office/history").text


def test_the_index_and_the_sign_up_say_so(app: Flask, office: FlaskClient) -> None:
    assert "送るのを止めている宛先" not in office.get("/office/").text
    registration_id = come_back(app)
    assert "送るのを止めている宛先" in office.get("/office/").text
    page = office.get(f"/office/signups/{registration_id}").text
    assert f"{TO} にはメールが届きません" in page
    assert "以前の手紙が戻ってきたためです" in page, "why its letter waits to be told"
    listed = office.get("/office/events/soukai/registrations?letters=failed").text
    assert "見本 花子" in listed


def test_soft_ones_are_listed_apart(app: Flask, office: FlaskClient) -> None:
    full = returned.postfix(sent(app), TO, status="5.2.2", said="552 5.2.2 mailbox full")
    service.take_in(full)
    page = office.get("/office/addresses").text
    assert "ときどき手紙が戻ってくる宛先" in page
    assert "受信箱がいっぱいです" in page
    assert "印をはずす" not in page


def test_the_number_of_addresses_costs_no_queries(app: Flask, office: FlaskClient) -> None:
    counts = []
    for n in (1, 5):
        for one in range(n):
            number = 10 * n + one
            service.take_in(
                returned.postfix(
                    sent(app, number), f"mihon{number}@example.com", key=f"{number}@example.net"
                )
            )
        with count_queries(app) as queries:
            office.get("/office/addresses")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_calendars_refusal_is_shown_and_settled(app: Flask, office: FlaskClient) -> None:
    event = make_event("soukai")
    signed = sign_up("soukai", person("見本 花子", event), email=returned.TO).registration_id
    service.take_in(returned.calendar(signed, event))
    assert "確認を待っているもの" in office.get("/office/").text
    page = office.get("/office/answers")
    assert "カレンダーで欠席と返信" in page.text
    assert "見本 花子" in page.text
    assert "別の宛先" not in page.text
    assert "カレンダーで欠席と返信" in office.get(f"/office/signups/{signed}").text
    token = {"csrf_token": token_of(page)}
    done = office.post("/office/answers/1/settle", data=token, follow_redirects=True)
    assert "確認済みにしました" in done.text
    assert "確認を待っている返信はありません" in done.text
    assert "カレンダーで欠席と返信" in office.get(f"/office/signups/{signed}").text, "kept"


def test_an_answer_from_another_address_says_so(app: Flask, office: FlaskClient) -> None:
    event = make_event("soukai")
    signed = sign_up("soukai", person("見本 花子", event), email=returned.TO).registration_id
    service.take_in(returned.calendar(signed, event, attendee="stranger@example.net"))
    page = office.get("/office/answers").text
    assert "申し込みとは別の宛先からの返信です: stranger@example.net" in page


def test_mail_is_not_ready_until_all_is_right(app: Flask, office: FlaskClient) -> None:
    page = office.get("/office/mail")
    assert "準備ができていません" in page.text
    token = {"csrf_token": token_of(page)}
    asked = office.post("/office/mail", data=token, follow_redirects=True)
    assert "いま調べています" in asked.text
    checking.check_tick(checking.Stop())
    page = office.get("/office/mail").text
    assert "準備ができていません" in page
    assert "は見本です" in page
    good = Finding(code="dkim_ok", state="ok", data={"name": "s1"})
    bad = Finding(
        code="spf_missing",
        state="bad",
        data={"domain": "example.jp"},
        lines=('example.jp. IN TXT "v=spf1 ~all"',),
    )
    store(good, bad)
    page = office.get("/office/mail").text
    assert "準備ができていません" in page
    assert "example.jp. IN TXT &#34;v=spf1 ~all&#34;" in page
    store(good)
    page = office.get("/office/mail").text
    assert "準備ができていません" not in page
    assert "手紙を送れます" in page


def store(*findings: Finding) -> None:
    checking._write({"done_at": now(), "findings": [one.to_json() for one in findings]}, {})


def test_the_mail_pages_ask_the_network_nothing(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a page asked the network")

    token = {"csrf_token": token_of(office.get("/office/mail"))}
    monkeypatch.setattr("app.mail.check.service.check", refuse)
    assert office.get("/office/mail").status_code == 200
    assert office.post("/office/mail", data=token).status_code == 303


def test_the_same_address_at_several_sign_ups(app: Flask, office: FlaskClient) -> None:
    event = make_event("soukai")
    make_signups(event, 3)
    with transaction() as session:
        for row in session.query(Registration):
            row.email, row.email_key = TO, TO
    service.take_in(returned.postfix(sent(app), TO))
    assert office.get("/office/addresses").text.count("/office/signups/") == 3
