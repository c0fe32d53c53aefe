"""Typing in a sign-up by telephone, fax or post: what is kept, refused, asked and changed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event, EventSession
from app.mail.models import OutboxLetter
from app.registration import links
from app.registration.facts import AnswerEntry
from app.registration.models import Answer, Booking, Registration
from app.retention import erasing
from tests.entries import cancel, chosen, make_question, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.office import enter, hidden_of

PATH = "/office/events/morning/enter"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=3)
    return morning, make_event("afternoon", series_id=series, venue=3)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def filled(page: TestResponse) -> dict[str, str]:
    """The values that a page's form would send back as it is, tokens included."""
    main = page.text[page.text.index("<main") :]
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', main))
    texts = r'<input class="box[^"]*" id="[^"]+" name="([\w-]+)" type="\w+" value="([^"]*)"'
    found |= dict(re.findall(texts, main))
    checked = (
        r'<input type="(?:radio|checkbox)" id="[^"]+" name="([\w-]+)" value="([^"]*)"[^>]* checked'
    )
    return found | dict(re.findall(checked, main))


def store(office: FlaskClient, path: str = PATH, **values: Any) -> TestResponse:
    """Open a form, fill in values (``p0_name`` for ``p0-name``) and send it."""
    given = filled(office.get(path)) | {
        n.replace("_", "-", 1) if n[0] == "p" and n[1].isdigit() else n: v
        for n, v in values.items()
    }
    return office.post(path, data=given)


def rows(query: Any) -> list[Any]:
    db.session.remove()
    return list(db.session.scalars(query))


