"""The office's lists as pages: addresses without names, columns, counts, a person, acts on many."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.db import Translated, db, transaction
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration import attendance
from app.registration.bulk.service import work_tick
from app.registration.lists import counting
from app.registration.models import Booking
from app.reminders import making
from app.reminders.models import Campaign, Listed
from tests.conftest import browser, count_queries
from tests.entries import chosen, make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.office import enter, hidden_of, send

DAY = "/office/events/am/day/registrations"
LIST = "/office/events/am/registrations"
PM = "/office/events/pm/registrations"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    title = Translated(ja="午後の会", en="Afternoon")
    return make_event("am", series_id=series), make_event("pm", series_id=series, title=title)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def test_no_address_holds_what_was_searched_for(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("am", person("見本 花子", *day))
    sign_up("am", person("例 次郎", *day), email="rei@example.com")
    found = send(office, DAY, q="見本", way="venue", state="nonsense")
    assert re.fullmatch(rf"{DAY}\?way=venue&s=[0-9a-f]{{8}}", found.location)
    page = office.get(found.location).text
    assert "見本 花子" in page
    assert "例 次郎" not in page
    assert "「会場」をはずす" in page
    hrefs = re.findall(r'(?:href|action|data-totals)="([^"]*)"', page)
    assert not [one for one in hrefs if "%E8" in one or "見本" in one]
    stranger = browser(app, use_cookies=True)
    enter(stranger, email="other@example.com")
    shown = stranger.get(found.location).text
    assert "このブラウザーには残っていません" in shown
    assert "例 次郎" in shown


def test_columns_stay_as_somebody_chose_them(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, _no) = make_question(day[0])
    sign_up("am", person("見本 花子", *day, role="理事長", answers=(chosen(lunch, yes),)))
    assert "理事長</td>" not in office.get(LIST).text
    values = {"column": ["role", f"q{lunch}", "nonsense"], "state": "confirmed"}
    assert send(office, LIST).status_code == 303
    page = office.get(LIST)
    kept = office.post(
        "/office/events/am/columns", data={"csrf_token": hidden_of(page)["csrf_token"], **values}
    )
    assert kept.location == f"{LIST}?state=confirmed"
    shown = office.get(DAY).text
    assert "理事長</td>" in shown
    assert '<td role="cell" class="any" data-l="昼食">選択0</td>' in shown
    assert "mihon@example.com" not in shown
    other = browser(app, use_cookies=True)
    enter(other, email="other@example.com")
    assert "mihon@example.com" in other.get(LIST).text


STANDING = '<th scope="col" role="columnheader">立場</th>'


def test_standings_are_shown_where_there_are_any(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("am", person("見本 花子", day[0]))
    asked = make_event("asked", standings=["member", "observer"])
    sign_up("asked", person("見本 花子", asked, standing="observer"))
    assert STANDING not in office.get(LIST).text, "nobody asks and nobody has one"
    page = office.get("/office/events/asked/registrations")
    assert STANDING in page.text
    assert 'data-l="立場">傍聴</td>' in page.text
    with transaction() as session:
        session.execute(update(Booking).where(Booking.event_id == day[0]).values(standing="guest"))
    assert STANDING in office.get(LIST).text, "somebody has one, as from a file"
    assert STANDING not in office.get(PM).text
    values = {"csrf_token": hidden_of(page)["csrf_token"], "column": ["number"]}
    office.post("/office/events/asked/columns", data=values)
    assert STANDING not in office.get("/office/events/asked/registrations").text, "as chosen"


def test_roles_that_people_named_are_among_the_further_conditions(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("am", person("見本 花子", *day, role="理事長"))
    sign_up("am", person("例 次郎", *day), email="rei@example.com")
    more = office.get(LIST).text.partition("ほかの条件")[2].partition("</details>")[0]
    found = re.search(r'<select[^>]*name="role">.*?<option value="(\w+)">理事長', more, re.DOTALL)
    assert found
    page = office.get(send(office, LIST, role=found[1]).location).text
    assert "見本 花子" in page
    assert "例 次郎" not in page
    assert "「理事長」をはずす" in page


def test_counts_and_organisations_lead_to_their_people(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, _no) = make_question(day[0])
    one = person("見本 花子", *day, organisation="例の家", answers=(chosen(lunch, yes),))
    sign_up("am", one)
    sign_up("am", person("例 次郎", day[0]), email="rei@example.com")
    totals = office.get("/office/events/am/day/totals").text
    assert "午後の会" in totals
    link = f"{DAY}?{urlencode({'answer': f'{lunch}:{yes}'})}".replace("%3A", ":")
    assert link in totals
    narrowed = office.get("/office/events/am/day/totals?way=online").text
    assert f"{DAY}?way=online&amp;answer={lunch}:{yes}" in narrowed
    assert "「オンライン」" in narrowed
    assert "全体は2人" in narrowed
    part = office.get("/office/events/am/day/totals?part=people&way=venue").text
    assert re.search(r"午前|総会", part)
    page = office.get(f"{DAY}?way=venue").text
    assert "/office/events/am/day/organisations?way=venue" in page
    assert re.findall(r'data-part="(\w+)"', page) == ["standings", "answers", "organisations"]
    part = office.get("/office/events/am/day/totals?part=answers&way=venue").text
    assert f"{DAY}?way=venue&amp;answer={lunch}:{yes}" in part
    assert "例の家" not in part
    part = office.get("/office/events/am/day/totals?part=organisations&way=venue").text
    assert re.search(r"例の家</dt><dd[^>]*><a[^>]*way=venue&amp;org=\d+", part)
    assert "午後の会 1人" in part
    assert office.get("/office/events/am/day/totals?part=standings").text.strip() == ""
    none = office.get("/office/events/am/day/organisations?way=online").text
    assert "例の家" not in none
    assert "例 次郎" not in office.get(link).text
    groups = office.get("/office/events/am/day/organisations").text
    (mine,) = re.findall(r'href="([^"]*org=\d+)">例の家', groups)
    listed = office.get(mine).text
    assert "見本 花子" in listed
    assert "例 次郎" not in listed
    assert "「例の家」をはずす" in listed


def test_organisations_are_told_page_by_page(
    office: FlaskClient, day: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        sign_up(
            "am", person(f"見本 {n}", *day, organisation=f"例の家{n}"), email=f"{n}@example.com"
        )
    monkeypatch.setattr(counting, "ORGANISATIONS", 2)
    monkeypatch.setattr(counting.list_organisations, "__defaults__", (1, 2))
    for path in (
        "/office/events/am/organisations",
        "/office/events/am/day/organisations?way=venue",
    ):
        first = office.get(path).text
        assert [f"例の家{n}" in first for n in range(3)] == [True, True, False]
        (later,) = re.findall(r'href="([^"]*page=2[^"]*)"', first)
        second = office.get(later.replace("&amp;", "&")).text
        assert [f"例の家{n}" in second for n in range(3)] == [False, False, True]
        assert ("way=venue" in later) is ("way=venue" in path)
        assert re.search(r'href="[^"]*page=1', second)
        far = office.get(f"{path}{'&' if '?' in path else '?'}page=99").text
        assert [f"例の家{n}" in far for n in range(3)] == [False, False, True]


def test_a_persons_page_tells_everything_by_the_same_queries(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, _no) = make_question(day[0])
    special, (lift, _none) = make_question(day[0], is_arrangement=True)
    said = (chosen(lunch, yes), chosen(special, lift))
    sign_up("am", person("見本 花子", day[0], answers=said))
    (path,) = re.findall(r'class="name"><a href="([^"]*people/\d+)"', office.get(LIST).text)
    with count_queries(app) as before:
        office.get(path)
    make_signups(day[0], 300)
    sign_up("am", person("見本 花子", day[1]))
    with count_queries(app) as sent:
        page = office.get(path).text
    assert len(sent) == len(before) <= 18
    for shown in ("午後の会", "A-0001", "A-0302", "昼食", "選択0", "受付完了", "申し込みは2件"):
        assert shown in page, shown
    assert page.count("選択0") == 1, "what is to be arranged is not told here"
    assert office.get("/office/events/am/people/999999").status_code == 404
    assert re.findall(r'href="(/office/signups/\d+/arrangements)"', page)
    assert "ほかの日の会" not in page


def test_a_persons_page_leads_to_meetings_of_other_days(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    title = Translated(ja="昨年の総会", en="Last year")
    before = make_event("before", title=title, starts_in=timedelta(days=9))
    sign_up("before", person("見本 花子", before))
    sign_up("before", person("例 次郎", before), email="rei@example.com")
    sign_up("am", person("見本 花子", *day))
    (path,) = re.findall(r'class="name"><a href="([^"]*people/\d+)"', office.get(LIST).text)
    page = office.get(path).text
    assert "ほかの日の会" in page
    (there,) = re.findall(r'href="(/office/events/before/people/\d+)"', page)
    assert "昨年の総会" in page
    assert "見本 花子" in office.get(there).text
    limited = browser(app, use_cookies=True)
    enter(limited, email="limited@example.com", meetings=list(day))
    assert "昨年の総会" not in limited.get(path).text, "it is not theirs to see"


def ask(client: FlaskClient, act: str, *people: int, path: str = "", **more: str) -> str:
    query = urlencode({"act": act, "p": people, **more}, doseq=True)
    return f"/office/events/{path or 'am'}/acts/new?{query}"


def ids_of(client: FlaskClient) -> list[int]:
    return [int(one) for one in re.findall(r'name="p" value="(\d+)"', client.get(LIST).text)]


def press(client: FlaskClient, path: str, **more: str) -> str:
    """Say yes to the question; the address that it leads to."""
    page = client.get(path)
    people = re.findall(r'name="p" value="(\d+)"', page.text)
    done = client.post(path.partition("?")[0], data={**hidden_of(page), "p": people, **more})
    assert done.status_code == 303, done.status
    return done.location


def test_the_number_of_people_is_asked_before_anything_is_done(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    make_signups(day[0], 3)
    make_signups(day[0], 1, state="cancelled", first=3)
    ids = ids_of(office)
    path = ask(office, "cancel", *ids)
    assert "3人を取り消しますか" in office.get(path).text, "one of the four has cancelled already"
    page = office.get(press(office, path, reason="都合により")).text
    assert "終わりました" in page
    assert set(db.session.scalars(select(Booking.state))) == {"cancelled"}
    assert office.get(ask(office, "cancel")).location == LIST
    assert office.get(ask(office, "arrive", *ids)).location == LIST, "its day has not come"


def test_who_signed_up_since_the_question_is_not_cancelled_unasked(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    make_signups(day[0], 2)
    path = ask(office, "cancel", whom="all")
    page = office.get(path)
    assert "2人を取り消しますか" in page.text
    make_signups(day[0], 1, first=2)
    answer = office.post(path.partition("?")[0], data=hidden_of(page))
    assert answer.status_code == 409
    assert "3人を取り消しますか" in answer.text
    assert "人数が変わりました" in answer.text
    db.session.remove()
    assert set(db.session.scalars(select(Booking.state))) == {"confirmed"}
    again = office.post(path.partition("?")[0], data=hidden_of(answer))
    assert again.status_code == 303
    db.session.remove()
    assert set(db.session.scalars(select(Booking.state))) == {"cancelled"}


def test_a_letter_goes_to_exactly_those_chosen(office: FlaskClient, day: tuple[int, int]) -> None:
    make_signups(day[0], 3)
    ids = ids_of(office)
    where = press(office, ask(office, "write", *ids[:2]))
    assert "/reminders/" in where
    page = office.get(where).text
    assert "名簿で選んだ人" in page
    campaign = db.session.scalars(select(Campaign)).one()
    listed = select(Listed.registration_id).where(Listed.list_id == campaign.list_id)
    chosen_ones = set(db.session.scalars(listed))
    assert len(chosen_ones) == 2
    send(office, where.replace("/edit", "/send"), step="now")
    db.session.remove()
    making.make_letters(campaign.id, Stop())
    made = select(OutboxLetter.registration_id).where(OutboxLetter.campaign_id == campaign.id)
    assert set(db.session.scalars(made)) == chosen_ones


def test_all_that_were_found_are_noted_as_come_on_the_day(app: Flask, office: FlaskClient) -> None:
    event = make_event("am", starts_in=timedelta(hours=-1), venue=None)
    make_signups(event, 60)
    path = ask(office, "arrive", whom="all")
    assert "60人を来場にしますか" in office.get(path).text
    shown = press(office, path)
    work_tick(Stop())
    assert "終わりました" in office.get(shown).text
    came = select(Booking.id).where(attendance.came())
    assert len(list(db.session.scalars(came))) == 60


def test_on_a_whole_day_people_are_moved_everywhere_and_come_to_one_meeting(
    app: Flask, office: FlaskClient
) -> None:
    series = make_series("day")
    titles = (Translated(ja="午前の会"), Translated(ja="午後の会"))
    am, pm = (
        make_event(slug, series_id=series, starts_in=timedelta(hours=-1), title=title)
        for slug, title in zip(("am", "pm"), titles, strict=True)
    )
    make_signups(am, 1)
    make_signups(pm, 1, first=1)
    listed = office.get(DAY).text
    assert f'<option value="arrive-{pm}">来場にする: 午後の会</option>' in listed
    path = ask(office, f"arrive-{pm}", path="am/day", whom="all")
    asked = office.get(path).text
    assert "1人を来場にしますか" in asked
    assert "午後の会" in asked
    press(office, path)
    came = select(Booking.event_id).where(attendance.came())
    assert list(db.session.scalars(came)) == [pm]
    move = ask(office, "online", path="am/day", whom="all")
    assert "2人の参加方法をオンラインに変えますか" in office.get(move).text
    press(office, move)
    db.session.remove()
    assert set(db.session.scalars(select(Booking.way))) == {"online"}
    assert office.get(ask(office, "arrive", path="am/day", whom="all")).location == DAY
    assert office.get(ask(office, "arrive-999", path="am/day", whom="all")).location == DAY


def test_who_is_for_one_meeting_sees_no_list_of_the_day(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client, meetings=[day[0]])
    sign_up("am", person("見本 花子", *day))
    page = office_client.get(LIST).text
    assert "1日全体" not in page
    (path,) = re.findall(r'class="name"><a href="([^"]*people/\d+)"', page)
    assert "午後の会" not in office_client.get(path).text
    for refused in (DAY, ask(office_client, "cancel", 1, path="am/day"), DAY.replace("am", "pm")):
        assert office_client.get(refused).status_code == 404, refused
