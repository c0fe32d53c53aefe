"""One sign-up in the office: what is shown, who may see it, and what the acts do."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth import audit
from app.auth.models import AuditEntry
from app.base.clock import now
from app.base.errors import Gone
from app.db import Translated, db, transaction
from app.mail.models import OutboxLetter
from app.registration import queries
from app.registration.facts import AnswerEntry
from app.registration.lists import pairs
from app.registration.models import Booking, Registration
from tests.conftest import count_queries
from tests.entries import chosen, make_question, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of, send


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=2)
    title = Translated(ja="見本の午後の会", en="Sample afternoon")
    return morning, make_event("afternoon", series_id=series, venue=2, title=title)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def states() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(Booking.state).order_by(Booking.id)))


def letters() -> list[tuple[str, str]]:
    db.session.remove()
    query = select(OutboxLetter.purpose, OutboxLetter.state).order_by(OutboxLetter.id)
    return [(purpose, state) for purpose, state in db.session.execute(query)]


def test_the_page_shows_people_meetings_answers_letters_and_history(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (yes, _no) = make_question(day[0], choices=({"places": 9}, {}))
    got = sign_up(
        "morning",
        person("見本 花子", *day, answers=(chosen(lunch, yes),)),
        person("見本 太郎", day[1], way="online"),
        note="<b>車で行きます</b>",
    )
    page = office.get(f"/office/signups/{got.registration_id}").text
    for shown in ("A-0001", "見本 太郎", "見本の午後の会", "選択0", "&lt;b&gt;車で", "申し込み"):
        assert shown in page, shown
    assert "受付完了" in page
    assert page.count('name="b"') == 3


def test_the_list_leads_to_the_sign_up(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page = office.get("/office/events/morning/registrations").text
    assert f'href="/office/signups/{got.registration_id}"' in page


def test_arrangements_stand_apart_and_looking_at_them_is_noted(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    asked, _none = make_question(day[0], "long", choices=(), asked="signup", is_arrangement=True)
    said = AnswerEntry(question_id=asked, text="手話通訳をお願いします")
    got = sign_up("morning", person("見本 花子", *day), answers=(said,))
    path = f"/office/signups/{got.registration_id}"
    assert "手話通訳をお願い" not in office.get(path).text
    assert "arrangements.viewed" not in actions(app)
    assert office.head(f"{path}/arrangements").status_code == 200
    assert "arrangements.viewed" not in actions(app)
    assert "手話通訳をお願い" in office.get(f"{path}/arrangements").text
    assert actions(app).count("arrangements.viewed") == 1
    assert "手配の希望を見ました" in office.get(path).text


def test_cancelling_asks_with_the_number_of_people_and_tells_the_reason(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("見本 太郎", *day))
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))
    bookings = [b.id for p in signup_of(got).people for b in p.bookings if b.event_id == day[0]]
    path = f"/office/signups/{got.registration_id}/cancel"
    asked = office.get(f"{path}?b={bookings[0]}&b={bookings[1]}")
    assert "2人の申し込みを取り消しますか" in asked.text
    assert set(states()) == {"confirmed"}
    given = {**hidden_of(asked), "b": bookings, "reason": "お電話でのご連絡により"}
    assert office.post(path, data=given).status_code == 303
    assert office.post(path, data=given).status_code == 303
    assert sorted(states()) == ["cancelled", "cancelled", "confirmed", "confirmed"]
    assert letters()[-1] == ("office_changed", "queued")
    body = db.session.scalar(select(OutboxLetter.body).order_by(OutboxLetter.id.desc()))
    assert "お電話でのご連絡により" in (body or "")
    assert actions(app).count("registration.cancelled") == 1


def test_a_sign_up_that_changed_meanwhile_is_asked_about_again(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    booking = signup_of(got).people[0].bookings[0].id
    path = f"/office/signups/{got.registration_id}/cancel"
    asked = hidden_of(office.get(f"{path}?b={booking}"))
    with transaction() as session:
        session.get_one(Registration, got.registration_id).version += 1
    again = office.post(path, data={**asked, "reason": "理由"})
    assert again.status_code == 409
    assert "理由</textarea>" in again.text
    assert set(states()) == {"confirmed"}
    assert office.post(path, data={**hidden_of(again), "reason": ""}).status_code == 303
    assert "cancelled" in states()


@pytest.mark.parametrize("given", [{}, {"b": "x"}, {"b": "99999999999999"}])
def test_nothing_chosen_leads_back(
    office: FlaskClient, day: tuple[int, int], given: dict[str, str]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    path = f"/office/signups/{got.registration_id}"
    answer = office.get(f"{path}/cancel", query_string=given)
    assert answer.status_code == 303
    assert "先に、取り消す申し込みを選んでください" in office.get(path).text


def test_a_reason_that_is_too_long_is_kept(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    booking = signup_of(got).people[0].bookings[0].id
    path = f"/office/signups/{got.registration_id}/cancel"
    asked = hidden_of(office.get(f"{path}?b={booking}"))
    answer = office.post(path, data={**asked, "reason": "あ" * 501})
    assert answer.status_code == 422
    assert "あ" * 501 in answer.text
    assert set(states()) == {"confirmed"}


def test_a_new_link_ends_the_old_one_and_its_unsent_letters(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    path = f"/office/signups/{got.registration_id}/link"
    asked = hidden_of(office.get(path))
    for _press in range(2):
        assert office.post(path, data=asked).status_code == 303
    with pytest.raises(Gone):
        queries.get_signup(got.registration_id, 1)
    assert queries.get_signup(got.registration_id, 2).version == 2
    assert letters() == [("confirmed", "suppressed"), ("new_link", "queued")]
    assert actions(app).count("registration.link_renewed") == 1


def test_a_duplicate_s_new_link_tells_nothing_of_the_first(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("morning", person("見本 花子", *day))
    again = sign_up("morning", person("見本 花子", *day))
    send(office, f"/office/signups/{again.registration_id}/link")
    db.session.remove()
    own = select(OutboxLetter.purpose, OutboxLetter.state).where(
        OutboxLetter.registration_id == again.registration_id
    )
    found = [tuple(row) for row in db.session.execute(own.order_by(OutboxLetter.id))]
    assert found == [("already", "suppressed"), ("already", "queued")]


def test_who_is_signed_up_twice_leads_to_the_first_and_back(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    first = sign_up("morning", person("見本 花子", *day))
    assert "2回申し込んだ" not in office.get("/office/events/morning/registrations").text
    again = sign_up("morning", person("見本 花子", *day))
    found = send(office, "/office/events/morning/registrations", q=again.number)
    listed = office.get(found.location)
    assert f'href="/office/signups/{first.registration_id}"' in listed.text
    assert "/office/events/morning/duplicates" in listed.text
    there = office.get(f"/office/signups/{again.registration_id}").text
    assert f'href="/office/signups/{first.registration_id}"' in there
    back = office.get(f"/office/signups/{first.registration_id}").text
    assert f'href="/office/signups/{again.registration_id}"' in back
    pairs = office.get("/office/events/morning/duplicates").text
    assert first.number in pairs
    assert again.number in pairs


def test_another_person_of_the_same_name_gets_a_place(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    again = sign_up("morning", person("見本 花子", day[0]))
    answer = send(office, f"/office/signups/{again.registration_id}/another")
    assert answer.status_code == 303
    assert states() == ["confirmed", "confirmed"]
    assert letters()[-1] == ("confirmed", "queued")
    by = db.session.scalar(
        select(AuditEntry.account_id).where(AuditEntry.action == "registration.another")
    )
    assert by is not None
    path = f"/office/signups/{again.registration_id}/another"
    assert office.get(path).status_code == 303


def test_a_duplicate_is_cancelled_without_touching_the_first(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    again = sign_up("morning", person("見本 花子", day[0]))
    booking = signup_of(again).people[0].bookings[0].id
    path = f"/office/signups/{again.registration_id}/cancel"
    asked = office.get(f"{path}?b={booking}")
    assert "1人の申し込みを取り消しますか" in asked.text
    assert office.post(path, data=hidden_of(asked)).status_code == 303
    assert states() == ["confirmed", "cancelled"]


def test_pages_take_the_same_number_of_queries_whatever_the_size(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    def queries_of(path: str) -> int:
        with count_queries(app) as sent:
            assert office.get(path).status_code == 200
        return len(sent)

    first = sign_up("morning", person("見本 花子", *day))
    twice = sign_up("morning", person("見本 花子", *day))
    pages = (
        "/office/events/morning/duplicates",
        "/office/events/morning/registrations",
        f"/office/signups/{first.registration_id}",
    )
    before = [queries_of(path) for path in pages]
    assert twice.number == "A-0002"
    for _again in range(3):
        sign_up("morning", person("見本 花子", *day))
    make_signups(day[0], 30)
    assert [queries_of(path) for path in pages] == before


def test_who_is_signed_up_twice_is_read_page_by_page(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    (first,) = make_signups(event, 1)
    booking = signup_of(first).people[0].bookings[0].id
    more = 2 * pairs.PAGE + 1
    made = make_signups(event, more, first=1)
    twice = update(Booking).where(Booking.registration_id.in_(made))
    with transaction() as session:
        session.execute(twice.values(state="duplicate", duplicate_of=booking))
    path: str | None = "/office/events/soukai/duplicates"
    found: list[str] = []
    queries_of = []
    while path:
        with count_queries(app) as sent:
            page = office.get(path).text
        queries_of.append(len(sent))
        found += re.findall('<th role="rowheader"[^>]*><a href="/office/signups/([0-9]+)"', page)
        older = re.search('rel="next" href="([^"]+)"', page)
        path = older and html.unescape(older[1])
    assert [int(one) for one in found] == made[::-1]
    assert len(set(queries_of)) == 1
    assert len(queries_of) == len(range(0, more, pairs.PAGE))
    assert 'rel="prev" href="/office/events/soukai/duplicates"' in page
    gone = office.get("/office/events/soukai/duplicates?before=1").text
    assert f'href="/office/signups/{made[-1]}"' in gone, "no page is empty while there is anybody"
    assert "200人以上" in office.get("/office/events/soukai/registrations").text


@pytest.mark.parametrize("rest", ["", "/arrangements", "/cancel?b=1", "/link", "/another"])
def test_a_sign_up_that_does_not_exist_is_not_found(office: FlaskClient, rest: str) -> None:
    assert office.get(f"/office/signups/7{rest}").status_code == 404


def test_a_sign_up_of_which_nothing_is_noted_says_so(office: FlaskClient) -> None:
    event = make_event()
    made = make_signups(event, 1)
    told = "まだ記録はありません。"
    person_id = signup_of(made[0]).people[0].id
    for path in (f"/office/signups/{made[0]}", f"/office/events/soukai/people/{person_id}"):
        page = office.get(path).text
        assert told in page
        assert '<caption class="vh">これまでのこと</caption>' not in page
    signed = sign_up("soukai", person("見本 一", event), email="a@example.com").registration_id
    assert told not in office.get(f"/office/signups/{signed}").text


def test_the_history_tells_ways_and_states_in_words(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    field = f"booking {signup_of(got).people[0].id}-{day[0]}"
    entry = audit.Entry(
        actor=audit.SYSTEM,
        action="registration.moved_up",
        subject="registration",
        subject_id=got.registration_id,
        before={field: "waiting"},
        after={field: "confirmed"},
    )
    with transaction() as session:
        audit.record(session, entry, now())
    page = office.get(f"/office/signups/{got.registration_id}").text
    assert "キャンセル待ち → 受付済み" in page
    assert "キャンセル待ちから繰り上がりました" in page
    assert "申し込みを受け取りました" in page
    assert "waiting" not in page
