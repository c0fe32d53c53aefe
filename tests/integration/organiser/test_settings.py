"""The settings of a meeting: what is stored, who is asked about, and two people at once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.base.clock import now
from app.base.timezones import to_local
from app.db import Translated, db, transaction
from app.events.models import Event, EventNotice
from app.mail.bounces.models import MailAddress
from app.mail.models import OutboxLetter
from app.organiser.meeting_forms import SESSIONS
from app.registration import links
from app.registration.facts import Receipt
from app.registration.lists.change_told import find_change_told
from app.registration.meeting_settings import get_stored
from app.registration.meetings import MeetingSettings
from app.registration.notices import tell_notices_tick
from tests.campaigns import Stop
from tests.conftest import count_queries
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of
from tests.pages import filled

PATH = "/office/events/soukai/settings"
OFF = "/office/events/soukai/call-off"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def shown(office: FlaskClient) -> dict[str, str]:
    """The values of the form, as a browser would send them back."""
    page = office.get(PATH)
    assert page.status_code == 200
    fields = re.findall(r'<input class="box[^>]*? name="(\w+)"[^>]*?>', page.text)
    found = dict.fromkeys(fields, "")
    found |= dict(
        re.findall(r'<input class="box[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page.text)
    )
    ticked = re.findall(r'type="checkbox" id="(\w+)"[^>]*checked', page.text)
    return {**hidden_of(page), **found, **dict.fromkeys(ticked, "1")}


def send(office: FlaskClient, page: TestResponse, **changes: str | list[str]) -> TestResponse:
    """Send a page's form with some values changed, ticks and all."""
    values = filled(page)
    for name, value in changes.items():
        values.setlist(name, [value] if isinstance(value, str) else value)
    return office.post(PATH, data=values)


def page_of(receipt: Receipt) -> str:
    """Where the contact of a sign-up looks at it."""
    signup = signup_of(receipt)
    return f"/r/{links.manage_token(signup.registration_id, signup.link_version)}"


def stored(event_id: int) -> MeetingSettings:
    db.session.remove()
    return get_stored(event_id).settings


def notices() -> list[tuple[str, str]]:
    db.session.remove()
    query = select(EventNotice.kind, EventNotice.reason).order_by(EventNotice.id)
    return [(kind, reason) for kind, reason in db.session.execute(query)]


@pytest.mark.parametrize("field", ["venue_places", "online_places"])
@pytest.mark.parametrize("typed", ["10席", "30日", "百", "1.5", "1e3", "9" * 5000])
def test_a_number_with_anything_else_is_told_and_kept(
    office: FlaskClient, field: str, typed: str
) -> None:
    event = make_event()
    before = stored(event)
    answer = office.post(PATH, data={**shown(office), field: typed, "closes_at": "あした"})
    assert answer.status_code == 422
    assert "日付と時刻を入力" in answer.text, "whatever else there is to put right is told too"
    assert f'id="{field}-error"' in answer.text
    assert filled(answer)[field] == typed
    assert stored(event) == before


def test_what_is_ticked_goes_through_the_question(office: FlaskClient) -> None:
    event = make_event(venue=5, standings=["member", "observer"])
    make_signups(event, 3)
    asked = send(office, office.get(PATH), venue_places="2", venue_name="例会館")
    assert filled(asked).getlist("standings") == ["member", "observer"]
    assert filled(send(office, asked, step="back")).getlist("standings") == ["member", "observer"]
    assert send(office, asked, step="confirm").status_code == 303
    assert stored(event).standings == ("member", "observer")
    none = send(office, office.get(PATH), venue_places="1", standings=[])
    assert send(office, none, step="confirm").status_code == 303
    assert stored(event).standings == ()


def test_sent_back_untouched_it_changes_nothing(app: Flask, office: FlaskClient) -> None:
    event = make_event(online_url="https://meeting.example.com/j/1")
    before = stored(event)
    answer = office.post(PATH, data=shown(office))
    assert answer.status_code == 303
    assert "変わったところがない" in office.get(PATH).text
    assert stored(event) == before
    assert "event.changed" not in actions(app)


