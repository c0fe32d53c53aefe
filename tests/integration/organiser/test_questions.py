"""The questions of a meeting in the office: adding, changing, removing, counting."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.timezones import to_local
from app.db import db
from app.events.models import EventQuestion
from app.events.presets import PRESETS
from app.events.question_list import QuestionLine, list_questions, one_of
from app.events.questions import MOST
from app.registration.facts import AnswerEntry
from app.registration.lists.unanswered import count_unanswered
from tests.conftest import count_queries
from tests.entries import cancel, chosen, make_question, person, sign_up, signup_of
from tests.factories import make_event
from tests.office import actions, enter, hidden_of, send
from tests.pages import filled

PATH = "/office/events/soukai/questions"
NEW = f"{PATH}/new"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def asked(event_id: int) -> tuple[QuestionLine, ...]:
    db.session.remove()
    return list_questions(event_id)


def form_of(event_id: int, question_id: int, **changed: Any) -> dict[str, Any]:
    """The form of a question as a browser would send it, with what was changed."""
    line = one_of(asked(event_id), question_id)
    given: dict[str, Any] = {"label": line.label.ja, "label_en": line.label.en, "way": line.way}
    for choice in line.choices:
        places = "" if choice.places is None else str(choice.places)
        given |= {f"label_{choice.id}": choice.label.ja, f"label_en_{choice.id}": choice.label.en}
        given |= {f"places_{choice.id}": places}
    return given | changed


@pytest.mark.parametrize("code", PRESETS)
def test_one_press_adds_a_ready_made_question_once(
    app: Flask, office: FlaskClient, code: str
) -> None:
    event = make_event()
    given = {**hidden_of(office.get(PATH)), "preset": code}
    for _press in range(2):
        assert office.post(PATH, data=given).status_code == 303
    found = asked(event)
    model = PRESETS[code]
    assert [one.preset for one in found if not one.depends_on_id] == [code]
    assert len(found) == (2 if model.more else 1)
    assert found[0].is_arrangement is model.is_arrangement
    assert actions(app).count("question.added") == 1
    page = office.get(PATH).text
    assert model.label.ja in page
    assert f'value="{code}"' not in page
    assert office.get("/events/soukai/register").text.count(model.label.ja) >= 1


def test_what_is_not_ready_made_is_not_found(office: FlaskClient) -> None:
    make_event()
    assert send(office, PATH, preset="lunches").status_code == 404


@pytest.mark.parametrize(
    ("kind", "choices", "stored"),
    [
        (
            "one",
            "和食 | 50\n洋食｜２０\nいらない",
            [("和食", 50), ("洋食", 20), ("いらない", None)],
        ),
        ("several", "資料\n\n報告書", [("資料", None), ("報告書", None)]),
        ("yes_no", "", [("はい", None), ("いいえ", None)]),
        ("consent", "", [("同意します", None)]),
        ("short", "使わない", []),
        ("long", "", []),
        ("number", "", []),
    ],
)
def test_a_question_of_one_s_own_of_each_kind(
    office: FlaskClient, kind: str, choices: str, stored: list[tuple[str, int | None]]
) -> None:
    event = make_event()
    values = {
        "label": "見本の質問",
        "label_en": "Sample question",
        "kind": kind,
        "choices": choices,
        "asked": "signup",
        "way": "venue",
        "required": "1",
        "closes_at": "2027-06-01T17:00",
    }
    assert send(office, NEW, **values).status_code == 303
    assert send(office, NEW, **values).status_code == 303
    (found,) = asked(event)
    assert [(one.label.ja, one.places) for one in found.choices] == stored
    assert (found.kind, found.asked, found.way) == (kind, "signup", "venue")
    assert found.required
    assert not found.is_arrangement
    assert found.closes_at is not None
    assert f"{to_local(found.closes_at, 'Asia/Tokyo'):%m-%d %H:%M}" == "06-01 17:00"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"label": ""}, "質問を入力"),
        ({"label": "あ" * 101}, "100文字"),
        ({"choices": "ひとつ"}, "2個から20個"),
        ({"choices": "\n".join(map(str, range(21)))}, "2個から20個"),
        ({"choices": "同じ\n同じ"}, "違うものに"),
        ({"choices": "和食 | たくさん\n洋食"}, "和食 | 50"),
        ({"choices": f"{'あ' * 81}\n洋食"}, "80文字"),
        ({"kind": "riddle"}, "エラー"),
        ({"asked": "nobody"}, "エラー"),
        ({"way": "by sea"}, "エラー"),
        ({"closes_at": "あした"}, "日付と時刻"),
    ],
)
def test_what_cannot_be_is_told(office: FlaskClient, given: dict[str, str], told: str) -> None:
    event = make_event()
    good = {"label": "見本", "kind": "one", "choices": "甲\n乙", "asked": "person", "way": ""}
    answer = send(office, NEW, **{**good, **given})
    assert answer.status_code == 422
    assert told in answer.text
    assert asked(event) == ()


def test_limit_words_and_closing_time_can_be_changed(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    send(office, PATH, preset="lunch")
    (lunch,) = asked(event)
    yes, no = lunch.choices
    path = f"{PATH}/{lunch.id}"
    changed = {"label": "お弁当", "label_en": "Boxed meal", f"places_{yes.id}": "５０"}
    more = {f"label_{no.id}": "いりません", f"label_en_{no.id}": "No", "more": "半分 | ３"}
    values = form_of(event, lunch.id, **changed, **more, closes_at="2027-06-01 17:00", way="online")
    assert send(office, path, **values).status_code == 303
    (found,) = asked(event)
    assert (found.label.ja, found.label.easy, found.required) == ("お弁当", "", False)
    assert [one.places for one in found.choices] == [50, None, 3]
    assert [one.label.ja for one in found.choices] == ["頼む", "いりません", "半分"]
    assert found.way == "online"
    assert found.closes_at is not None
    values = form_of(event, lunch.id, closes_at="2027-06-01 17:00")
    assert send(office, path, **values).status_code == 303
    assert actions(app).count("question.changed") == 1
    for field, value in ((f"places_{yes.id}", "-5"), (f"label_{no.id}", ""), ("more", "頼む")):
        bad = send(office, path, **{**values, field: value})
        assert bad.status_code == 422
        assert value in bad.text


def test_a_limit_below_those_who_have_it_says_what_becomes_of_them(office: FlaskClient) -> None:
    event = make_event()
    lunch, (yes, no) = make_question(event, choices=({"code": "yes", "places": 5}, {"code": "no"}))
    for n in range(2):
        sign_up("soukai", person(f"例 {n}", event, answers=(chosen(lunch, yes),)))
    path = f"{PATH}/{lunch}"
    told = "取り消される方はいません"
    for places, said in (("2", False), ("1", True)):
        values = form_of(event, lunch, **{f"places_{yes}": places})
        assert send(office, path, **values).status_code == 303
        page = office.get(PATH).text
        assert (told in page) is said, places
    assert "2人が選んでいて、1人" in page
    values = form_of(event, lunch, label="お弁当", **{f"places_{no}": "9"})
    assert send(office, path, **values).status_code == 303
    assert told not in office.get(PATH).text, "only what was just lowered is told"


def test_two_people_at_once_the_second_sees_both(office: FlaskClient) -> None:
    event = make_event()
    send(office, PATH, preset="lunch")
    (lunch,) = asked(event)
    yes, _no = lunch.choices
    path = f"{PATH}/{lunch.id}"
    page = hidden_of(office.get(path))
    mine = form_of(event, lunch.id, label="お弁当", **{f"places_{yes.id}": "40"})
    theirs = form_of(event, lunch.id, label="お昼", required="1", **{f"places_{yes.id}": "50"})
    assert office.post(path, data={**page, **theirs}).status_code == 303
    clash = office.post(path, data={**page, **mine})
    assert clash.status_code == 409
    for told in (
        *("いまの内容: お昼<", "入力した内容: お弁当<"),
        *("いまの内容: 50<", "入力した内容: 40<"),
        'value="お弁当"',
    ):
        assert told in clash.text
    assert clash.text.count("入力した内容:") == 2
    assert "required" not in filled(clash), "only the second one took that tick away"
    assert (asked(event)[0].label.ja, asked(event)[0].required) == ("お昼", True)
    assert office.post(path, data={**mine, **filled(clash)}).status_code == 303
    (found,) = asked(event)
    assert (found.label.ja, found.required, found.choices[0].places) == ("お弁当", False, 40)


def test_a_choice_that_somebody_else_added_meanwhile_stays(office: FlaskClient) -> None:
    event = make_event()
    send(office, PATH, preset="lunch")
    (lunch,) = asked(event)
    path = f"{PATH}/{lunch.id}"
    page = hidden_of(office.get(path))
    mine, theirs = form_of(event, lunch.id), form_of(event, lunch.id, more="半分")
    assert office.post(path, data={**page, **theirs}).status_code == 303
    clash = office.post(path, data={**page, **mine, "label": "お弁当"})
    assert clash.status_code == 409
    assert "その間に変わったもの" in clash.text
    assert 'value="半分"' in clash.text
    assert "選択肢を入力" not in clash.text
    assert office.post(path, data={**mine, **filled(clash)}).status_code == 303
    (found,) = asked(event)
    assert found.label.ja == "お弁当"
    assert [one.label.ja for one in found.choices][-1] == "半分"


def test_answers_are_counted_and_removing_names_their_number(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    lunch, (yes, _no) = make_question(event, choices=({"places": 9}, {}))
    for n in range(2):
        one = person(f"見本 {n}", event, answers=(chosen(lunch, yes),))
        sign_up("soukai", one, email=f"mihon{n}@example.com")
    assert [(one.chosen, one.held) for one in asked(event)[0].choices] == [(2, 2), (0, 0)]
    question = office.get(f"{PATH}/{lunch}/remove")
    assert "答えが2件あります" in question.text
    given = hidden_of(question)
    assert office.post(f"{PATH}/{lunch}/remove", data=given).status_code == 303
    assert asked(event) == ()
    assert "question.removed" in actions(app)
    assert office.post(f"{PATH}/{lunch}/remove", data=given).status_code == 404


def test_who_signed_up_before_a_question_is_counted_until_they_answer(office: FlaskClient) -> None:
    event = make_event()
    group = [person(f"見本 {n}", event) for n in range(2)]
    sign_up("soukai", *group, email="mihon1@example.com")
    sign_up("soukai", person("例 桜", event, way="online"), email="mihon2@example.com")
    gone = signup_of(sign_up("soukai", person("例 蓮", event), email="mihon3@example.com"))
    cancel(gone, *(one.bookings[0].id for one in gone.people))
    assert count_unanswered(event) == {}
    lunch, (yes, _no) = make_question(event, way="venue", required=True)
    make_question(event, "short", choices=())
    (once, _choices) = make_question(event, "short", choices=(), required=True, asked="signup")
    assert count_unanswered(event) == {lunch: 1, once: 2}
    page = office.get(PATH).text
    assert "回答のない申し込み: 1件" in page
    assert "申し込みを変更するまで" in page
    eater = person("見本 翔", event, answers=(chosen(lunch, yes),))
    said = AnswerEntry(question_id=once, text="はい")
    sign_up("soukai", eater, answers=(said,), email="mihon4@example.com")
    assert count_unanswered(event) == {lunch: 1, once: 2}


def test_what_is_opened_is_missed_only_where_it_is_open(app: Flask) -> None:
    event = make_event()
    parent, (yes, no) = make_question(event, "yes_no", choices=({"opens": True}, {}))
    for n, choice in enumerate((yes, no)):
        one = person(f"見本 {n}", event, answers=(chosen(parent, choice),))
        sign_up("soukai", one, email=f"mihon{n}@example.com")
    more, _none = make_question(event, "short", choices=(), required=True, depends_on_id=parent)
    assert count_unanswered(event) == {more: 1}


def test_what_a_question_opens_goes_with_it(office: FlaskClient) -> None:
    event = make_event()
    send(office, PATH, preset="childcare")
    parent = next(one for one in asked(event) if not one.depends_on_id)
    assert "お子さんの人数と年齢" in office.get(f"{PATH}/{parent.id}/remove").text
    send(office, f"{PATH}/{parent.id}/remove")
    assert asked(event) == ()
    removed = db.session.scalars(select(EventQuestion.removed_at)).all()
    assert len(removed) == 2
    assert all(removed)


def test_an_answer_opens_a_question_and_closes_it_again(office: FlaskClient) -> None:
    event = make_event()
    later, (yes, no) = make_question(event, "one")
    more, _none = make_question(event, "short", choices=())
    alone, _none = make_question(event, "short", choices=(), asked="signup")
    path = f"{PATH}/{more}"
    assert f'value="{no}"' in office.get(path).text
    given = form_of(event, more, opened_by=[str(yes)])
    assert send(office, path, **given).status_code == 303
    found = asked(event)
    assert [(one.id, one.depends_on_id) for one in found] == [
        (later, None), (more, later), (alone, None),
    ]  # fmt: skip
    assert [one.opens for one in found[0].choices] == [True, False]
    assert "この答えのときだけ" in office.get(PATH).text
    assert "opened_by" not in office.get(f"{PATH}/{later}").text, "what opens is asked by itself"
    for question, told in ((alone, "同じ人"), (later, "いつも聞く")):
        refused = send(
            office, f"{PATH}/{question}", **form_of(event, question, opened_by=[str(no)])
        )
        assert refused.status_code == 422, told
    new = {"label": "数", "kind": "number", "asked": "signup", "way": "", "opened_by": [str(yes)]}
    refused = send(office, NEW, **new)
    assert refused.status_code == 422
    assert "同じ人が答える" in refused.text
    assert send(office, NEW, **{**new, "asked": "person"}).status_code == 303
    assert asked(event)[2].depends_on_id == later
    assert send(office, path, **form_of(event, more)).status_code == 303
    assert [one.opens for one in asked(event)[0].choices] == [True, False], "it opens another still"


def test_a_question_moves_with_what_it_opens(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    send(office, PATH, preset="lunch")
    send(office, PATH, preset="childcare")
    send(office, PATH, preset="party")
    lunch, childcare, ages, party = (one.id for one in asked(event))
    page = hidden_of(office.get(PATH))
    for question, to in ((lunch, "down"), (party, "down"), (childcare, "up")):
        answer = office.post(f"{PATH}/{question}/move", data={**page, "to": to})
        assert answer.status_code == 303
    assert [one.id for one in asked(event)] == [childcare, ages, lunch, party]
    assert actions(app).count("question.moved") == 1, "at the end it stays"


def test_a_meeting_asks_only_so_much(office: FlaskClient) -> None:
    event = make_event()
    for _n in range(MOST):
        make_question(event, "short", choices=())
    send(office, PATH, preset="lunch")
    assert "質問は30個まで" in office.get(PATH).text
    good = {"label": "見本", "kind": "long", "asked": "person", "way": ""}
    answer = send(office, NEW, **good)
    assert answer.status_code == 409
    assert 'value="見本"' in answer.text
    assert len(asked(event)) == MOST


def test_a_question_of_another_meeting_is_not_found(office: FlaskClient) -> None:
    make_event()
    other, _choices = make_question(make_event("other"))
    for path in (f"{PATH}/{other}", f"{PATH}/{other}/remove", f"{PATH}/999"):
        assert office.get(path).status_code == 404


def test_the_list_takes_as_many_queries_for_many_questions(app: Flask, office: FlaskClient) -> None:
    event = make_event()

    def queries() -> int:
        with count_queries(app) as sent:
            office.get(PATH)
        return len(sent)

    make_question(event)
    before = queries()
    for _n in range(10):
        make_question(event)
    assert queries() == before
