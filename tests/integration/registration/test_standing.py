"""As what people take part (立場): asked where a meeting asks, noted by the office, shown."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration import links
from app.registration.lists import counting, roster
from app.registration.lists.finding import UNSAID, RosterFilter
from app.registration.models import Booking, Participant, Registration
from tests.desks import let_in, make_pass
from tests.entries import as_entry, change, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.imports import checked, csv_file, fates, imported
from tests.office import enter, make_account, send
from tests.pages import errors, filled, press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
ASKED = ["member", "observer", "press"]


def stored() -> list[tuple[str, str, str]]:
    """Name and standing of everybody, and what their bookings repeat of it."""
    db.session.remove()
    query = select(Participant.name, Participant.standing, Booking.standing)
    query = query.join(Booking).order_by(Booking.id)
    return [tuple(row) for row in db.session.execute(query)]


def form(client: FlaskClient, slug: str = "soukai") -> TestResponse:
    return client.get(f"/events/{slug}/register")


def done(client: FlaskClient, check: TestResponse) -> TestResponse:
    assert check.status_code == 200, errors(check)
    answer = press(client, check, "complete")
    assert answer.status_code == 303, errors(answer)
    return client.get(answer.location)


def test_a_meeting_that_asks_needs_an_answer_and_shows_it_everywhere(client: FlaskClient) -> None:
    make_event(standings=ASKED)
    page = form(client)
    assert "立場" in page.text
    assert [word in page.text for word in ("会員・代議員", "傍聴", "報道")] == [True] * 3
    assert "来賓" not in page.text
    refused = press(client, page, "check", HANAKO)
    assert refused.status_code == 422
    assert errors(refused) == ["どの立場で参加するかを選んでください"]
    assert 'href="#p0-standing"' in refused.text
    check = press(client, refused, "check", {"p0-standing": "observer"})
    assert "傍聴" in check.text
    complete = done(client, check)
    assert "傍聴" in complete.text
    assert stored() == [("見本 花子", "observer", "observer")]


@pytest.mark.parametrize("said", ["guest", "x", "<b>"])
def test_what_is_not_offered_cannot_be_chosen(client: FlaskClient, said: str) -> None:
    make_event(standings=ASKED)
    refused = press(client, form(client), "check", {**HANAKO, "p0-standing": said})
    assert refused.status_code == 422
    assert errors(refused) == ["一覧から選んでください"]


def test_a_meeting_that_does_not_ask_takes_no_answer(client: FlaskClient) -> None:
    make_event()
    page = form(client)
    assert "立場" not in page.text
    done(client, press(client, page, "check", {**HANAKO, "p0-standing": "press"}))
    assert stored() == [("見本 花子", "", "")]


def test_of_two_meetings_only_who_attends_the_one_that_asks_has_to_say(client: FlaskClient) -> None:
    series = make_series("day")
    asks = make_event("morning", series_id=series, standings=ASKED)
    make_event("afternoon", series_id=series, starts_in=timedelta(days=40, hours=4))
    page = form(client, "morning")
    assert "次の会に参加する方だけ: 見本の総会" in page.text
    assert press(client, page, "check", HANAKO).status_code == 422
    check = press(client, page, "check", {**HANAKO, f"p0-way-{asks}": "none"})
    done(client, check)
    assert stored() == [("見本 花子", "", "")]


def test_changed_by_the_link_it_is_told_in_words(client: FlaskClient) -> None:
    event = make_event(standings=ASKED)
    receipt = sign_up("soukai", person("見本 花子", event, standing="member"))
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))
    before = signup_of(receipt)
    entry = as_entry(before)
    assert entry.people[0].standing == "member"
    change(before, replace(entry, people=(replace(entry.people[0], standing="press"),)))
    assert stored() == [("見本 花子", "press", "press")]
    db.session.remove()
    last = db.session.scalars(select(OutboxLetter.body).order_by(OutboxLetter.id.desc())).first()
    assert "立場: 「会員・代議員」から「報道」" in last


def test_what_the_office_noted_stays_when_a_form_does_not_ask(client: FlaskClient) -> None:
    event = make_event()
    receipt = sign_up("soukai", person("見本 花子", event, standing="guest"))
    token = links.manage_token(receipt.registration_id, receipt.link_version)
    page = client.get(f"/r/{token}/change")
    assert "来賓" not in page.text
    done(client, press(client, page, "check", {"note": "車で行きます"}))
    assert stored() == [("見本 花子", "guest", "guest")]


def test_the_list_filters_and_counts_by_it(app: Flask) -> None:
    event = make_event(venue=None, standings=ASKED)
    for n, code in enumerate(["member", "member", "press", ""]):
        sign_up("soukai", person(f"見本 {n}", event, standing=code), email=f"m{n}@example.com")
    assert counting.count_standings(RosterFilter(event_ids=(event,))) == {
        (event, "member"): 2,
        (event, "press"): 1,
        (event, ""): 1,
    }
    found = {
        code: [row.standing for row in roster.list_page(wanted(event, code)).rows]
        for code in ("member", "press", "guest", UNSAID)
    }
    assert found == {
        "member": ["member", "member"],
        "press": ["press"],
        "guest": [],
        UNSAID: [""],
    }


def wanted(event: int, standing: str) -> RosterFilter:
    return RosterFilter(event_ids=(event,), standing=standing)


def test_the_office_sets_asks_lists_exports_and_prints_it(office_client: FlaskClient) -> None:
    event = make_event()
    enter(office_client)
    office = "/office/events/soukai"
    page = office_client.get(f"{office}/settings")
    given = filled(page)
    given.setlist("standings", ["guest", "member", "x"])
    answer = office_client.post(f"{office}/settings", data=given)
    assert answer.status_code == 303, errors(answer)
    page = office_client.get(f"{office}/settings")
    assert filled(page).getlist("standings") == ["member", "guest"]
    receipt = sign_up("soukai", person("見本 花子", event, standing="guest", role="議員"))
    sign_up("soukai", person("見本 太郎", event, standing="member"), email="taro@example.com")
    listed = office_client.get(f"{office}/registrations?standing=guest").text
    assert ("見本 花子" in listed, "見本 太郎" in listed) == (True, False)
    assert "立場ごとの申込者" in office_client.get(f"{office}/totals").text
    for path in (
        *("print/badges", "print/roster", "registrations?standing=guest"),
        f"people/{signup_of(receipt).people[0].id}",
    ):
        assert "来賓" in office_client.get(f"{office}/{path}").text, path
    assert "来賓" in office_client.get(f"/office/signups/{receipt.registration_id}").text


def test_the_desk_shows_it(office_client: FlaskClient) -> None:
    event = make_event(starts_in=timedelta(), closes=timedelta(hours=1))
    sign_up("soukai", person("見本 花子", event, standing="press"))
    let_in(office_client, make_pass(event))
    for path in ("/desk/soukai", "/desk/soukai/sheet"):
        assert "報道" in office_client.get(path).text, path


def test_a_file_brings_it_and_changes_it(app: Flask) -> None:
    event = make_event()
    by = make_account()
    rows = [("見本 花子", "来賓"), ("見本 太郎", "オブザーバー"), ("見本 次郎", "観光")]
    run = checked(event, csv_file(rows, ("氏名", "立場")), by)
    assert fates(run) == [("new", []), ("new", []), ("refused", ["standing"])]
    imported(checked(event, csv_file(rows[:2], ("氏名", "立場")), by), by)
    assert stored() == [("見本 花子", "guest", "guest"), ("見本 太郎", "observer", "observer")]
    rows = [("A-0001", "見本 花子", "行政"), ("A-0002", "見本 太郎", "")]
    run = checked(event, csv_file(rows, ("受付番号", "氏名", "立場")), by)
    assert fates(run) == [("changed", []), ("same", [])]
    imported(run, by)
    assert stored() == [
        ("見本 花子", "government", "government"),
        ("見本 太郎", "observer", "observer"),
    ]
    assert db.session.scalars(select(Registration.version).order_by(Registration.id)).all() == [
        2,
        1,
    ]


def swap_page(client: FlaskClient, event: int, standing: str) -> str:
    """The address of the page that lets somebody else come instead of the only person."""
    got = sign_up("soukai", person("見本 花子", event, standing=standing))
    enter(client)
    return f"/office/signups/{got.registration_id}/swap/{signup_of(got).people[0].id}"


def chosen_standing(page: TestResponse) -> list[str]:
    """Of the select on a page, what is chosen."""
    found = re.search(r'<select[^>]*name="standing".*?</select>', page.text, re.DOTALL)
    return re.findall(r'value="(\w*)" selected', found[0]) if found else []


def test_whoever_comes_instead_has_the_standing_that_the_page_showed(
    office_client: FlaskClient,
) -> None:
    path = swap_page(office_client, make_event(standings=ASKED), "member")
    page = office_client.get(path)
    assert chosen_standing(page) == ["member"], "it begins with that of whom they come for"
    assert "見本 花子 さんの立場を入れてあります" in page.text
    assert "会員・代議員だけの資料も開けます" in page.text
    wrong = send(office_client, path, name="見本 太郎", standing="king")
    assert wrong.status_code == 422
    assert send(office_client, path, name="見本 太郎", standing="observer").status_code == 303
    assert stored() == [("見本 太郎", "observer", "observer")]


@pytest.mark.parametrize("said", ["", None], ids=["not said", "not sent"])
def test_no_vote_is_inherited_by_saying_nothing(
    office_client: FlaskClient, said: str | None
) -> None:
    path = swap_page(office_client, make_event(standings=ASKED), "member")
    given = {} if said is None else {"standing": said}
    assert send(office_client, path, name="見本 太郎", **given).status_code == 303
    assert stored() == [("見本 太郎", "", "")]


def test_standing_is_asked_of_whoever_comes_instead_only_where_it_is_used(
    office_client: FlaskClient,
) -> None:
    unused = swap_page(office_client, make_event(), "")
    assert 'name="standing"' not in office_client.get(unused).text
    assert send(office_client, unused, name="見本 太郎").status_code == 303


def test_a_standing_of_before_is_shown_though_the_meeting_asks_no_more(
    office_client: FlaskClient,
) -> None:
    path = swap_page(office_client, make_event(), "member")
    assert chosen_standing(office_client.get(path)) == ["member"]
