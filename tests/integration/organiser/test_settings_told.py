"""Whom a change of a meeting's settings is told, and what the office sees of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event
from app.mail.bounces.models import MailAddress
from app.mail.models import OutboxLetter
from app.registration.lists.change_told import find_change_told
from app.registration.models import Registration
from app.registration.notices import tell_notices_tick
from tests.campaigns import Stop
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of
from tests.pages import filled
from tests.settings import OFF, PATH, all_letters, notices, page_of, send, shown, stored


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def test_a_new_place_asks_whether_to_tell_everybody(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 3)
    values = {**shown(office), "venue_name": "例会館"}
    asked = office.post(PATH, data=values)
    assert "3人にお知らせしますか" in asked.text
    assert 'name="tell" value="1" checked' in asked.text
    letter = asked.text.partition('class="letter"')[2]
    assert "例会館" in letter
    assert "/r/…" in letter, "nobody's link is shown"
    assert stored(event).venue_name.ja == "見本会館 3階"
    back = office.post(PATH, data={**hidden_of(asked), "step": "back"})
    assert 'value="例会館"' in back.text
    given = {**hidden_of(asked), "step": "confirm", "tell": "1", "reason": "改修のため"}
    assert office.post(PATH, data=given).status_code == 303
    assert stored(event).venue_name.ja == "例会館"
    assert notices() == [("venue", "改修のため")]


def test_the_question_says_how_many_have_to_be_telephoned(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 3, email="mihon@example.com")
    make_signups(event, 2, first=3, email="", telephone="03-0000-0001")
    sign_up("soukai", person("見本 花子", event), email="Dare@example.com")
    with transaction() as session:
        marked = {"address_key": "dare@example.com", "address": "dare@example.com"}
        session.add(MailAddress(**marked, state="marked"))
    asked = office.post(PATH, data={**shown(office), "venue_name": "例会館"})
    for page in (asked.text, office.get("/office/events/soukai/call-off").text):
        assert "6人" in page
        assert "このうち3人には、メールが届かないため" in page


def test_the_office_may_change_a_place_without_a_letter(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 1)
    asked = office.post(PATH, data={**shown(office), "venue_name": "例会館"})
    assert office.post(PATH, data={**hidden_of(asked), "step": "confirm"}).status_code == 303
    assert stored(event).venue_name.ja == "例会館"
    assert notices() == []


def test_a_new_online_address_is_always_told(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 2)
    make_signups(event, 1, way="online", first=2)
    asked = office.post(PATH, data={**shown(office), "online_url": "https://a.example.com/j"})
    assert "1人にお知らせしますか" in asked.text
    assert "必ずお知らせします" in asked.text
    assert "https://a.example.com/j" in asked.text.partition('class="letter"')[2]
    undated = {name: "" for name in shown(office) if name.startswith(("day_", "start_", "end_"))}
    never = office.post(PATH, data={**shown(office), **undated})
    letter = never.text.partition('class="letter"')[2]
    assert "日時が変わりました" in letter
    assert "まで同じアドレスで" not in letter, "without a date there is no last moment"
    office.post(PATH, data={**hidden_of(asked), "step": "confirm"})
    assert notices() == [("online", "")]


def test_while_the_date_is_taken_away_people_can_leave_by_their_link(office: FlaskClient) -> None:
    event = make_event()
    signup = sign_up("soukai", person("見本 花子", event))
    all_letters("queued", "accepted")
    with transaction() as session:
        session.get_one(Event, event).closes_at = now() - timedelta(hours=1)
    late = office.get(page_of(signup))
    assert "この画面で変更できる期間は終わりました" in late.text
    values = filled(office.get(PATH))
    undated = {name: "" for name in values if name.startswith(("day_", "start_", "end_"))}
    asked = send(office, office.get(PATH), **undated)
    letter = asked.text.partition('class="letter"')[2]
    assert "変更後: 日程未定" in letter
    assert "期間は終わりました" not in letter
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    body = db.session.scalar(select(OutboxLetter.body).order_by(OutboxLetter.id.desc()))
    assert body is not None
    assert "変更後: 日程未定" in body
    assert "日程が決まるまでのあいだ、同じアドレスで" in body
    page = office.get(page_of(signup))
    assert "日程未定" in page.text
    assert "変更や取り消しは、この画面でできます" in page.text
    db.session.remove()
    cancel(signup_of(signup))
    db.session.remove()
    assert signup_of(signup).people[0].bookings[0].state == "cancelled"


def test_of_two_meetings_one_may_have_lost_its_date(office: FlaskClient) -> None:
    series = make_series("day")
    event = make_event(series_id=series)
    other = make_event("betsu", series_id=series, starts_in=timedelta(days=40, hours=4))
    signup = sign_up("soukai", person("見本 花子", event, other))
    names = ("day_1", "start_1", "end_1")
    asked = send(office, office.get(PATH), **dict.fromkeys(names, ""))
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    page = page_of(signup)
    own = (page, f"{page}/change", f"{page}/cancel", "/events/soukai", "/")
    signups = f"/office/signups/{signup.registration_id}"
    for address in (*own, "/office/", "/office/events/soukai", "/office/events/betsu", signups):
        assert office.get(address).status_code == 200, address
    assert "日程未定" in office.get(page).text


def test_calling_off_names_the_number_and_tells_the_reason(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 2)
    make_signups(event, 1, state="cancelled", first=2)
    asked = office.get(OFF)
    assert "2人にお知らせしますか" in asked.text
    given = {**hidden_of(asked), "reason": "台風のため"}
    for _press in range(2):
        assert office.post(OFF, data=given).status_code == 303
    db.session.remove()
    assert db.session.get_one(Event, event).state == "cancelled"
    assert notices() == [("cancelled", "台風のため")]
    assert actions(app).count("event.called_off") == 1
    assert office.get(OFF).status_code == 303


def test_a_change_is_finished_only_when_everybody_knows(office: FlaskClient) -> None:
    event = make_event()
    for name in ("見本 花子", "見本 洋子"):
        sign_up("soukai", person(name, event))
    sign_up("soukai", person("見本 太郎", event), email="")
    all_letters("queued", "accepted")
    all_letters("by_hand", "told")
    assert find_change_told(event) is None
    db.session.remove()
    asked = office.post(PATH, data={**shown(office), "venue_name": "例会館"})
    given = {**hidden_of(asked), "step": "confirm", "tell": "1"}
    assert office.post(PATH, data=given).status_code == 303
    assert "手紙を準備しています" in office.get(PATH).text
    tell_notices_tick(Stop())
    page = office.get(PATH).text
    assert "送信中のメール: 2通" in page
    assert "電話か郵送でお知らせする人: 1人" in page
    all_letters("by_hand", "told")
    assert "送信中のメール: 2通" in office.get(PATH).text
    all_letters("queued", "accepted")
    assert "前回の変更は、全員にお知らせしました" in office.get(PATH).text


def test_a_change_before_anybody_is_signed_up_tells_nobody_anything(office: FlaskClient) -> None:
    make_event(state="draft")
    new = {"venue_name": "例会館", "online_url": "https://meeting.example.com/j/1"}
    assert office.post(PATH, data={**shown(office), **new}).status_code == 303
    assert notices() == []
    for _look in range(2):
        page = office.get(PATH).text
        assert "例会館" in page
        assert not re.search("前回の変更|手紙を準備", page)
        tell_notices_tick(Stop())


def test_a_meeting_called_off_before_anybody_is_signed_up_has_no_letters_to_prepare(
    office: FlaskClient,
) -> None:
    make_event()
    office.post(OFF, data=hidden_of(office.get(OFF)))
    assert not re.search("前回の変更|手紙を準備", office.get(PATH).text)


def test_an_address_online_is_no_news_for_those_at_the_venue(office: FlaskClient) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    new = {"online_url": "https://meeting.example.com/j/1"}
    assert office.post(PATH, data={**shown(office), **new}).status_code == 303
    assert notices() == []
    assert not re.search("前回の変更|手紙を準備", office.get(PATH).text)


def test_a_change_without_a_letter_has_not_been_told(office: FlaskClient) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    sign_up("soukai", person("見本 太郎", event), email="")
    asked = send(office, office.get(PATH), venue_name="例会館")
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    all_letters("queued", "accepted")
    page = office.get(PATH).text
    assert "電話か郵送でお知らせする人: 1人" in page, "of sign-up and change together"
    assert "全員にお知らせしました" not in page
    asked = send(office, office.get(PATH), venue_name="別の会館")
    assert send(office, asked, step="confirm", tell=[]).status_code == 303
    page = office.get(PATH).text
    assert "お知らせせずに保存しました" in page
    assert "その前の変更を、まだお知らせしていない人がいます" in page
    assert "電話か郵送でお知らせする人: 1人" in page
    all_letters("by_hand", "told")
    page = office.get(PATH).text
    assert "お知らせせずに保存しました" in page
    assert not re.search("全員にお知らせ|まだお知らせしていない", page)
    asked = send(office, office.get(PATH), access="駅から5分")
    assert "お知らせせずに保存しました" in office.get(PATH).text
    asked = send(office, office.get(PATH), venue_address="例市1-1")
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    all_letters("queued", "accepted")
    all_letters("by_hand", "told")
    page = office.get(PATH).text
    assert "前回の変更は、全員にお知らせしました" in page
    assert "お知らせせずに保存しました" not in page


def test_whoever_signs_up_after_a_change_is_not_among_those_to_be_told(office: FlaskClient) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    asked = send(office, office.get(PATH), venue_name="例会館")
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    all_letters("queued", "accepted")
    sign_up("soukai", person("見本 太郎", event), email="")
    assert "前回の変更は、全員にお知らせしました" in office.get(PATH).text


PLACE = {"venue_name": "例会館"}
ADDRESS = {"online_url": "https://b.example.com/j"}
AT = "会場の人"
ONLINE = "オンラインの人"
WAITING = "オンラインで待つ人"


def of_three(**more: Any) -> int:
    """A meeting with somebody at the venue, somebody online, and somebody who waits for that."""
    event = make_event(venue=9, online=1, online_url="https://a.example.com/j", **more)
    for name, way in ((AT, "venue"), (ONLINE, "online"), (WAITING, "online")):
        sign_up("soukai", person(name, event, way=way))
    all_letters("queued", "accepted")
    return event


def told() -> dict[str, str]:
    """The new letters, by whom they are to."""
    tell_notices_tick(Stop())
    db.session.remove()
    query = select(Registration.contact_name, OutboxLetter.body).join_from(
        OutboxLetter, Registration, Registration.id == OutboxLetter.registration_id
    )
    rows = db.session.execute(query.where(OutboxLetter.state == "queued"))
    return {row.contact_name: row.body for row in rows}


@pytest.mark.parametrize(
    ("changed", "number", "always"),
    [
        (PLACE, {AT}, set()),
        (ADDRESS, {ONLINE}, {ONLINE}),
        (PLACE | ADDRESS, {AT, ONLINE}, {ONLINE}),
        ({"start_1": "09:15"}, {AT, ONLINE, WAITING}, set()),
        ({"start_1": "09:15"} | ADDRESS, {AT, ONLINE, WAITING}, {ONLINE}),
        ({"start_1": "09:15"} | PLACE | ADDRESS, {AT, ONLINE, WAITING}, {ONLINE}),
    ],
)
def test_as_many_are_told_as_the_question_says(
    office: FlaskClient, changed: dict[str, str], number: set[str], always: set[str]
) -> None:
    of_three()
    asked = send(office, office.get(PATH), **changed)
    assert f"{len(number)}人にお知らせしますか" in asked.text
    assert ('name="tell"' in asked.text) == (number != always)
    assert ("必ずお知らせします" in asked.text) == bool(always)
    assert 'class="letter"' in asked.text
    assert send(office, asked, step="confirm", reason="改修のため").status_code == 303
    letters = told()
    assert set(letters) == number
    assert all("改修のため" in body for body in letters.values())
    if "venue_name" in changed:
        assert [one for one, body in letters.items() if "例会館" in body] == [AT]
    all_letters("queued", "accepted")
    assert "前回の変更は、全員にお知らせしました" in office.get(PATH).text


@pytest.mark.parametrize(
    ("changed", "always"),
    [
        (PLACE, set()),
        (ADDRESS, {ONLINE}),
        (PLACE | ADDRESS, {ONLINE}),
        ({"start_1": "09:15"} | ADDRESS, {ONLINE}),
    ],
)
def test_without_a_letter_only_those_are_told_who_need_the_address(
    office: FlaskClient, changed: dict[str, str], always: set[str]
) -> None:
    of_three()
    asked = send(office, office.get(PATH), **changed)
    assert send(office, asked, step="confirm", tell=[]).status_code == 303
    preparing = office.get(PATH).text
    assert ("手紙を準備しています" in preparing) == bool(always)
    assert "その前の変更" not in preparing
    assert set(told()) == always
    all_letters("queued", "accepted")
    page = office.get(PATH).text
    partly = "オンラインで参加する人だけにお知らせしました" in page
    nobody = "どなたにもお知らせせずに保存しました" in page
    assert (partly, nobody) == (bool(always) and changed != ADDRESS, not always)
    assert ("全員にお知らせしました" in page) == (changed == ADDRESS)


def test_what_was_not_told_is_told_with_the_next_letter_to_the_same(office: FlaskClient) -> None:
    of_three()
    asked = send(office, office.get(PATH), **PLACE)
    assert send(office, asked, step="confirm", tell=[]).status_code == 303
    asked = send(office, office.get(PATH), **ADDRESS)
    assert send(office, asked, step="confirm").status_code == 303
    assert set(told()) == {ONLINE}
    all_letters("queued", "accepted")
    assert "どなたにもお知らせせずに保存しました" in office.get(PATH).text
    asked = send(office, office.get(PATH), start_1="09:15")
    assert send(office, asked, step="confirm").status_code == 303
    assert "例会館" in told()[AT]
    all_letters("queued", "accepted")
    assert "お知らせせずに" not in office.get(PATH).text


def test_a_new_place_concerns_nobody_where_all_are_online(office: FlaskClient) -> None:
    event = make_event()
    sign_up("soukai", person(ONLINE, event, way="online"))
    assert send(office, office.get(PATH), **PLACE).status_code == 303
    assert notices() == []
    assert not re.search("前回の変更|お知らせせずに", office.get(PATH).text)


def test_the_letter_of_those_online_is_shown_beside_the_other(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 2)
    place = {"venue_name": "例会館", "online_url": "https://a.example.com/j"}
    asked = office.post(PATH, data={**shown(office), **place}).text
    assert asked.count('class="letter"') == 1
    make_signups(event, 1, way="online", first=2)
    asked = office.post(PATH, data={**shown(office), **place}).text
    assert asked.count('class="letter"') == 2
    online = asked.split('class="letter"')[2]
    assert "オンラインで参加する方へのメール" in asked
    assert "https://a.example.com/j" in online
    only_place = office.post(PATH, data={**shown(office), "venue_name": "例会館"}).text
    assert only_place.count('class="letter"') == 1
