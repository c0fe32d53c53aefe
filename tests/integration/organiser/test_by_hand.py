"""「電話・郵送で連絡する人」 in the office: page, buttons, papers; and who has come."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.base.clock import now
from app.db import db, transaction
from app.events.models import EventSession
from app.mail.models import ContactAttempt, OutboxLetter
from app.organiser.words import ZONE
from app.registration.facts import Receipt
from app.registration.models import Attendance, Registration
from tests.conftest import count_queries
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.office import actions, enter, hidden_of, token_of

PATH = "/office/by-hand"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    return make_event("morning", series_id=series), make_event("afternoon", series_id=series)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def by_telephone(name: str, *events: int, **more: str) -> Receipt:
    return sign_up("morning", person(name, *events), email="", telephone="03-0000-0001", **more)


def put(office: FlaskClient, step: str, **values: object) -> int:
    """Press a button of the page, with its letters unless others are given."""
    page = office.get(PATH)
    given = {**hidden_of(page), "step": step, **values}
    if "letter" not in given:
        given["letter"] = re.findall(r'name="letter" value="(\d+)"', page.text)
    return office.post(PATH, data=given).status_code


def states() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.state).order_by(OutboxLetter.id)))


def test_an_extension_alone_is_no_link(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", day[0]), email="", telephone="内線234")
    for path in (
        PATH,
        f"/office/signups/{got.registration_id}",
        "/office/events/morning/registrations",
    ):
        page = office.get(path).text
        assert "内線234" in page, path
        assert 'href="tel:234"' not in page, path
        assert 'href=""' not in page, path


def test_the_page_says_whom_to_call_and_what_to_say(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    assert "電話・郵送で連絡する人はいません" in office.get(PATH).text
    assert "電話・郵送で連絡する人" not in office.get("/office/").text
    got = by_telephone("見本 花子", day[0], organisation="<b>見本の森</b>")
    page = office.get(PATH).text
    for words in ("見本 花子", "みほん", "A-0001", "&lt;b&gt;見本の森", "1人", "参加方法: 会場"):
        assert words in page, words
    assert 'href="tel:0300000001"' in page
    assert f'href="/office/signups/{got.registration_id}"' in page
    for path in ("/office/", "/office/events/morning/registrations"):
        assert 'href="/office/by-hand' in office.get(path).text
        assert "連絡する人" in office.get(path).text
    assert "見本 花子" not in office.get(f"{PATH}?meeting=afternoon").text
    assert "見本 花子" in office.get(f"{PATH}?meeting=morning").text
    assert office.get(f"{PATH}?meeting=none").status_code == 404
    assert office.get(f"{PATH}?campaign=x&page=-1&lang=en").status_code == 200


def test_the_buttons_note_and_undo(app: Flask, office: FlaskClient, day: tuple[int, int]) -> None:
    by_telephone("見本 花子", day[0])
    assert put(office, "no_answer") == 303
    assert "「つながりませんでした」と記録しました" in office.get(PATH).text
    assert states() == ["by_hand"]
    assert put(office, "told") == 303
    assert states() == ["told"]
    page = office.get(PATH).text
    assert "電話・郵送で連絡する人はいません" in page
    assert "見本 花子" in page
    assert put(office, "untold") == 303
    assert states() == ["by_hand"]
    assert actions(app)[-3:] == ["letter.no_answer", "letter.told", "letter.untold"]


STEPS = ("told", "no_answer", "mail", "untold", "", "nonsense")


def test_without_a_letter_nothing_changes(office: FlaskClient, day: tuple[int, int]) -> None:
    by_telephone("見本 花子", day[0])
    assert [put(office, step, letter=[]) for step in STEPS] == [303] * len(STEPS)
    assert states() == ["by_hand"]


@pytest.mark.parametrize("letter", ["x", "99999999999", "4711", ["1", "2"], "2"])
def test_a_letter_of_nobody_or_of_somebody_else_is_refused(
    office: FlaskClient, day: tuple[int, int], letter: object
) -> None:
    first = by_telephone("見本 花子", day[0])
    by_telephone("見本 太郎", day[0])
    person = str(first.registration_id)
    for step in ("told", "untold", "again"):
        assert put(office, step, letter=letter, person=person) == 404
    assert states() == ["by_hand", "by_hand"]
    assert put(office, "told", letter="1", person=person) == 303
    assert put(office, "told", letter="2", person="x") == 404
    assert states() == ["told", "by_hand"]


def test_an_appointment_is_a_time_to_come(office: FlaskClient, day: tuple[int, int]) -> None:
    by_telephone("見本 花子", day[0])
    for typed in ("", "明日", "2020-01-01T10:00"):
        page = office.get(PATH)
        given = {**hidden_of(page), "step": "again", "again_at": typed}
        answer = office.post(PATH, data=given)
        assert answer.status_code == 422
        assert "まだ記録していません" in answer.text
        assert answer.text.count(f'value="{typed}"') >= 1
    assert put(office, "again", again_at="2100-01-02T13:30") == 303
    db.session.remove()
    found = db.session.scalars(select(ContactAttempt)).one()
    assert found.again_at is not None
    assert f"{found.again_at:%Y-%m-%d %H:%M}" == "2100-01-02 04:30"
    assert ZONE == "Asia/Tokyo"
    assert "1月2日(土) 13:30 にかけ直す" in office.get(PATH).text


def test_what_failed_is_sent_once_more(office: FlaskClient, day: tuple[int, int]) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    with transaction() as session:
        values = {"state": "failed", "reason": "mailbox_full", "attempts": 9}
        session.execute(update(OutboxLetter).values(**values))
    page = office.get(PATH).text
    assert "受信箱がいっぱい" in page or "いっぱい" in page
    assert "もう一度メールで送る" in page
    assert put(office, "mail") == 303
    assert states() == ["queued"]


def test_a_form_of_another_site_changes_nothing(office: FlaskClient, day: tuple[int, int]) -> None:
    by_telephone("見本 花子", day[0])
    data = {"step": "told", "letter": "1"}
    assert office.post(PATH, data=data).status_code == 422
    assert states() == ["by_hand"]


def test_how_to_reach_them_is_read_kindly_and_shown(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = by_telephone("見本 花子", day[0])
    path = f"/office/signups/{got.registration_id}/reach"
    page = office.get(path)
    given = {
        **hidden_of(page),
        "email": "ｍｉｈｏｎ＠example.com",
        "telephone": "０９０ー００００ー０００１",
        "fax": "０３ー００００ー０００９",
        "postal_address": "２３１００００横浜市",
    }
    nothing = dict.fromkeys(("email", "telephone", "fax", "postal_address"), "")
    for wrong in ({"fax": "ファクス"}, {"telephone": "3"}, {"postal_address": "あ" * 301}, nothing):
        assert office.post(path, data={**given, **wrong}).status_code == 422
    doubtful = office.post(path, data={**given, "email": "mihon@gmail.con"})
    assert doubtful.status_code == 422
    mended = office.post(path, data={**given, "fix_email": "mihon@gmail.com"})
    assert 'value="mihon@gmail.com"' in mended.text
    assert office.post(path, data=given).status_code == 303
    shown = office.get(f"/office/signups/{got.registration_id}").text
    for words in ("03-0000-0009", "〒231-0000 横浜市", "mihon@example.com", "090-0000-0001"):
        assert words in shown
    assert "連絡先を変えました" in shown
    refused = office.post(path, data={**given, "telephone": "03-0000-0005"})
    assert refused.status_code == 409
    for words in ("090-0000-0001", "03-0000-0005"):
        assert words in refused.text
    again = {**given, **hidden_of(refused), "telephone": "03-0000-0005"}
    assert office.post(path, data=again).status_code == 303
    assert signup_of(got).telephone == "03-0000-0005"
    assert office.get("/office/signups/4711/reach").status_code == 404


def test_papers_hold_everybody_and_no_link_stands_on_a_postcard(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = by_telephone("見本 花子", day[0])
    by_telephone("見本 太郎", day[0])
    with transaction() as session:
        row = session.get_one(Registration, got.registration_id)
        row.fax, row.postal_address = "03-0000-0009", "〒231-0000 横浜市見本区\n見本ビル"
    page = office.get(PATH).text
    assert page.count("ファクス送信票") == 1  # of the one whose number is known
    listed = office.get(f"{PATH}/list?meeting=morning").text
    for words in ("見本 花子", "見本 太郎", "03-0000-0001", "つながりませんでした"):
        assert words in listed
    assert "/r/" not in listed
    fax = office.get(f"{PATH}/fax/{got.registration_id}").text
    assert "03-0000-0009" in fax
    assert "/r/" not in fax
    assert "お電話ください: 03-0000-0000" in fax
    cards = office.get(f"{PATH}/postcards").text
    assert "/r/" not in cards
    assert "http" not in cards.split("<main")[1]
    assert cards.count("card--address") == cards.count("card--text") >= 1
    assert "見本 花子 様" in cards
    assert "【受付完了】見本の総会 (受付番号 A-0001)" in cards
    assert "このリンク" not in cards
    assert "変更・取り消し・お尋ねは、お電話ください: 03-0000-0000" in cards
    assert re.sub(r"\D", "", cards.split("card__code")[1].split("</p>")[0])[-7:] == "2310000"
    assert office.get(f"{PATH}/fax/4711").status_code == 404


def test_pages_take_the_same_number_of_queries_whatever_the_size(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    def queries_of(path: str) -> int:
        with count_queries(app) as sent:
            assert office.get(path).status_code == 200
        return len(sent)

    by_telephone("見本 一", day[0])
    paths = (PATH, f"{PATH}?meeting=morning", f"{PATH}/list", f"{PATH}/postcards", "/office/")
    before = [queries_of(path) for path in paths]
    for n in range(9):
        by_telephone(f"見本 {n}", day[0])
    assert [queries_of(path) for path in paths] == before


def begin(event_id: int) -> None:
    with transaction() as session:
        one = session.scalars(select(EventSession).where(EventSession.event_id == event_id)).one()
        one.starts_at, one.ends_at = now(), now() + timedelta(hours=2)


def test_who_has_come_is_noted_on_the_day_and_taken_back(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up(
        "morning", *(person(name, day[0]) for name in ("見本 花子", "見本 太郎", "見本 桜"))
    )
    path = f"/office/signups/{got.registration_id}"
    sakura = signup_of(got).people[2].bookings[0].id
    cancel(signup_of(got), sakura)
    assert "来場にする" not in office.get(path).text
    begin(day[0])
    page = office.get(path)
    assert page.text.count("来場にする") == 2
    hanako = signup_of(got).people[0].bookings[0].id
    token = token_of(page)
    for _press in range(2):
        data = {"csrf_token": token, "came": str(hanako)}
        assert office.post(f"{path}/arrivals", data=data).status_code == 303
    page = office.get(path)
    assert page.text.count("来場にする") == 1
    undo = re.search(r'name="undo" value="(\d+)"', page.text)
    assert undo is not None
    data = {"csrf_token": token, "undo": undo[1]}
    assert office.post(f"{path}/arrivals", data=data).status_code == 303
    assert office.get(path).text.count("来場にする") == 2
    data = {"csrf_token": token, "came": str(sakura)}
    office.post(f"{path}/arrivals", data=data)
    assert "記録していません" in office.get(path).text
    db.session.remove()
    assert len(db.session.scalars(select(Attendance)).all()) == 2


@pytest.mark.parametrize("values", [{}, {"came": "x"}, {"came": "4711"}, {"undo": "4711"}])
def test_an_arrival_of_nobody_is_not_noted(
    office: FlaskClient, day: tuple[int, int], values: dict[str, str]
) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    path = f"/office/signups/{got.registration_id}"
    token = token_of(office.get(PATH)) if "csrf_token" in office.get(PATH).text else None
    token = token or token_of(office.get(f"{path}/link"))
    answer = office.post(f"{path}/arrivals", data={"csrf_token": token, **values})
    assert answer.status_code == 303
    db.session.remove()
    assert db.session.scalars(select(Attendance)).all() == []


def test_the_answer_of_a_reminder_stands_in_the_list_and_on_the_sign_up(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    listed = "/office/events/morning/registrations"
    assert "返事:" not in office.get(listed).text
    for answer, words in (("yes", "返事: 来ます"), ("no", "返事: 来られません")):
        with transaction() as session:
            row = session.get_one(Registration, got.registration_id)
            row.coming, row.coming_at = answer, now()
        assert words in office.get(listed).text
        assert words in office.get(f"/office/signups/{got.registration_id}").text


def test_who_said_yes_and_cancelled_later_is_only_cancelled(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    with transaction() as session:
        row = session.get_one(Registration, got.registration_id)
        row.coming, row.coming_at = "yes", now()
    cancel(signup_of(got))
    assert "返事:" not in office.get("/office/events/morning/registrations").text