def test_everything_is_stored_in_the_meeting_s_own_time(app: Flask, office: FlaskClient) -> None:
    event = make_event(starts_in=None, ways=("venue",), zone="Asia/Tokyo")
    given = {
        "day_1": "2027-06-22",
        "start_1": "10:30",
        "end_1": "12:30",
        "day_2": "2027/6/23",
        "start_2": "１０時",
        "end_2": "12:00",
        "doors_at": "2027-06-22T10:00",
        "opens_at": "2027-04-01T10:00",
        "closes_at": "2027年6月15日 17:00",
        "change_until": "2027-06-18 17:00",
        "promotion_until": "2027-06-20T12:00",
        "venue_name": "見本会館",
        "venue_name_en": "Mihon Hall",
        "access": "駅から歩いて5分",
        "online_url": "https://meeting.example.com/j/000-0000-000",
        "venue_places": "８０",
        "online": "1",
        "online_places": "",
        "waiting_list": "",
    }
    values = {**shown(office), **given}
    assert office.post(PATH, data=values).status_code == 303
    found = stored(event)
    assert [f"{to_local(start, 'Asia/Tokyo'):%m-%d %H:%M}" for start, _end in found.spans] == [
        "06-22 10:30",
        "06-23 10:00",
    ]
    assert found.closes_at is not None
    assert f"{found.closes_at:%Y-%m-%d %H:%M}" == "2027-06-15 08:00"
    assert found.venue_name.ja == "見本会館"
    assert found.places == {"venue": 80, "online": None}
    assert found.waiting_list is False
    assert "event.changed" in actions(app)
    assert notices() in ([], [("changed", "")])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"end_1": "00:00"}, "始まりより後の時刻"),
        ({"day_1": "2027-02-30"}, "日付と時刻をもう一度"),
        ({"day_1": ""}, "日付を入力"),
        ({"start_1": "", "end_1": ""}, "始まりの時刻を入力"),
        ({"closes_at": "あした"}, "日付と時刻を入力"),
        ({"closes_at": "9999-12-31T23:59"}, "日付と時刻を入力"),
        ({"closes_at": "2001-01-01T00:00"}, "申し込みの開始より後"),
        ({"doors_at": "2190-01-01T00:00"}, "会が始まるまで"),
        ({"change_until": "2190-01-01T00:00"}, "会が終わるまで"),
        ({"venue_places": "-1"}, "99999までの数"),
        ({"venue_places": "100000"}, "99999までの数"),
        ({"online_url": "javascript:alert(1)"}, "https:// から始まる"),
        ({"venue_name": "あ" * 201}, "200文字"),
        ({"access": "\x00"}, "もう一度"),
    ],
)
def test_what_cannot_be_is_told_and_kept(
    office: FlaskClient, given: dict[str, str], told: str
) -> None:
    event = make_event()
    before = stored(event)
    answer = office.post(PATH, data={**shown(office), **given})
    assert answer.status_code == 422
    assert told in answer.text
    assert stored(event) == before


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
    assert notices() == [("changed", "改修のため")]


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
    assert notices() == [("changed", "")]


def test_while_the_date_is_taken_away_people_can_leave_by_their_link(office: FlaskClient) -> None:
    event = make_event()
    signup = sign_up("soukai", person("見本 花子", event))
    _all_letters("queued", "accepted")
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


def test_a_place_that_was_given_back_meanwhile_goes_on_once_there_is_a_date(
    office: FlaskClient,
) -> None:
    event = make_event(venue=1)
    first = sign_up("soukai", person("例 一", event))
    late = sign_up("soukai", person("見本 花子", event), email="other@example.com")
    dated = filled(office.get(PATH))
    names = ("day_1", "start_1", "end_1")
    asked = send(office, office.get(PATH), **dict.fromkeys(names, ""))
    assert send(office, asked, step="confirm").status_code == 303
    db.session.remove()
    cancel(signup_of(first))
    db.session.remove()
    assert signup_of(late).people[0].bookings[0].state == "waiting"
    asked = send(office, office.get(PATH), **{name: dated[name] for name in names})
    assert send(office, asked, step="confirm").status_code == 303
    db.session.remove()
    assert signup_of(late).people[0].bookings[0].state == "confirmed"


def test_fewer_places_than_are_taken_says_what_happens(office: FlaskClient) -> None:
    event = make_event(venue=5)
    make_signups(event, 3)
    asked = office.post(PATH, data={**shown(office), "venue_places": "2"})
    assert "すでに3席が埋まっていて、2席より多くなります" in asked.text
    assert stored(event).places["venue"] == 5
    office.post(PATH, data={**hidden_of(asked), "step": "confirm"})
    assert stored(event).places["venue"] == 2


