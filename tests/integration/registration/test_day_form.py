"""The one form of a day through the visitors' pages: several people, meetings, ways, questions."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event, EventSession
from app.registration import links
from app.registration.models import Answer, Registration
from tests import entries
from tests.entries import make_question
from tests.factories import make_event, make_series
from tests.pages import errors, filled, press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
TARO = {"p1-name": "見本 太郎", "p1-reading": "みほん たろう"}


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    """A morning with places, an afternoon whose venue is full, each with a waiting list."""
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=50, title=Translated(ja="定期総会"))
    afternoon = make_event(
        "afternoon",
        series_id=series,
        venue=0,
        starts_in=timedelta(days=40, hours=4),
        title=Translated(ja="創立総会"),
    )
    return morning, afternoon


def form(client: FlaskClient, slug: str = "morning") -> TestResponse:
    return client.get(f"/events/{slug}/register")


def two(client: FlaskClient) -> TestResponse:
    return press(client, form(client), "add", HANAKO)


def complete(client: FlaskClient, check: TestResponse) -> TestResponse:
    assert check.status_code == 200, errors(check)
    answer = press(client, check, "complete")
    assert answer.status_code == 303, errors(answer)
    return client.get(answer.location)


def personal(done: TestResponse) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/r/[a-z0-9-]+)", done.text)
    assert found
    return found[1]


def signup() -> entries.Signup:
    db.session.remove()
    return entries.signup_of(db.session.scalars(select(Registration.id)).one())


def ways() -> list[list[tuple[str, str]]]:
    return [[(b.way, b.state) for b in p.bookings] for p in signup().people]


def test_either_meeting_leads_to_the_same_form(client: FlaskClient, day: tuple[int, int]) -> None:
    answer = form(client, "afternoon")
    assert (answer.status_code, answer.location) == (303, "/events/morning/register")
    page = form(client).text
    assert "定期総会" in page
    assert "創立総会" in page
    assert "選ぶとキャンセル待ち(いま0人)になります" in page


def test_two_people_for_two_meetings_are_twelve_fields(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = two(client)
    fields = re.findall(r'<(?:input|textarea)\b[^>]*name="([^"]+)"[^>]*>', page.text)
    shown = [name for name in fields if f'type="hidden" name="{name}"' not in page.text]
    behind_a_tick = {"contact_name"}  # where :has() is known
    folded = {"p1-same", "p1-organisation", "p1-role"}
    assert len(set(shown) - behind_a_tick - folded) == 10
    details = re.findall(r"<details[^>]*>.*?</details>", page.text, re.DOTALL)
    assert folded == set(re.findall(r'name="([^"]+)"', "".join(details)))
    assert "open" not in details[0].partition(">")[0]
    assert "人ごとに変える" in page.text


def test_everybody_comes_as_the_first_and_differences_are_opened_on_demand(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = press(client, two(client), "differ", TARO)
    assert filled(page)[f"p1-way-{day[0]}"] == "venue"
    changes = {f"p1-way-{day[0]}": "online", f"p1-way-{day[1]}": "none"}
    check = press(client, page, "check", changes)
    assert "満席のため" in check.text
    assert "キャンセル待ち 1番目になります" in check.text
    done = complete(client, check)
    assert "キャンセル待ち 1番目" in done.text
    assert ways() == [[("venue", "confirmed"), ("venue", "waiting")], [("online", "confirmed")]]


def test_a_person_more_and_one_fewer_keep_what_was_typed(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = press(client, two(client), "add", {**TARO, "p1-role": "理事", "note": "一行目\n二行目"})
    page = press(client, page, "remove:1", {"p2-name": "見本 桜", "p2-reading": "みほん さくら"})
    kept = filled(page)
    assert (kept["people"], kept["p0-name"], kept["p1-name"]) == ("2", "見本 花子", "見本 桜")
    assert kept["note"] == "一行目\n二行目"
    assert "p2-name" not in kept
    assert "見本 太郎" not in page.text


def test_an_absent_contact_is_not_one_of_the_people(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    wrong = press(client, form(client), "check", {**HANAKO, "absent": "1"})
    assert errors(wrong) == ["申し込む方の氏名を入力してください"] or wrong.status_code == 422
    check = press(client, wrong, "check", {"contact_name": "例 事務"})
    complete(client, check)
    assert (signup().contact_name, signup().contact_attends) == ("例 事務", False)
    assert [p.name for p in signup().people] == ["見本 花子"]


def test_the_same_organisation_is_ticked_and_can_be_another(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = press(client, two(client), "add", {**TARO, "p0-organisation": "見本の森"})
    changes = {"p2-name": "見本 桜", "p2-reading": "さくら", "p2-organisation": "例の家"}
    check = press(client, page, "check", {**changes, "p2-same": None})
    complete(client, check)
    assert [p.organisation for p in signup().people] == ["見本の森", "見本の森", "例の家"]


def test_errors_name_whose_they_are(client: FlaskClient, day: tuple[int, int]) -> None:
    answer = press(client, two(client), "check", {"p1-name": "見本 太郎"})
    assert answer.status_code == 422
    assert errors(answer) == ["2人目のふりがなを、ひらがなかカタカナで入力してください"]


def test_two_of_the_same_name_are_to_be_told_apart(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    same = {"p1-name": "見本　花子", "p1-reading": "ミホン ハナコ"}
    answer = press(client, two(client), "check", same)
    assert answer.status_code == 422
    assert "2人目の氏名が1人目と同じです" in errors(answer)[0]
    assert press(client, answer, "check", {"p1-role": "理事"}).status_code == 200


def test_everybody_attends_something(client: FlaskClient, day: tuple[int, int]) -> None:
    nothing = {f"p0-way-{event_id}": "none" for event_id in day}
    answer = press(client, form(client), "check", {**HANAKO, **nothing})
    assert answer.status_code == 422
    assert "1つ以上の会合" in errors(answer)[0]


def test_a_closed_meeting_stays_away_and_the_other_goes_through(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    with transaction() as session:
        session.get_one(Event, day[0]).closes_at = now() - timedelta(hours=1)
    page = form(client)
    assert "受付は終わりました" in page.text
    assert f"p0-way-{day[0]}" not in filled(page)
    complete(client, press(client, page, "check", {**HANAKO, f"p0-way-{day[1]}": "online"}))
    assert ways() == [[("online", "confirmed")]]


def test_overlapping_meetings_are_pointed_out_not_forbidden(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    with transaction() as session:
        first = session.scalars(select(EventSession).where(EventSession.event_id == day[0])).one()
        first.ends_at += timedelta(hours=4)
    check = press(client, form(client), "check", HANAKO)
    assert "時間が重なっている会合があります" in check.text
    alone = press(client, check, "check", {f"p0-way-{day[1]}": "none"})
    assert "時間が重なっている" not in alone.text
    complete(client, check)


def test_a_meeting_moved_while_the_check_page_was_open_is_shown_again(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    check = press(client, form(client), "check", HANAKO)
    with transaction() as session:
        for one in session.scalars(select(EventSession)):
            one.ends_at += timedelta(minutes=30)
    again = press(client, check, "complete")
    assert again.status_code == 409
    assert "日時か会場が変わりました: 定期総会、創立総会" in again.text
    complete(
        client,
        client.post("/events/morning/register/check", data={**filled(again), "step": "check"}),
    )


def test_questions_are_asked_of_those_they_concern(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, no) = make_question(
        day[0], "yes_no", required=True, way="venue", choices=({"opens": True, "places": 1}, {})
    )
    allergy, _none = make_question(
        day[0],
        "short",
        depends_on_id=lunch,
        required=True,
        choices=(),
        label=Translated(ja="アレルギー"),
    )
    page = press(client, press(client, two(client), "differ"), "check", TARO)
    assert errors(page) == [
        "1人目の「昼食」にお答えください",
        "2人目の「昼食」にお答えください",
    ]
    answers = {f"p0-q{lunch}": yes, f"p1-q{lunch}": no, f"p1-q{allergy}": "たまご"}
    missing = press(client, page, "check", answers)
    assert errors(missing) == ["1人目の「アレルギー」にお答えください"]
    online = press(client, missing, "check", {f"p0-way-{day[0]}": "online"})
    assert online.status_code == 200, "nobody online is asked about lunch"
    complete(client, press(client, missing, "check", {f"p0-q{allergy}": "そば"}))
    db.session.remove()
    rows = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [(a.choice_id, a.text) for a in rows] == [(yes, ""), (None, "そば"), (no, "")]
    late = press(client, form(client), "check", HANAKO)
    assert "なくなりました" in late.text


def test_a_choice_used_up_meanwhile_is_told_by_its_name(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, no) = make_question(day[0], "yes_no", choices=({"places": 1}, {}))
    page = form(client)
    first = press(client, page, "check", {**HANAKO, f"p0-q{lunch}": yes})
    second = press(
        client,
        form(client),
        "check",
        {**HANAKO, "p0-name": "例 一", "email": "rei@example.com", f"p0-q{lunch}": yes},
    )
    complete(client, first)
    refused = press(client, second, "complete")
    assert refused.status_code == 409
    assert "ちょうどなくなりました" in refused.text
    assert filled(refused)["p0-name"] == "例 一"
    assert press(client, refused, "check", {f"p0-q{lunch}": no}).status_code == 200


@pytest.mark.parametrize(
    ("kind", "typed", "status"),
    [
        ("number", "３", 200),
        ("number", "-1", 422),
        ("number", "1.5", 422),
        ("number", "100000", 422),
        ("number", "²", 200),
        ("short", "あ" * 201, 422),
        ("long", "あ" * 1001, 422),
        ("one", "999999", 422),
        ("several", "x", 422),
        ("consent", "", 422),
    ],
)
def test_answers_of_the_wrong_shape(
    client: FlaskClient, day: tuple[int, int], kind: str, typed: str, status: int
) -> None:
    question, _choices = make_question(day[0], kind, required=True)
    answer = press(client, form(client), "check", {**HANAKO, f"p0-q{question}": typed})
    assert answer.status_code == status, errors(answer)


def test_a_change_is_checked_applied_and_told(client: FlaskClient, day: tuple[int, int]) -> None:
    page = press(client, two(client), "differ", TARO)
    link = personal(complete(client, press(client, page, "check")))
    change = client.get(f"{link}/change")
    assert change.headers["Cache-Control"] == "no-store"
    check = press(client, change, "check", {f"p0-way-{day[1]}": "online", "p1-role": "理事"})
    assert "いままで: 会場で参加する" in check.text
    assert "いままで: なし" in check.text
    answer = press(client, check, "complete")
    assert answer.status_code == 303
    assert "変更しました" in client.get(answer.location).text
    assert ways()[0] == [("venue", "confirmed"), ("online", "confirmed")]
    again = press(client, check, "complete")
    assert again.status_code == 303, "sent twice is one change"
    assert signup().version == 2


def test_a_second_window_is_told_and_nothing_overwritten(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    first, second = client.get(f"{link}/change"), client.get(f"{link}/change")
    late = press(client, second, "check", {"p0-role": "監事"})
    press(client, press(client, first, "check", {"p0-role": "理事"}), "complete")
    for page in (press(client, late, "complete"), press(client, second, "check")):
        assert page.status_code == 409
        assert "理事" in page.text
        assert signup().people[0].role == "理事"
    told = press(client, late, "complete")
    assert "監事" in told.text
    form_again = press(client, told, "edit")
    assert (filled(form_again)["p0-role"], filled(form_again)["version"]) == ("監事", "2")
    assert press(client, press(client, form_again, "check"), "complete").status_code == 303
    assert signup().people[0].role == "監事"


def test_a_person_more_by_the_personal_page(client: FlaskClient, day: tuple[int, int]) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    page = client.get(f"{link}/change?add=1")
    check = press(client, page, "check", TARO)
    assert "追加" in check.text
    assert press(client, check, "complete").status_code == 303
    assert len(signup().coming) == 2


def test_cancelling_asks_with_the_number_and_acts_once(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    link = personal(complete(client, press(client, two(client), "check", TARO)))
    choose = client.get(f"{link}/cancel")
    assert press(client, choose, "ask").status_code == 422
    ids = re.findall(r'name="booking" value="(\d+)"', choose.text)
    assert len(ids) == 4
    ask = press(client, choose, "ask", {"booking": ids[:2]})
    assert "2人のお申し込みを取り消しますか" in ask.text
    assert len(signup().coming) == 2, "nothing is done before the question"
    assert press(client, ask, "cancel").status_code == 303
    assert press(client, ask, "cancel").status_code == 303
    assert [[s for _w, s in one] for one in ways()] == [["cancelled", "waiting"]] * 2
    rest = press(client, client.get(f"{link}/cancel"), "ask", {"all": "1"})
    assert "2人のキャンセル待ちをやめますか" in rest.text
    assert press(client, rest, "cancel").status_code == 303
    assert "取り消し" in client.get(link).text
    assert not signup().active


def test_an_old_question_does_not_cancel_what_has_changed(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    ask = press(client, client.get(f"{link}/cancel"), "ask", {"all": "1"})
    check = press(client, client.get(f"{link}/change"), "check", {"p0-role": "理事"})
    press(client, check, "complete")
    assert press(client, ask, "cancel").status_code == 409
    assert signup().active


def test_after_the_set_time_the_page_says_whom_to_call(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    with transaction() as session:
        session.get_one(Event, day[0]).change_until = now() - timedelta(hours=1)
    page = client.get(f"{link}/change")
    assert "変更は、お電話ください" in page.text
    assert f"p0-way-{day[0]}" not in filled(page)
    check = press(client, page, "check", {f"p0-way-{day[1]}": "online", f"p0-way-{day[0]}": "none"})
    assert check.status_code == 409, "a way typed for what is settled is refused in words"
    check = press(client, page, "check", {f"p0-way-{day[1]}": "online"})
    assert press(client, check, "complete").status_code == 303
    assert ways() == [[("venue", "confirmed"), ("online", "confirmed")]]
    with transaction() as session:
        session.get_one(Event, day[1]).change_until = now() - timedelta(hours=1)
    assert client.get(f"{link}/cancel").status_code == 303
    assert "03-0000-0000" in client.get(link).text


@pytest.mark.parametrize("path", ["", "/change", "/change?add=1", "/cancel", "/calendar.ics"])
def test_opening_a_link_changes_nothing(
    client: FlaskClient, day: tuple[int, int], path: str
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    before = signup()
    for _times in range(2):
        assert client.get(link + path).status_code == 200
        assert client.head(link + path).status_code == 200
    assert signup() == before
    assert client.get(f"/r/{'a' * 30}{path}").status_code == 404


def test_replaced_links_are_gone_everywhere(client: FlaskClient, day: tuple[int, int]) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    pages = [client.get(f"{link}/change"), client.get(f"{link}/cancel")]
    with transaction() as session:
        session.scalars(select(Registration)).one().link_version = 2
    for path in ("", "/change", "/cancel", "/calendar.ics"):
        answer = client.get(link + path)
        assert answer.status_code == 410
        assert "03-0000-0000" in answer.text
    assert press(client, pages[0], "check").status_code == 410
    assert press(client, pages[1], "cancel").status_code == 410


def test_the_calendar_holds_what_has_a_place(client: FlaskClient, day: tuple[int, int]) -> None:
    from icalendar import Calendar

    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    answer = client.get(f"{link}/calendar.ics")
    calendar = Calendar.from_ical(answer.data)
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")] == ["定期総会"]
    page = client.get(link).text
    assert f'href="{link}/calendar-{day[0]}.ics"' in page
    assert f"calendar-{day[1]}.ics" not in page, "who waits has nothing to put in"
    alone = client.get(f"{link}/calendar-{day[0]}.ics")
    for file, name in ((answer, "A-0001"), (alone, "morning-A-0001")):
        assert file.headers["Content-Disposition"] == f'attachment; filename="{name}.ics"'
    assert client.get(f"{link}/calendar-{day[1]}.ics").status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_online_address_is_for_those_with_a_place_online(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    with transaction() as session:
        session.get_one(Event, day[0]).online_url = "https://meeting.example.com/j/1"
    venue = complete(client, press(client, form(client), "check", HANAKO))
    assert "meeting.example.com" not in venue.text + client.get(personal(venue)).text
    person = {**HANAKO, "p0-name": "例 一", f"p0-way-{day[0]}": "online"}
    online = complete(client, press(client, form(client), "check", person))
    assert "meeting.example.com" in client.get(personal(online)).text


def test_another_person_of_the_same_name_counts_by_a_link_and_a_button(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    complete(client, press(client, form(client), "check", HANAKO))
    complete(client, press(client, form(client), "check", HANAKO))
    second = db.session.scalars(select(Registration.id).order_by(Registration.id.desc())).first()
    assert second
    address = links.another_url(second, 1).removeprefix("http://127.0.0.1:8000")
    page = client.get(address)
    assert "同姓同名" in page.text
    assert [b.is_duplicate for b in entries.signup_of(second).people[0].bookings] == [True, True]
    answer = press(client, page, "")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    db.session.remove()
    assert not any(b.is_duplicate for b in entries.signup_of(second).people[0].bookings)


def test_everybody_can_be_removed_while_more_than_one_is_left(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = two(client)
    assert 'value="remove:0"' in page.text
    assert "出席せずに申し込む方として「ご連絡先」に移ります" in page.text
    alone = press(client, page, "remove:0", TARO)
    assert "remove:" not in alone.text
    kept = filled(alone)
    assert (kept["people"], kept["p0-name"]) == ("1", "見本 太郎")
    assert (kept["absent"], kept["contact_name"]) == ("1", "見本 花子")
    complete(client, press(client, alone, "check"))
    assert (signup().contact_name, signup().contact_attends) == ("見本 花子", False)
    assert ways() == [[("venue", "confirmed"), ("venue", "waiting")]]


@pytest.mark.parametrize(
    "own", [{"p1-role": "理事"}, {"p1-same": None, "p1-organisation": "例の家"}, {"p1-same": None}]
)
def test_organisation_and_role_of_their_own_are_never_folded_away(
    client: FlaskClient, day: tuple[int, int], own: dict[str, str | None]
) -> None:
    page = press(client, two(client), "add", {**TARO, **own})
    first, second = re.findall(r"<details[^>]*>", page.text)
    assert "open" in first
    assert "open" not in second


def test_the_way_back_from_the_check_page_opens_what_is_folded(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    check = press(client, two(client), "check", TARO)
    for field in ("p1-same", "p1-role"):
        page = press(client, check, f"edit:{field}")
        assert '<details class="gap-s" open>' in page.text
        assert f'name="{field}"' in page.text
