"""The list, the pages of meetings, and the list that others frame."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.db import Translated
from tests.factories import make_event, make_series, make_signups

HOURS = timedelta(hours=1)


def links(page: str) -> list[str]:
    return re.findall(r'<a [^>]*href="([^"]+)"', page)


def test_a_day_has_one_button_to_the_form_of_all_its_meetings(client: FlaskClient) -> None:
    series = make_series()
    full = make_event("asa", series_id=series, venue=1, ways=("venue",))
    make_signups(full, 1)
    make_event("hiru", series_id=series, starts_in=timedelta(days=40, minutes=150))
    make_event("yoru", series_id=series, starts_in=timedelta(days=40, minutes=300))
    make_event("betsu", starts_in=timedelta(days=50))
    page = client.get("/").text
    forms = [link for link in links(page) if link.endswith("/register")]
    assert len(forms) == 2, "one a day"
    assert forms[1] == "/events/betsu/register"
    assert "お申し込みは1回で、まとめてできます" in page
    assert page.count('class="thread"') == 2
    assert "満席" in page
    assert len(re.findall(r">\s*\d+月\d+日の会合に申し込む\s*<", page)) == 2


def test_a_day_on_which_nothing_is_open_has_no_button(client: FlaskClient) -> None:
    make_event("mada", opens=timedelta(days=1))
    make_event("tobiiri", kind="walk_in", ways=())
    make_event("chushi", state="cancelled")
    page = client.get("/").text
    assert "/register" not in page
    assert "お申し込みはいりません" in page


def test_the_page_of_a_meeting_says_that_one_form_is_for_all(client: FlaskClient) -> None:
    series = make_series()
    make_event("asa", series_id=series)
    make_event("hiru", series_id=series, starts_in=timedelta(days=40, minutes=1))
    page = client.get("/events/asa").text
    assert "両方を、1回でまとめて申し込めます" in page
    assert "いっしょに申し込めます" in page
    assert "/events/asa.ics" in page
    make_event("hitotsu")
    alone = client.get("/events/hitotsu").text
    assert "まとめて" not in alone
    assert "この会合に申し込む" in alone


@pytest.mark.parametrize("path", ["/", "/events/matsuri", "/embed/events"])
def test_a_coming_meeting_over_two_days_is_shown_with_both(client: FlaskClient, path: str) -> None:
    make_event(
        "matsuri",
        kind="walk_in",
        ways=(),
        days=2,
        starts_in=timedelta(days=40),
        title=Translated("見本の催し", ""),
    )
    page = client.get(path).text
    shown = set(re.findall(r"(\d+)月(\d+)日\(", page)) | set(re.findall(r"<b>(\d+)月(\d+)日", page))
    assert len(shown) == 2, "two dates"
    assert "申し込み" in page
    assert "/register" not in page


def test_on_its_second_day_a_meeting_is_not_over(client: FlaskClient) -> None:
    make_event("matsuri", kind="walk_in", ways=(), days=2, starts_in=timedelta(hours=-20))
    page = client.get("/").text
    assert "終わった会合" not in page
    assert "/events/matsuri" in page


def test_the_framed_list(client: FlaskClient) -> None:
    make_event("soukai")
    make_event("mitei", starts_in=None)
    make_event("owari", starts_in=timedelta(days=-30))
    answer = client.get("/embed/events?lang=en")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    found = re.findall(r"<a [^>]*>", answer.text)
    assert len(found) == 3
    assert all('target="_top"' in link and "lang=en" in link for link in found)
    assert "<header" not in answer.text
    assert "owari" not in answer.text


def test_no_other_page_may_be_framed(client: FlaskClient) -> None:
    make_event("soukai")
    paths = ("/", "/events/soukai", "/events.ics", "/embed", "/embed/events/", "/office/login")
    for path in paths:
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path


def test_a_fault_of_the_framed_list_is_an_ordinary_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kw: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.events.queries.list_meetings", fail)
    answer = client.get("/embed/events")
    assert answer.status_code == 500
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/events/owarinashi"])
def test_an_open_meeting_without_a_deadline_is_not_said_to_be_full(
    client: FlaskClient, path: str
) -> None:
    make_event("owarinashi", venue=None)
    page = client.get(path).text
    assert "会合が始まるまで、お申し込みいただけます" in page
    assert "キャンセル待ち" not in page


def test_the_planned_month_goes_once_the_date_is_fixed(client: FlaskClient) -> None:
    note = Translated(ja="4月の予定です。日程は、決まりしだいお知らせします。")
    make_event("kimatta", date_note=note)
    make_event("mada", starts_in=None, date_note=note)
    assert "4月の予定です" not in client.get("/events/kimatta").text
    assert "4月の予定です" in client.get("/events/mada").text


def test_the_form_of_a_meeting_without_a_date_offers_to_tell_it(client: FlaskClient) -> None:
    make_event("mada", starts_in=None)
    assert "/events/mada/interest" in links(client.get("/events/mada/register").text)
    make_event("mae", opens=timedelta(days=1))
    assert "/events/mae/interest" not in links(client.get("/events/mae/register").text)


def test_a_meeting_that_was_called_off_is_none_of_the_day(client: FlaskClient) -> None:
    series = make_series()
    make_event("asa", series_id=series, state="cancelled")
    make_event("hiru", series_id=series, starts_in=timedelta(days=40, minutes=240))
    page = client.get("/").text
    assert "つの会合があります" not in page
    assert 'class="break"' not in page
    make_event("yoru", series_id=series, starts_in=timedelta(days=40, minutes=400))
    page = client.get("/").text
    assert "2つの会合があります" in page
    assert page.count('class="break"') == 1


def test_plain_words_say_on_which_days_the_office_answers(client: FlaskClient) -> None:
    page = client.get("/?lang=easy").text
    assert "平日" not in page
    assert "<ruby>月曜日<rp>(</rp><rt>げつようび</rt>" in page
    assert "平日 10:00" in client.get("/").text


def test_what_was_called_off_is_not_offered_for_the_calendar(client: FlaskClient) -> None:
    make_event("on")
    make_event("off", state="cancelled")
    for slug, offered in (("on", True), ("off", False)):
        assert (f'href="/events/{slug}.ics"' in client.get(f"/events/{slug}").text) == offered
    assert "STATUS:CANCELLED" in client.get("/events/off.ics").text, "for who has it"
