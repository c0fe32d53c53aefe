"""The sheet of the reception, entered: what was ticked, and the blank lines below."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.clock import now
from app.base.timezones import to_local, to_utc
from app.db import db
from app.desk import entering
from app.registration import attendance
from app.registration.desk import counting
from app.registration.desk.facts import Places
from app.registration.facts import Doorkeeper
from app.registration.models import Attendance
from tests.desks import (
    HANAKO,
    TARO,
    booking_of,
    facts,
    let_in,
    make_pass,
    make_today,
    row,
    rows,
)
from tests.factories import make_signups
from tests.office import token_of


def test_a_ticked_sheet_is_entered_by_keyboard(helper: FlaskClient, event: int) -> None:
    assert HANAKO in helper.get("/desk/soukai/sheet").text
    path = "/desk/soukai/sheet/enter"
    hanako, taro = booking_of(HANAKO, event), booking_of(TARO, event)
    form = {"csrf_token": token_of(helper.get(path)), "usual": "0:00", f"t{hanako}": "1"}
    wrong = helper.post(path, data={**form, f"i{taro}": "25:00"})
    assert wrong.status_code == 422
    assert "見本田 花子: 時刻を、10:15のように入力してください" in wrong.text
    assert 'value="25:00"' in wrong.text
    assert facts() == []
    for told in ("来場 2人、退場 0人", "来場 0人、退場 0人"):
        assert helper.post(path, data={**form, f"i{taro}": "０時０分"}).status_code == 303
        assert told in helper.get(path).text


SHEET = "/desk/soukai/sheet/enter"


def blank(page: Any, number: int, **typed: str) -> dict[str, str]:
    """One of the blank lines as the page shows it, filled in."""
    key = page.text.split(f'name="w{number}-key"')[1].split('value="')[1].split('"')[0]
    return {f"w{number}-{name}": told for name, told in {"key": key, **typed}.items()}


def test_the_blank_lines_of_a_sheet_are_signed_up_with_their_time(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today()
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    assert page.text.count('class="blank"') == 8
    form = {
        "csrf_token": token_of(page),
        "usual": "0:01",
        **blank(page, 0, name="例 桜", reading="レイ サクラ", organisation="例の家"),
        **blank(page, 7, name="例 梅", came="０時０分"),
    }
    for told in ("申し込みのなかった人の受付: 2人", "来場 0人、退場 0人"):
        assert office_client.post(SHEET, data=form).status_code == 303
        assert told in office_client.get(SHEET).text
    came = db.session.scalars(select(Attendance.at).order_by(Attendance.id))
    assert [f"{to_local(at, 'Asia/Tokyo'):%H:%M}" for at in came] == ["00:01", "00:00"]
    assert row(event, "例 桜").reading == "れい さくら"


def test_what_is_wrong_with_a_blank_line_stands_beside_it_and_nothing_is_stored(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today()
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {
        "csrf_token": token_of(page),
        "usual": "0:00",
        f"t{booking_of(HANAKO, event)}": "1",
        **blank(page, 0, organisation="例の家"),
        **blank(page, 1, name="例 桜", reading="漢字", came="25:00"),
        **blank(page, 2, name="例 梅"),
    }
    answer = office_client.post(SHEET, data=form)
    assert answer.status_code == 422
    for told in (
        *("氏名を入力してください", "10:15のように入力してください"),
        *("ひらがな", 'value="例の家"', 'value="25:00"', 'value="例 梅"'),
    ):
        assert told in answer.text
    assert facts() == []
    assert (
        'value="23:59"'
        in office_client.post(
            SHEET, data={**form, **blank(page, 0), **blank(page, 1, name="例 桜", came="23:59")}
        ).text
    ), "a time that is still to come"
    usual = office_client.post(SHEET, data={**blank(page, 2, name="例 梅"), **form, "usual": ""})
    assert "ふだんの来場の時刻" in usual.text
    assert facts() == []


def test_a_name_that_is_there_already_is_asked_for_on_the_sheet_too(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today()
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {
        "csrf_token": token_of(page),
        "usual": "0:00",
        **blank(page, 0, name=HANAKO),
        **blank(page, 1, name="例 桜"),
        **blank(page, 2, name="例 桜"),
    }
    answer = office_client.post(SHEET, data=form)
    assert (answer.status_code, answer.text.count('-another" value="1"')) == (422, 2)
    for told in ("同じ名前の人がいます", "同じ名前が上の行にあります"):
        assert told in answer.text
    assert facts() == []
    given = {**form, "w0-another": "1", "w2-another": "1"}
    assert office_client.post(SHEET, data=given).status_code == 303
    assert len(facts()) == 3


def test_blank_lines_beyond_the_places_need_a_reason_each(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today(venue=2)
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {
        "csrf_token": token_of(page),
        "usual": "0:00",
        **blank(page, 0, name="例 桜"),
        **blank(page, 1, name="例 梅"),
    }
    answer = office_client.post(SHEET, data=form)
    assert (answer.status_code, facts()) == (422, [])
    assert ("w0-reason" in answer.text, "w1-reason" in answer.text) == (False, True)
    given = {**form, "w1-reason": "席を足しました"}
    assert office_client.post(SHEET, data=given).status_code == 303
    assert len(facts()) == 2


def test_the_last_place_that_goes_meanwhile_is_told_beside_its_line(
    app: Flask, office_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_today(venue=1)
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {"csrf_token": token_of(page), "usual": "0:00", **blank(page, 0, name="例 桜")}
    free = Places(limit=1, taken=0, waiting=0)
    monkeypatch.setattr(counting, "get_places", lambda _event_id: free)
    answer = office_client.post(SHEET, data=form)
    assert (answer.status_code, facts()) == (422, [])
    assert "受け付ける理由を入力してください" in answer.text
    assert 'value="例 桜"' in answer.text


def test_blank_lines_stand_on_the_last_page_and_where_nobody_is_listed(
    app: Flask, office_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_today()
    let_in(office_client, make_pass(event))
    assert 'class="blank"' in office_client.get(SHEET).text
    make_signups(event, 2)
    monkeypatch.setattr(entering, "PAGE", 1)
    assert 'class="blank"' not in office_client.get(SHEET).text
    last = f"{SHEET}?after={booking_of(HANAKO, event)}"
    assert 'class="blank"' in office_client.get(last).text


@pytest.mark.parametrize(
    ("way", "state", "told"),
    [
        ("online", "confirmed", "オンライン"),
        ("venue", "waiting", "キャンセル待ち"),
        ("venue", "cancelled", "取り消し"),
        ("venue", "declined", "お断り"),
    ],
)
def test_who_is_signed_up_without_being_on_the_sheet_is_let_in_from_a_blank_line(
    app: Flask, office_client: FlaskClient, way: str, state: str, told: str
) -> None:
    event = make_today()
    make_signups(event, 1, way=way, state=state)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {"csrf_token": token_of(page), "usual": "0:00", **blank(page, 0, name=HANAKO)}
    answer = office_client.post(SHEET, data=form)
    assert (answer.status_code, facts()) == (422, [])
    assert "上の一覧で印を付け" not in answer.text
    assert told in answer.text
    assert "この人の来場として記録する" in answer.text
    given = {**form, "w0-another": f"p{row(event, HANAKO).participant_id}"}
    for said in ("名簿になかった申込者を受け付けました: 1人", "来場 0人、退場 0人"):
        assert office_client.post(SHEET, data=given).status_code == 303
        assert said in office_client.get(SHEET).text
    (only,) = rows(event, term=HANAKO)
    assert (only.condition, only.on_sheet) == ("in", True)
    assert only.came is not None
    assert f"{to_local(only.came.at, 'Asia/Tokyo'):%H:%M}" == "00:00"


def test_who_is_not_on_the_sheet_needs_a_reason_where_the_places_are_taken(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today(venue=1)
    make_signups(event, 1, way="online")
    make_signups(event, 1, first=1)
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {"csrf_token": token_of(page), "usual": "0:00", **blank(page, 0, name=HANAKO)}
    given = {**form, "w0-another": f"p{row(event, HANAKO).participant_id}"}
    answer = office_client.post(SHEET, data=given)
    assert (answer.status_code, facts()) == (422, [])
    assert "w0-reason" in answer.text
    assert "この人の来場として記録する" in answer.text
    assert office_client.post(SHEET, data={**given, "w0-reason": "招かれた方"}).status_code == 303
    assert len(facts()) == 1


def test_of_whom_a_blank_line_speaks_is_asked_again_where_it_names_nobody_of_that_name(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_today()
    make_signups(event, 2, way="online")
    let_in(office_client, make_pass(event))
    page = office_client.get(SHEET)
    form = {"csrf_token": token_of(page), "usual": "0:00", **blank(page, 0, name=HANAKO)}
    for wrong in ("p999999999", "p0", "px"):
        assert office_client.post(SHEET, data={**form, "w0-another": wrong}).status_code == 422
    assert facts() == []


def test_a_time_of_leaving_before_the_noted_arrival_is_told_and_kept(
    helper: FlaskClient, event: int
) -> None:
    booking = booking_of(HANAKO, event)
    day = to_local(now(), "Asia/Tokyo").date()
    came = to_utc(datetime.combine(day, time(0, 5)), "Asia/Tokyo")
    attendance.record_in(booking, Doorkeeper(desk="受付1"), at=came)
    page = helper.get(SHEET)
    form = {"csrf_token": token_of(page), "usual": "0:00", f"i{booking}": "0:00"}
    answer = helper.post(SHEET, data={**form, f"o{booking}": "0:04"})
    assert answer.status_code == 422
    assert "0:05に来場と記録されています" in answer.text
    assert 'value="0:04"' in answer.text
    assert len(facts()) == 1
    with time_machine.travel(came + timedelta(hours=2)):
        again = helper.get(SHEET)
        given = {**form, "csrf_token": token_of(again), f"o{booking}": "0:06"}
        assert helper.post(SHEET, data=given).status_code == 303
    assert [kind for kind, _desk, _pass in facts()] == ["in", "out"]