def test_a_name_is_enough_and_who_typed_it_how_it_came_and_the_notice_are_kept(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    make_question(day[0], required=True)
    stored = store(office, p0_name="見本 花子", channel="fax", fax="０３ー００００ー００００")
    assert stored.status_code == 303, stored.text
    page = office.get(stored.location)
    assert "A-0001" in page.text
    assert "次の人" in page.text
    (row,) = rows(select(Registration))
    assert (row.channel, row.fax, row.notice_version) == ("fax", "03-0000-0000", 0)
    assert row.entered_by is not None
    assert row.told_by is None
    store(office, p0_name="見本 太郎", told="1", email="taro@example.com")
    row = rows(select(Registration).order_by(Registration.id))[1]
    assert row.notice_version == 2
    assert row.told_by == row.entered_by
    letters = rows(select(OutboxLetter).order_by(OutboxLetter.id))
    assert [one.state for one in letters] == ["by_hand", "queued"]
    assert {b.way for b in rows(select(Booking))} == {"venue"}
    entries = rows(select(AuditEntry).where(AuditEntry.action == "registration.entered"))
    assert [one.account_id for one in entries] == [row.entered_by] * 2


def test_only_the_meeting_whose_page_it_is_is_chosen_beforehand(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    morning, afternoon = day
    for slug, here, other in (("morning", morning, afternoon), ("afternoon", afternoon, morning)):
        values = filled(office.get(f"/office/events/{slug}/enter"))
        assert (values[f"p0-way-{here}"], values[f"p0-way-{other}"]) == ("venue", "none")
    assert store(office, p0_name="見本 花子").status_code == 303
    assert [(one.event_id, one.way) for one in rows(select(Booking))] == [(morning, "venue")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("123", "内線123"),
        ("内線１２３", "内線123"),
        ("０３ー００００ー００００　内線123", "03-0000-0000 内線123"),
    ],
)
def test_an_extension_is_taken_and_stays_when_they_change_it_themselves(
    office: FlaskClient, client: FlaskClient, day: tuple[int, int], typed: str, kept: str
) -> None:
    assert store(office, p0_name="見本 花子", telephone=typed).status_code == 303
    (row,) = rows(select(Registration))
    assert row.telephone == kept
    edit = f"/office/signups/{row.id}/edit"
    assert office.post(edit, data=filled(office.get(edit)) | {"step": "store"}).status_code == 303
    signup = signup_of(row.id)
    path = f"/r/{links.manage_token(row.id, signup.link_version)}/change"
    values = filled(client.get(path))
    assert values["telephone"] == kept
    assert "電話番号を最後まで" not in client.post(path, data=values).text


def test_the_number_told_settles_the_letter_and_leads_to_the_next(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    page = office.get(store(office, p0_name="見本 花子").location)
    path = "/office/signups/1/entered"
    told = office.post(path, data={"csrf_token": hidden_of(page)["csrf_token"]})
    assert told.location.endswith("/enter?channel=telephone")
    assert [one.state for one in rows(select(OutboxLetter))] == ["told"]


def test_over_the_places_it_asks_and_keeps_the_reason_or_lets_them_wait(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up("morning", *(person(f"見本 {n}", *day) for n in "一二三"))
    asked = store(office, p0_name="見本 花子", **{f"p0_way-{day[1]}": "venue"})
    assert asked.status_code == 409
    assert "定員" in asked.text
    assert "キャンセル待ち" in asked.text
    again = filled(asked)
    assert office.post(PATH, data=again).status_code == 422  # one of the two has to be chosen
    assert office.post(PATH, data={**again, "room": "beyond"}).status_code == 422
    reason = {"room": "beyond", "beyond_reason": "発起人のため"}
    assert office.post(PATH, data={**again, **reason}).status_code == 303
    db.session.remove()
    beyond = rows(select(Booking).where(Booking.beyond != ""))
    assert [(one.state, one.beyond) for one in beyond] == [("confirmed", "発起人のため")] * 2
    assert "発起人のため" in office.get("/office/signups/2").text
    asked = filled(store(office, p0_name="見本 待子"))
    assert office.post(PATH, data={**asked, "room": "wait"}).status_code == 303
    db.session.remove()
    assert {one.state for one in signup_of(3).people[0].bookings} == {"waiting"}


def test_the_office_signs_up_after_the_close_but_not_after_the_end(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    with transaction() as session:
        session.execute(update(Event).values(closes_at=now() - timedelta(days=1)))
    assert store(office, p0_name="見本 花子").status_code == 303


def test_the_same_person_is_refused_plainly_unless_it_is_another(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    first = sign_up("morning", person("見本 花子", day[0]), telephone="045-000-0000", email="")
    told = store(office, p0_name="見本花子", telephone="０４５０００００００")
    assert told.status_code == 409
    assert first.number in told.text
    assert f"/office/signups/{first.registration_id}" in told.text
    assert len(rows(select(Registration))) == 1
    # Another number and another reading are another person; nothing said is none.
    assert store(office, p0_name="見本花子", telephone="045-000-0001").status_code == 303
    again = filled(told) | {"step": "another"}
    assert office.post(PATH, data=again).status_code == 303
    assert {one.state for one in rows(select(Booking))} == {"confirmed"}


def test_pressed_twice_it_is_stored_once_and_other_content_asks_again(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    given = filled(office.get(PATH)) | {"p0-name": "見本 花子"}
    first, second = (office.post(PATH, data=given).location for _ in range(2))
    assert first == second
    other = office.post(PATH, data={**given, "p0-name": "見本 太郎"})
    assert other.status_code == 409
    assert office.post(PATH, data=filled(other)).status_code == 303
    assert len(rows(select(Registration))) == 2


def test_anybody_is_changed_after_the_deadline_and_the_letter_is_the_offices(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    with transaction() as session:
        session.execute(update(Event).values(change_until=now() - timedelta(days=1)))
        session.execute(update(OutboxLetter).values(state="accepted", accepted_at=now()))
    path = f"/office/signups/{got.registration_id}/edit"
    given = {f"p0-way-{day[1]}": "none", "telephone": "045-000-0000", "reason": "お電話により"}
    done = office.post(path, data=filled(office.get(path)) | given)
    assert "arrangements.viewed" in rows(select(AuditEntry.action))
    assert done.status_code == 303, done.text
    after = signup_of(got)
    assert after.event_ids == {day[0]}
    assert after.telephone == "045-000-0000"
    letter = rows(select(OutboxLetter).order_by(OutboxLetter.id.desc()))[0]
    assert letter.purpose == "office_changed"
    assert "お電話により" in letter.body
    assert rows(select(Registration))[0].notice_version == 1


def test_who_is_second_sees_the_difference_and_may_store_theirs(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    path = f"/office/signups/{got.registration_id}/edit"
    mine, theirs = filled(office.get(path)), filled(office.get(path))
    office.post(path, data={**theirs, "note": "車で行きます"})
    late = office.post(path, data={**mine, "p0-role": "理事"})
    assert late.status_code == 409
    assert "車で行きます" in late.text
    assert "理事" in late.text
    assert signup_of(got).note == "車で行きます"
    assert office.post(path, data=filled(late)).status_code == 303
    assert signup_of(got).people[0].role == "理事"


def test_whoever_cancelled_everything_is_brought_back_as_the_same_person(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    cancel(signup_of(got))
    path = f"/office/signups/{got.registration_id}/edit"
    given = filled(office.get(path)) | {f"p0-way-{day[0]}": "venue"}
    assert office.post(path, data=given).status_code == 303
    after = signup_of(got)
    assert len(after.people) == 1
    assert after.event_ids == {day[0]}


def test_somebody_for_one_meeting_types_in_for_it_alone(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client, meetings=[day[0]])
    both = sign_up("morning", person("見本 一", *day))
    page = office_client.get(PATH)
    assert f"way-{day[1]}" not in page.text
    given = filled(page) | {"p0-name": "見本 花子", f"p0-way-{day[1]}": "venue"}
    assert office_client.post(PATH, data=given).status_code == 303
    assert signup_of(2).event_ids == {day[0]}
    path = f"/office/signups/{both.registration_id}/edit"
    assert office_client.get(path).status_code == 303
    assert office_client.post(path, data=given).status_code == 404
    assert office_client.get("/office/events/afternoon/enter").status_code == 404


def test_the_confirmation_bears_one_title(office: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day), organisation="見本協同組合")
    path = f"/office/signups/{got.registration_id}/confirmation"
    page = office.get(path).text.split("<main")[1]
    assert "見本 花子 様" in page
    assert "御中" not in page
    page = office.get(f"{path}?to=organisation").text.split("<main")[1]
    assert "見本協同組合 御中" in page
    assert " 様" not in page


def test_the_confirmation_says_what_was_answered_and_of_wishes_only_that_they_are_known(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    lunch, (bento, _none) = make_question(day[0], asked="person")
    ramp, _no = make_question(day[0], "long", choices=(), asked="person", is_arrangement=True)
    road, _nor = make_question(
        day[1], "short", choices=(), asked="signup", label=Translated(ja="交通手段", en="How")
    )
    said = (chosen(lunch, bento), AnswerEntry(question_id=ramp, text="車いすの席"))
    people = (person("見本 花子", *day, answers=said), person("例 桜", day[0], reading="さくら"))
    once = (AnswerEntry(question_id=road, text="電車"),)
    for locale, told in (
        ("ja", ("昼食: 選択0", "交通手段: 電車", "手配のご希望: 承りました")),
        ("en", ("Lunch: Choice 0", "How: 電車", "Wishes for arrangements: received")),
    ):
        mail = f"{locale}@example.com"
        named = tuple(replace(one, name=f"{one.name} {locale}") for one in people)
        got = sign_up("morning", *named, answers=once, locale=locale, email=mail)
        page = office.get(f"/office/signups/{got.registration_id}/confirmation").text
        sheet = page.split("<main")[1]
        assert [sheet.count(one) for one in told] == [1, 1, 1]
        assert "車いす" not in sheet


def test_only_whoever_has_a_place_is_told_to_show_the_confirmation(office: FlaskClient) -> None:
    event = make_event("full", venue=1, waiting_list=True)
    for n, said in enumerate((True, False)):
        got = sign_up("full", person(f"見本 {n}", event), email=f"{n}@example.com")
        path = f"/office/signups/{got.registration_id}"
        page = office.get(f"{path}/confirmation").text
        assert ("この紙を受付で" in page) is said
        assert ("席をご用意できるかは、まだ決まっていません" in page) is not said
        assert f'href="{path}/confirmation"' in office.get(path).text
    cancel(signup_of(got))
    assert f'href="{path}/confirmation"' not in office.get(path).text
    page = office.get(f"{path}/confirmation", follow_redirects=True)
    assert page.request.path == path
    assert "確認書はありません" in page.text


def test_of_what_was_erased_there_is_no_confirmation(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    with transaction() as session:
        erasing.erase_contacts(session, [got.registration_id], now())
    path = f"/office/signups/{got.registration_id}"
    page = office.get(f"{path}/confirmation", follow_redirects=True)
    assert page.request.path == path
    assert "変更や印刷はできません" in page.text
    assert f'href="{path}/confirmation"' not in page.text


def venue_question(event_id: int) -> tuple[int, list[int]]:
    return make_question(event_id, way="venue", label=Translated(ja="託児", en="Child care"))


def online_with(event_id: int, question: int, choice: int) -> dict[str, str]:
    name = {"p0_name": "見本 花子"}
    return name | {f"p0_way-{event_id}": "online", f"p0_q{question}": str(choice)}


def test_what_is_asked_only_at_the_venue_is_not_lost_of_somebody_online(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    question, choices = venue_question(day[0])
    told = store(office, **online_with(day[0], question, choices[0]))
    assert told.status_code == 422
    assert "「託児」は、会場に来る方だけに尋ねます" in told.text
    assert rows(select(Registration)) == []
    assert filled(told)[f"p0-q{question}"] == str(choices[0])
    moved = filled(told) | {f"p0-way-{day[0]}": "venue"}
    assert office.post(PATH, data=moved).status_code == 303
    assert len(rows(select(Answer))) == 1


def test_what_is_asked_only_at_the_venue_can_be_left_out_by_one_button(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    question, choices = venue_question(day[0])
    told = store(office, **online_with(day[0], question, choices[0]))
    assert 'value="without"' in told.text
    assert office.post(PATH, data=filled(told) | {"step": "without"}).status_code == 303
    assert rows(select(Answer)) == []
    assert [one.way for one in rows(select(Booking))] == ["online"]


def test_a_change_to_online_says_what_would_be_lost(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    question, choices = venue_question(day[0])
    one = person("見本 花子", day[0], answers=(chosen(question, choices[0]),))
    path = f"/office/signups/{sign_up('morning', one).registration_id}/edit"
    told = store(office, path, **{f"p0_way-{day[0]}": "online"})
    assert told.status_code == 422
    assert len(rows(select(Answer))) == 1
    assert office.post(path, data=filled(told) | {"step": "without"}).status_code == 303
    assert rows(select(Answer)) == []


def test_a_no_to_what_is_asked_at_the_venue_loses_nothing_online(
    office: FlaskClient, day: tuple[int, int]
) -> None:
    question, choices = make_question(
        day[0], "yes_no", way="venue", choices=({"code": "yes"}, {"code": "no"})
    )
    given = {
        "p0_name": "見本 花子",
        f"p0_way-{day[0]}": "online",
        f"p0_q{question}": str(choices[1]),
    }
    assert store(office, **given).status_code == 303


def test_after_the_meeting_the_page_leads_to_the_desk(app: Flask, office: FlaskClient) -> None:
    make_event("over", starts_in=timedelta(hours=-3))
    page = office.get("/office/events/over/enter")
    assert page.status_code == 200
    assert "この会合は終わりました" in page.text
    assert 'name="p0-name"' not in page.text
    for path in ("/desk/over/sheet/enter", "/desk/over/walk-in"):
        assert f'href="{path}"' in page.text
        assert office.get(path).status_code == 200


def test_what_was_typed_as_the_meeting_ended_is_kept(
    app: Flask, office: FlaskClient, day: tuple[int, int]
) -> None:
    given = filled(office.get(PATH)) | {"p0-name": "見本 花子"}
    with transaction() as session:
        session.execute(
            update(EventSession).values(
                ends_at=now() - timedelta(hours=1), starts_at=now() - timedelta(hours=3)
            )
        )
    told = office.post(PATH, data=given)
    assert told.status_code == 409
    assert 'value="見本 花子"' in told.text
    assert 'href="/desk/morning/sheet/enter"' in told.text


@pytest.mark.parametrize(
    ("name", "told", "addressed"),
    [
        ("田中 実 様", "田中 実 様", "田中 実 様"),
        ("鈴木 先生", "鈴木 先生", "鈴木 先生"),
        ("株式会社みほん", "株式会社みほん", "株式会社みほん 御中"),
    ],
)
def test_a_name_has_one_title_wherever_it_stands(
    office: FlaskClient, day: tuple[int, int], name: str, told: str, addressed: str
) -> None:
    stored = store(office, p0_name=name)
    page = office.get(stored.location).text
    assert told in page
    paper = office.get(stored.location.replace("/entered", "/confirmation")).text
    assert addressed in paper
    for text in (page, paper):
        for twice in ("様 さん", "様 様", "先生 さん", "先生 様", "みほん 様"):
            assert twice not in text
