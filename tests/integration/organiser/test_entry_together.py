"""Two of the office change one sign-up at once: each keeps what only they changed."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from app.registration.facts import AnswerEntry, Signup
from tests.entries import cancel, make_question, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.office import enter
from tests.pages import Filled, filled_in

KEPT = "その間に変わったもの"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=20)
    return morning, make_event("afternoon", series_id=series, venue=9)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def path_of(signup: Signup) -> str:
    return f"/office/signups/{signup.registration_id}/edit"


def filled(page: TestResponse) -> Filled:
    return filled_in(page.text.partition("<main")[2])


def press(
    office: FlaskClient, page: TestResponse, step: str, changes: dict[str, str] | None = None
) -> TestResponse:
    """Change some values of the page and press a button of its form."""
    action = re.search(r'<form id="signup"[^>]* action="([^"]+)"', page.text)
    assert action, page.text
    return office.post(action[1], data={**filled(page), **(changes or {}), "step": step})


def box_of(page: TestResponse) -> tuple[str, str]:
    """What is told of what both changed, and of what only the other one did."""
    assert page.status_code == 409, page.text
    box = page.text.partition('class="errs')[2].partition("<h1>")[0]
    both, _words, meanwhile = box.partition(KEPT)
    return both, meanwhile


def meet(office: FlaskClient, signup: Signup, theirs: dict[str, Any], mine: Any) -> TestResponse:
    """Both open the page; the other one stores ``theirs``, then ``mine`` is sent."""
    first, second = office.get(path_of(signup)), office.get(path_of(signup))
    stored = press(office, first, "store", theirs)
    assert stored.status_code == 303, stored.text
    return press(office, second, "store", mine)


def test_different_fields_are_both_stored(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("例 桜", *day))
    theirs = {"note": "車で行きます", f"p1-way-{day[1]}": "none", "fax": "03-0000-0001"}
    late = meet(office, got, theirs, {"p0-role": "理事", "telephone": "03-0000-0002"})
    both, meanwhile = box_of(late)
    assert "いまの内容:" not in both
    for told in ("車で行きます", "例 桜: 見本の総会", "参加しない", "03-0000-0001"):
        assert told in meanwhile, told
    assert "03-0000-0002" not in meanwhile
    assert press(office, late, "store").status_code == 303
    after = signup_of(got)
    assert (after.note, after.fax) == ("車で行きます", "03-0000-0001")
    assert (after.people[0].role, after.telephone) == ("理事", "03-0000-0002")
    assert [len([b for b in one.bookings if b.active]) for one in after.people] == [2, 1]


def test_one_field_is_shown_with_both_values_and_what_was_typed_stays(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    late = meet(office, got, {"p0-role": "監事"}, {"p0-role": "理事", "note": ""})
    both, meanwhile = box_of(late)
    assert "見本 花子: 役職" in both
    assert "いまの内容: 監事" in both
    assert "入力した内容: 理事" in both
    assert not meanwhile
    assert filled(late)["p0-role"] == "理事"
    assert press(office, late, "store").status_code == 303
    assert signup_of(got).people[0].role == "理事"


def test_whom_the_other_one_put_in_or_took_out_is_kept_so(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("例 桜", *day))
    page, other = office.get(path_of(got)), office.get(path_of(got))
    fewer = press(office, press(office, other, "remove:1"), "add")
    new = {"p1-name": "例 楓", "p1-reading": "かえで", f"p1-way-{day[1]}": "none"}
    assert press(office, fewer, "store", new).status_code == 303
    late = press(office, page, "store", {"note": "車で行きます"})
    both, meanwhile = box_of(late)
    assert "例 桜" not in both
    assert "例 桜" in meanwhile
    assert "例 楓" in meanwhile
    assert press(office, late, "store").status_code == 303
    after = signup_of(got)
    assert after.note == "車で行きます"
    assert [one.name for one in after.coming] == ["見本 花子", "例 楓"]


def test_who_was_taken_out_while_somebody_changed_them_is_shown(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("例 桜", *day))
    page, other = office.get(path_of(got)), office.get(path_of(got))
    assert press(office, press(office, other, "remove:1"), "store").status_code == 303
    late = press(office, page, "store", {"p1-role": "理事"})
    both, meanwhile = box_of(late)
    assert "例 桜" in both
    assert not meanwhile
    assert press(office, late, "store").status_code == 303
    assert [one.role for one in signup_of(got).coming] == ["", "理事"]


def test_who_is_taken_out_while_somebody_changed_them_is_shown(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("例 桜", *day))
    page, other = office.get(path_of(got)), office.get(path_of(got))
    assert press(office, other, "store", {"p1-role": "理事"}).status_code == 303
    late = press(office, press(office, page, "remove:1"), "store")
    both, _meanwhile = box_of(late)
    assert "例 桜" in both
    assert press(office, late, "store").status_code == 303
    assert [one.name for one in signup_of(got).coming] == ["見本 花子"]


def test_two_put_in_one_person_each(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    more, other = (press(office, office.get(path_of(got)), "add") for _n in range(2))
    assert press(office, other, "store", {"p1-name": "例 楓"}).status_code == 303
    late = press(office, more, "store", {"p1-name": "例 桜"})
    both, meanwhile = box_of(late)
    assert "いまの内容:" not in both
    assert "例 楓" in meanwhile
    assert press(office, late, "store").status_code == 303
    assert {one.name for one in signup_of(got).coming} == {"見本 花子", "例 楓", "例 桜"}


def test_whom_the_form_has_no_room_for_is_shown_before_they_go(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", *(person(f"例 {n}", day[0], role=f"{n}") for n in range(1, 10)))
    more, other = (press(office, office.get(path_of(got)), "add") for _n in range(2))
    assert press(office, other, "store", {"p9-name": "例 楓"}).status_code == 303
    late = press(office, more, "store", {"p9-name": "例 桜"})
    both, _meanwhile = box_of(late)
    assert "例 楓" in both
    assert "例 楓" not in filled(late).values()
    assert filled(late)["people"] == "10"


def test_what_is_to_be_arranged_is_said_to_differ_and_no_more(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    ramp, _no = make_question(day[0], "long", choices=(), asked="person", is_arrangement=True)
    said = (AnswerEntry(question_id=ramp, text="車いすの席"),)
    got = sign_up("morning", person("見本 花子", *day, answers=said))
    late = meet(office, got, {f"p0-q{ramp}": "手話通訳"}, {f"p0-q{ramp}": "要約筆記"})
    both, _meanwhile = box_of(late)
    assert "手話" not in both
    assert "要約" not in both
    assert both.count("手配の希望(変更あり)") == 2


def test_what_was_cancelled_meanwhile_is_decided_by_who_is_second(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page = office.get(path_of(got))
    cancel(signup_of(got))
    db.session.remove()
    late = press(office, page, "store", {"note": "車で行きます"})
    both, meanwhile = box_of(late)
    assert "いまの内容: 参加しない" in both
    assert not meanwhile
    assert press(office, late, "store").status_code == 303
    assert signup_of(got).event_ids == set(day)


@pytest.mark.parametrize("shown", ["", "1", "x=y", "1 =", "あ" * 3000])
def test_where_nobody_knows_what_was_shown_nothing_is_taken_over(
    office: FlaskClient, day: tuple[int, int], shown: str
) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("例 桜", *day))
    late = meet(office, got, {"note": "車で行きます"}, {"shown": shown, "note": "徒歩です"})
    both, meanwhile = box_of(late)
    assert "いまの内容: 車で行きます" in both
    assert "車で" not in meanwhile
    assert filled(late)["note"] == "徒歩です"