def test_more_places_move_up_who_waits(office: FlaskClient) -> None:
    event = make_event(venue=1)
    sign_up("soukai", person("例 一", event))
    late = sign_up("soukai", person("見本 花子", event), email="other@example.com")
    assert office.post(PATH, data={**shown(office), "venue_places": "2"}).status_code == 303
    db.session.remove()
    assert signup_of(late).people[0].bookings[0].state == "confirmed"


def test_two_people_at_once_the_second_sees_both(office: FlaskClient) -> None:
    event = make_event()
    first, second = shown(office), shown(office)
    assert office.post(PATH, data={**first, "venue_places": "60"}).status_code == 303
    clash = office.post(PATH, data={**second, "venue_places": "70"})
    assert clash.status_code == 409
    assert "いまの内容: 60" in clash.text
    assert 'value="70"' in clash.text
    assert stored(event).places["venue"] == 60
    again = {**second, **hidden_of(clash), "venue_places": "70"}
    assert office.post(PATH, data=again).status_code == 303
    assert stored(event).places["venue"] == 70


def test_what_only_one_of_two_changed_is_kept(office: FlaskClient) -> None:
    event = make_event(standings=["member"])
    make_signups(event, 1)
    page = office.get(PATH)
    assert send(office, page, venue_places="60", standings=["member", "press"]).status_code == 303
    day = filled(page)["day_1"]
    later = {"day_2": "2190-07-02", "start_2": "10:00", "end_2": "12:00"}
    clash = send(office, page, access="駅から5分", **later)
    assert clash.status_code == 409
    assert "入力した内容:" not in clash.text, "they changed nothing that both did"
    meanwhile = clash.text.partition("その間に変わったもの")[2].partition("<h1>")[0]
    assert "<dd>60</dd>" in meanwhile
    assert "報道" in meanwhile
    shown_now = filled(clash)
    assert (shown_now["venue_places"], shown_now["access"]) == ("60", "駅から5分")
    assert (shown_now["day_1"], shown_now["day_2"]) == (day, "2190-07-02")
    asked = send(office, clash)
    assert send(office, asked, step="confirm").status_code == 303
    after = stored(event)
    assert (after.places["venue"], after.access.ja) == (60, "駅から5分")
    assert after.standings == ("member", "press")
    assert len(after.spans) == 2


def test_days_that_both_changed_are_taken_as_a_whole(office: FlaskClient) -> None:
    make_event()
    page = office.get(PATH)
    early = {"day_2": "2000-07-02", "start_2": "10:00", "end_2": "12:00"}
    unset = dict.fromkeys(("doors_at", "opens_at", "closes_at"), "")
    assert send(office, page, **unset, **early).status_code == 303
    assert filled(office.get(PATH))["day_1"] == "2000-07-02"
    clash = send(office, page, end_1="23:59")
    assert clash.status_code == 409
    assert filled(clash)["day_1"] == filled(page)["day_1"], "theirs is not mixed into it"
    assert "day_2" not in filled(clash)
    assert "いまの内容: 2000-07-02" in clash.text


def test_whoever_gives_in_sees_what_is_stored(office: FlaskClient) -> None:
    make_event()
    page = office.get(PATH)
    assert send(office, page, venue_places="60").status_code == 303
    clash = send(office, page, venue_places="70")
    (href,) = re.findall(r'href="([^"]+)">入力した内容をやめて、いまの内容を見る', clash.text)
    now_stored = filled(office.get(href))
    assert now_stored["venue_places"] == "60"


def test_days_are_added_one_by_one_and_all_that_was_typed_stays(office: FlaskClient) -> None:
    event = make_event(venue_name=Translated(ja="見本会館"))
    values = {**shown(office), "venue_name": "例の会館", "step": "add"}
    assert "day_2" not in values
    for n in range(2, SESSIONS + 1):
        page = office.post(PATH, data=values)
        assert page.status_code == 200
        assert f'name="day_{n}"' in page.text
        assert f'name="day_{n + 1}"' not in page.text
        assert 'value="例の会館"' in page.text
        values |= {f"day_{n}": f"2027-07-{n:02d}", f"start_{n}": "10:00", f"end_{n}": "12:00"}
    assert f"日程は{SESSIONS}日まで" in page.text
    assert 'value="add"' not in page.text
    assert stored(event).venue_name.ja == "見本会館", "nothing is stored before the button"
    assert office.post(PATH, data={**values, "step": ""}).status_code == 303
    assert len(stored(event).spans) == SESSIONS
    kept = shown(office)
    assert office.post(PATH, data={**kept, "day_3": "", "start_3": "", "end_3": ""})
    assert len(stored(event).spans) == SESSIONS - 1


