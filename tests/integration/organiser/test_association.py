"""Settings of the association: seen everywhere at once, judged, written down, never half lost."""

import io
import math
import struct
import zlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.association.stored import kept
from app.auth.facts import Actor
from app.auth.models import Account, AuditValue
from app.auth.service import create_account
from app.config import current_settings
from app.db import db
from app.mail.message import build
from app.mail.models import OutboxLetter
from app.settings import service
from tests.conftest import MakeApp, browser, count_queries
from tests.entries import person, sign_up
from tests.factories import make_event
from tests.office import actions, enter, hidden_of, send
from tests.pages import errors, filled, press

PAGE = "/office/settings"


def picture(width: int = 120, height: int = 60) -> bytes:
    """A PNG with nothing but its head and an empty content."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (head, b"IDAT" + zlib.compress(b""), b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + data


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    return office_client


def somebody() -> Actor:
    return Actor(account_id=db.session.scalars(select(Account.id)).one(), email="", name="")


def fields(**more: str) -> dict[str, str]:
    """Everything as it is, with some of it changed; the samples have no real postal code."""
    own = {"association_address_ja": "〒231-0000 横浜市見本区 1-2"}
    return {**service.current_values(), **own, **more}


def test_what_is_set_stands_on_the_pages_at_once_and_in_the_audit_log(
    app: Flask, office: FlaskClient
) -> None:
    typed = fields(association_name_ja="見本の会", association_telephone="０４５（０００）００００")
    answer = send(office, PAGE, **typed)
    assert answer.headers["Location"] == "/office/mail?begin=1", "first of all, can letters go out?"
    page = browser(app, use_cookies=False).get("/").text
    assert "見本の会" in page
    assert "045-000-0000" in page
    assert actions(app) == ["settings.changed"]
    value = db.session.scalars(select(AuditValue)).one()
    assert value.after["association_name_ja"] == "見本の会"
    assert value.before["association_telephone"] == "03-0000-0000"
    assert "見本の会" in office.get("/office/history").text


def test_the_log_tells_only_what_was_changed(app: Flask, office: FlaskClient) -> None:
    untouched = {**service.current_values()}
    for _press in range(2):
        service.change(untouched, somebody())
    assert actions(app) == []
    assert service.change({**untouched, "association_fax": "03-0000-0009"}, somebody())
    assert actions(app) == ["settings.changed"]


def test_an_organisation_has_a_name_of_its_own_kind(office: FlaskClient) -> None:
    page = send(office, PAGE, **fields(association_name_ja=""))
    assert "氏名を入力" not in page.text
    host = send(office, f"{PAGE}/hosts/new", name="")
    for given in (page, host):
        assert "団体の名前を入力してください" in given.text
        assert "名称" not in given.text, "one word for it, in the field and the message"
    assert "氏名" not in host.text
    assert send(office, f"{PAGE}/hosts/new", name="見本の会").status_code == 303
    assert "<b>団体の名前</b>: 見本の会" in office.get("/office/history?action=host.added").text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("association_name_ja", "", "入力してください"),
        ("association_telephone", "12", "番号をもう一度"),
        ("association_address_ja", "横浜市", "郵便番号"),
        ("mail_sender", "事務局", "のような形で入力してください"),
        ("association_reading", "見本", "ひらがな"),
        ("default_language", "fr", "選び"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    office: FlaskClient, field: str, typed: str, told: str
) -> None:
    answer = send(office, PAGE, **fields(association_hours_ja="火曜だけ", **{field: typed}))
    assert answer.status_code == 422
    assert told in answer.text
    assert "火曜だけ" in answer.text
    assert not kept().stored.version


def test_of_two_administrators_the_second_sees_the_difference(
    app: Flask, office: FlaskClient
) -> None:
    seen = hidden_of(office.get(PAGE))
    first = fields(association_hours_ja="月曜だけ", association_fax="03-0000-0009")
    with app.app_context():
        service.change(first, somebody())
    second = fields(association_hours_ja="水曜だけ")
    answer = office.post(PAGE, data={**second, **seen})
    assert answer.status_code == 409
    assert "月曜だけ" in answer.text
    assert current_settings().association_hours_ja == "月曜だけ"
    assert "入力した内容: 03" not in answer.text
    again = office.post(PAGE, data={**second, **filled(answer)})
    assert again.status_code == 303
    assert current_settings().association_hours_ja == "水曜だけ"
    assert current_settings().association_fax == "03-0000-0009", "of the first, and kept"


def test_another_process_sees_it_when_it_looks_again_and_pages_cost_no_statement_for_it(
    app: Flask, office_client: FlaskClient, make_app: MakeApp
) -> None:
    other = make_app()
    enter(office_client, role="administrator")
    visitor = browser(other, use_cookies=False)
    with app.app_context():
        service.change(fields(association_name_ja="あたらしい名前"), somebody())
    with count_queries(other) as unchanged:
        assert "あたらしい名前" not in visitor.get("/").text
    other.extensions["association"].good_for = 0
    with count_queries(other) as looked:
        assert "あたらしい名前" in visitor.get("/").text
    assert len(looked) == len(unchanged) + 2
    other.extensions["association"].good_for = math.inf


def test_a_logo_is_judged_by_its_content_and_stands_in_the_head_of_public_pages(
    app: Flask, office: FlaskClient
) -> None:
    def put_up(data: bytes) -> int:
        token = {"csrf_token": hidden_of(office.get(PAGE))["csrf_token"]}
        sent = {**token, "logo": (io.BytesIO(data), "x.png")}
        return office.post(f"{PAGE}/logo", data=sent).status_code

    assert put_up(b"<svg onload=alert(1)>") == 422
    assert put_up(b"") == 422
    assert put_up(picture() + bytes(300_000)) == 422
    assert put_up(picture(5000, 10)) == 422
    assert put_up(picture()) == 303
    visitor = browser(app, use_cookies=False)
    page = visitor.get("/").text
    logo = kept().stored.logo
    assert logo is not None
    assert f'src="/logo/{logo.version}" width="80" height="40"' in page
    answer = visitor.get(f"/logo/{logo.version}")
    assert answer.data == picture()
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert visitor.get("/logo/0123456789abcdef").status_code == 404
    assert send(office, f"{PAGE}/logo/remove").status_code == 303
    assert "/logo/" not in visitor.get("/").text
    assert visitor.get(f"/logo/{logo.version}").status_code == 404
    assert actions(app) == ["logo.set", "logo.removed"]


def test_a_picture_that_is_far_too_large_is_told_the_limit(office: FlaskClient) -> None:
    body, form = io.BytesIO(bytes(2_000_000)), "multipart/form-data; boundary=x"
    answer = office.post(f"{PAGE}/logo", input_stream=body, content_type=form)
    assert answer.status_code == 413
    assert "送れるファイルは 200 kBまでです" in answer.text


def test_a_meeting_writes_in_the_name_of_its_host(app: Flask, office: FlaskClient) -> None:
    event = make_event("junbi")
    host = {"name": "見本の準備会", "sender": "準備会 世話人", "offered": "1"}
    host |= {"telephone": "045-000-0009", "reply_to": "junbi@example.com"}
    assert send(office, f"{PAGE}/hosts/new", **host).status_code == 303
    (host_id,) = kept().stored.hosts
    page = office.get("/office/events/junbi/contents")
    chosen = {**filled(page).to_dict(), "kind": "assembly", "host": str(host_id)}
    assert office.post("/office/events/junbi/contents", data=chosen).status_code == 303
    sign_up("junbi", person("見本 花子", event))
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert "準備会 世話人" in letter.body
    assert "045-000-0009" in letter.body
    message = build(letter, current_settings())
    assert message.sender == ("準備会 世話人", current_settings().mail_sender)
    assert message.reply_to == "junbi@example.com"
    assert "見本の準備会" in office.get("/office/history").text
    seen = hidden_of(office.get(f"{PAGE}/hosts/{host_id}")) | {"seen": "7"}
    assert office.post(f"{PAGE}/hosts/{host_id}", data={**host, **seen}).status_code == 409


@pytest.mark.parametrize("asked", ["needed", "optional", "no"])
def test_the_reading_is_asked_as_the_office_wants_it(
    client: FlaskClient, office: FlaskClient, asked: str
) -> None:
    event = make_event()
    service.change(fields(reading_asked=asked), somebody())
    page = client.get("/events/soukai/register")
    assert ("ふりがな" in page.text) == (asked != "no")
    given = {"p0-name": "見本 花子", f"p0-way-{event}": "venue", "email": "mihon@example.com"}
    told = errors(press(client, page, "check", given))
    assert any("ふりがな" in line for line in told) == (asked == "needed")


def test_pages_are_in_the_language_and_on_the_paper_of_the_association(
    client: FlaskClient, office: FlaskClient
) -> None:
    make_event()
    before = client.get("/").text
    more = {"paper_size": "letter", "association_reading": "わーかーず"}
    service.change(fields(default_language="en", **more), somebody())
    page = client.get("/events/soukai").text
    assert '<html lang="en">' in page
    assert 'rel="canonical" href="http://127.0.0.1:8000/events/soukai"' in page
    assert 'hreflang="ja" href="http://127.0.0.1:8000/events/soukai?lang=ja"' in page
    assert '<html lang="ja">' in client.get("/?lang=ja").text
    assert "(わーかーず)" in client.get("/?lang=easy").text
    assert "letter.css" in page
    assert "letter.css" not in before


def test_the_first_login_leads_through_the_settings_once(
    app: Flask, office_client: FlaskClient
) -> None:
    known = {"email": "mihon@example.com", "password": "a good long password"}
    create_account(name="見本 花子", role="administrator", **known)
    send(office_client, "/office/login", **known)
    assert office_client.get("/office/").location == PAGE
    page = office_client.get(PAGE).text
    assert "あとで設定する" in page
    assert "/office/account" in page
    later = office_client.get("/office/")
    assert later.status_code == 200
    assert f'href="{PAGE}"' in later.text
    send(office_client, PAGE, **fields())
    assert "あと3つの準備" not in office_client.get("/office/").text


def test_only_administrators_see_it(office_client: FlaskClient) -> None:
    enter(office_client, role="organiser")
    assert office_client.get(PAGE).status_code == 404
    assert "/office/settings" not in office_client.get("/office/").text
