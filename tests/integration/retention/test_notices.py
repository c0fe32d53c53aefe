"""Versions of the notice, which one each sign-up was shown, and the list for the co-host."""

import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import AuditEntry, AuditValue
from app.base.timezones import to_local
from app.db import db
from app.registration.models import Registration
from app.registration.privacy.models import PrivacyNotice
from app.web.filters import dated
from tests.factories import make_event, make_series
from tests.office import enter, send
from tests.pages import press

JOINT = {
    "joint": "1",
    "items": ["name", "organisation"],
    "partners": "例の共催団体",
    "purpose": "当日の受付のため",
    "responsible": "見本協会",
    "address": "東京都見本区1-1",
    "representative": "代表理事 見本 洋子",
}
HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
NOTICE = "/office/events/soukai/notice"


@pytest.fixture
def office(app: Flask, office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    make_event("soukai", arrangements_days=21)
    return office_client


def register(client: FlaskClient, **values: str) -> None:
    """Through the form, from the first page to the last."""
    form = client.get("/events/soukai/register")
    check = press(client, form, "check", {**HANAKO, **values})
    assert press(client, check, "complete").status_code == 303


def test_the_form_tells_purpose_terms_and_whom_to_ask(
    office: FlaskClient, client: FlaskClient
) -> None:
    page = client.get("/events/soukai/register").text
    for said in ("会合の21日後に消去", "会合の180日後に消去", "10年間", "個人情報保護 担当"):
        assert said in page, said
    register(client)
    assert db.session.scalar(select(Registration.notice_version)) == 2


@pytest.mark.parametrize("lacking", [name for name in JOINT if name != "joint"])
def test_joint_use_without_one_of_its_facts_is_refused(office: FlaskClient, lacking: str) -> None:
    values: dict[str, Any] = {name: value for name, value in JOINT.items() if name != lacking}
    answer = send(office, NOTICE, text="受付に使います", **values)
    assert answer.status_code == 422
    assert f'id="{lacking}-error"' in answer.text
    assert "受付に使います" in answer.text
    assert db.session.scalar(select(PrivacyNotice.id)) is None


def test_each_sign_up_keeps_the_version_that_its_form_showed(
    office: FlaskClient, client: FlaskClient
) -> None:
    before = client.get("/events/soukai/register")
    assert send(office, NOTICE, text="受付だけに使います", **JOINT).status_code == 303
    page = client.get("/events/soukai/register").text
    for said in ("受付だけに使います", "例の共催団体", "代表理事 見本 洋子", "氏名、所属団体"):
        assert said in page, said
    check = press(client, before, "check", HANAKO)
    assert press(client, check, "complete").status_code == 303
    register(client, **{"p0-name": "例 太郎", "email": "taro@example.com", "notice": "99"})
    versions = select(Registration.notice_version).order_by(Registration.id)
    number = (db.session.scalar(select(PrivacyNotice.id)) or 0) + 2
    assert db.session.scalars(versions).all() == [2, number]


def test_a_second_version_at_once_is_shown_the_first(office: FlaskClient) -> None:
    stale = {"text": "あとから書いた文", "seen": "2"}
    assert send(office, NOTICE, text="先に書いた文").status_code == 303
    answer = send(office, NOTICE, **stale)
    assert answer.status_code == 409
    assert "先に書いた文" in answer.text
    assert "あとから書いた文" in answer.text
    assert send(office, NOTICE, text="あとから書いた文").status_code == 303


def test_the_co_host_gets_only_what_and_whom_the_notice_told(
    office: FlaskClient, client: FlaskClient
) -> None:
    register(client)
    send(office, NOTICE, text="受付に使います", **JOINT)
    register(client, **{"p0-name": "例 太郎", "p0-organisation": "=1+1", "email": "a@example.com"})
    page = office.get("/office/events/soukai/shared").text
    assert "載るのは1人です" in page
    assert "1人を除いています" in page
    sheet = office.get("/office/events/soukai/shared.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert rows == [("氏名", "所属団体"), ("例 太郎", "=1+1")]
    text = office.get("/office/events/soukai/shared.csv").text
    assert "例 太郎,'=1+1" in text
    assert "花子" not in text
    assert "a@example.com" not in text
    query = select(AuditValue.after).join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
    noted = db.session.scalars(query.where(AuditEntry.action == "people.shared")).all()
    told = {"partners": "例の共催団体", "items": ["name", "organisation"]}
    assert noted == [{**told, "people": 1, "left_out": 1}] * 2


def test_without_a_notice_of_joint_use_there_is_no_list(office: FlaskClient) -> None:
    assert "共同利用を伝える説明がありません" in office.get("/office/events/soukai/shared").text
    assert office.get("/office/events/soukai/shared.csv").status_code == 404


def test_one_for_all_holds_where_there_is_none_of_its_own(
    office: FlaskClient, client: FlaskClient
) -> None:
    make_event("gogo", series_id=make_series("gogo"))
    send(office, NOTICE, text="総会のための文")
    send(office, "/office/notice", text="全会合のための文")
    assert "総会のための文" in client.get("/events/soukai/register").text
    assert "全会合のための文" in client.get("/events/gogo/register").text


def test_a_promised_term_cannot_become_longer(office: FlaskClient, client: FlaskClient) -> None:
    register(client)
    path = "/office/events/soukai/contents"
    fields = {"title": "見本の総会", "kind": "assembly", "contacts_days": "180"}
    terms = {"arrangements_days": "22", "minutes_years": "10"}
    longer = send(office, path, **fields, **terms)
    assert longer.status_code == 422
    assert "これより短い期限を伝えています" in longer.text
    assert send(office, path, **fields, **{**terms, "arrangements_days": "7"}).status_code == 303


def test_versions_say_when_they_were_made_by_the_clock_here_and_what_numbers_mean(
    office: FlaskClient,
) -> None:
    send(office, NOTICE, text="総会のための文")
    at = db.session.scalars(select(PrivacyNotice.created_at)).one()
    page = office.get(NOTICE).text
    assert f">{dated(to_local(at, 'Asia/Tokyo'), 'ja')}</time>" in page
    assert "版の番号は、すべての会合を通して" in page
