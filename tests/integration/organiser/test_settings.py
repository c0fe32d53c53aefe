"""The settings of a meeting: what is stored, who is asked about, and two people at once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.base.clock import now
from app.base.timezones import to_local
from app.db import Translated, db
from app.organiser.meeting_forms import SESSIONS
from tests.conftest import count_queries
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of
from tests.pages import filled
from tests.settings import OFF, PATH, notices, send, shown, stored


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


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


def test_times_are_those_of_japan_and_the_address_is_that_of_the_page(office: FlaskClient) -> None:
    make_event()
    make_event("tooku", zone="America/New_York")
    assert "時刻は日本時間です。" in office.get(PATH).text
    assert "America/New_York" in office.get("/office/events/tooku/settings").text
    contents = office.get("/office/events/soukai/contents").text
    assert "<dt>ページのアドレス</dt>" in contents
    for label in ("配慮とお弁当 (日数)", "連絡先と回答 (日数)", "議事録に要るもの (年数)"):
        assert label in contents, label


def test_a_day_that_is_moved_says_which_closing_time_stays(office: FlaskClient) -> None:
    make_event(closes=timedelta(days=30))
    still = "申し込みの締め切りは、"
    moved = office.post(PATH, data={**shown(office), "day_1": "2099-06-15"}, follow_redirects=True)
    assert still in moved.text
    assert 'href="#closes_at"' in moved.text
    both = {**shown(office), "day_1": "2099-06-16", "closes_at": "2099-06-01T10:00"}
    assert still not in office.post(PATH, data=both, follow_redirects=True).text
    none = {**shown(office), "closes_at": ""}
    assert still not in office.post(PATH, data=none, follow_redirects=True).text
    again = {**shown(office), "day_1": "2099-06-17"}
    assert still not in office.post(PATH, data=again, follow_redirects=True).text


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