def test_a_day_can_be_added_before_the_last_one_is_filled_in(office: FlaskClient) -> None:
    make_event()
    page = office.post(PATH, data={**shown(office), "day_2": "", "step": "add"})
    assert 'name="day_3"' in page.text
    assert re.search(r'name="day_3"[^>]* autofocus', page.text)


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


def test_a_meeting_that_is_over_can_still_be_looked_at(office: FlaskClient) -> None:
    make_event(starts_in=timedelta(days=-9), closes=timedelta(days=-10), opens=timedelta(days=-20))
    assert now()
    assert office.post(PATH, data=shown(office)).status_code == 303


def test_the_page_takes_as_many_queries_for_many_people(app: Flask, office: FlaskClient) -> None:
    event = make_event()

    def queries() -> int:
        with count_queries(app) as sent:
            office.get(PATH)
            office.get(OFF)
        return len(sent)

    before = queries()
    make_signups(event, 40)
    assert queries() == before


def test_unknown_meetings_are_not_found(office: FlaskClient) -> None:
    for path in (PATH, OFF):
        assert office.get(path).status_code == 404


def test_a_change_is_finished_only_when_everybody_knows(office: FlaskClient) -> None:
    event = make_event()
    for name in ("見本 花子", "見本 洋子"):
        sign_up("soukai", person(name, event))
    sign_up("soukai", person("見本 太郎", event), email="")
    _all_letters("queued", "accepted")
    _all_letters("by_hand", "told")
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
    _all_letters("by_hand", "told")
    assert "送信中のメール: 2通" in office.get(PATH).text
    _all_letters("queued", "accepted")
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
    _all_letters("queued", "accepted")
    page = office.get(PATH).text
    assert "電話か郵送でお知らせする人: 1人" in page, "of sign-up and change together"
    assert "全員にお知らせしました" not in page
    asked = send(office, office.get(PATH), venue_name="別の会館")
    assert send(office, asked, step="confirm", tell=[]).status_code == 303
    page = office.get(PATH).text
    assert "お知らせせずに保存しました" in page
    assert "その前の変更を、まだお知らせしていない人がいます" in page
    assert "電話か郵送でお知らせする人: 1人" in page
    _all_letters("by_hand", "told")
    page = office.get(PATH).text
    assert "お知らせせずに保存しました" in page
    assert not re.search("全員にお知らせ|まだお知らせしていない", page)
    asked = send(office, office.get(PATH), access="駅から5分")
    assert "お知らせせずに保存しました" in office.get(PATH).text
    asked = send(office, office.get(PATH), venue_address="例市1-1")
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    _all_letters("queued", "accepted")
    _all_letters("by_hand", "told")
    page = office.get(PATH).text
    assert "前回の変更は、全員にお知らせしました" in page
    assert "お知らせせずに保存しました" not in page


def test_whoever_signs_up_after_a_change_is_not_among_those_to_be_told(office: FlaskClient) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    asked = send(office, office.get(PATH), venue_name="例会館")
    assert send(office, asked, step="confirm", tell="1").status_code == 303
    tell_notices_tick(Stop())
    _all_letters("queued", "accepted")
    sign_up("soukai", person("見本 太郎", event), email="")
    assert "前回の変更は、全員にお知らせしました" in office.get(PATH).text


def _all_letters(old: str, new: str) -> None:
    with transaction() as session:
        changed = update(OutboxLetter).where(OutboxLetter.state == old).values(state=new)
        session.execute(changed)
    db.session.remove()


def test_a_way_goes_while_nobody_has_come_by_it(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 1, way="online", state="cancelled")
    assert office.post(PATH, data={**shown(office), "venue": ""}).status_code == 303
    assert stored(event).places == {"online": None}
    assert office.post(PATH, data={**shown(office), "online": ""}).status_code == 303
    assert stored(event).places == {"online": None}, "somebody was signed up for it"
    empty = make_event("kara", series_id=make_series("kara"), ways=("venue",))
    page = "/office/events/kara/settings"
    values = {name: v for name, v in shown(office).items() if name not in {"online", "venue"}}
    values["seen"] = hidden_of(office.get(page))["seen"]
    refused = office.post(page, data=values)
    assert refused.status_code == 422
    assert "参加方法をひとつ以上" in refused.text
    assert stored(empty).places == {"venue": 50}
