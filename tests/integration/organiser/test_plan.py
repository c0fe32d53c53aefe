"""段取り and orders in the office."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import Translated, db
from app.planning import queries, service
from app.registration.facts import AnswerEntry
from app.registration.orders import counts, wishes
from tests.entries import (
    as_entry,
    cancel,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
)
from tests.factories import make_event
from tests.office import actions, enter, hidden_of, make_account, send

PLAN = "/office/events/soukai/plan"
ORDERS = "/office/events/soukai/orders"
WISHES = "/office/events/soukai/arrangements"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def task_id(event: int, code: str) -> int:
    db.session.remove()
    return next(one.id for one in queries.get_plan(event).tasks if one.code == code)


def test_a_plan_is_made_changed_done_and_printed(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    assert send(office, PLAN).status_code == 303
    page = office.get(PLAN).text
    assert "招集通知を出す" in page
    assert "労働者協同組合法 61条1項" in page
    typed = {"amount": "2", "counted": "days before", "account_id": ""}
    own = {
        **typed,
        "title": "花を頼む",
        "amount": "３",
        "counted": "office_days before",
        "assignee": "例の家",
    }
    assert send(office, f"{PLAN}/new", **own).status_code == 303
    one = f"{PLAN}/{task_id(event, 'badges')}"
    changed = send(office, one, title="名札", **typed)
    assert changed.status_code == 303
    assert send(office, PLAN, step="done").status_code == 303  # the plan is there: nothing is made
    done = office.post(f"{one}/done", data={**hidden_of(office.get(PLAN)), "step": "done"})
    assert done.status_code == 303
    page = office.get(PLAN).text
    assert "花を頼む" in page
    assert page.count("済みにする") == page.count("<tr") - 2
    sheet = office.get(f"{PLAN}/sheet").text
    assert "名札" in sheet
    assert "□" in sheet
    assert send(office, f"{one}/remove").status_code == 303
    assert "名札<" not in office.get(PLAN).text
    assert actions(app)[-1] == "task.removed"


def test_a_day_after_the_last_of_the_act_is_refused_and_kept(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    page = f"{PLAN}/{task_id(event, 'notice')}"
    typed = {"title": "招集通知", "amount": "10", "counted": "clear_days before"}
    answer = send(office, page, **typed, due_on="2199-01-01")
    assert answer.status_code == 422
    assert "法律で決まっています" in answer.text
    assert 'value="2199-01-01"' in answer.text
    law = send(office, f"{PLAN}/law", law="npo", own_days="3")
    assert law.status_code == 422
    assert send(office, f"{PLAN}/law", law="roukyou", own_days="7").status_code == 303


def test_days_that_the_act_does_not_leave_are_refused_as_a_day_is(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    page = f"{PLAN}/{task_id(event, 'notice')}"
    typed = {
        "account_id": "",
        "title": "招集通知",
        "amount": "3",
        "counted": "days before",
        "note": "封筒で",
    }
    answer = send(office, page, **typed)
    assert answer.status_code == 422
    assert "法律でいちばん遅い日は" in answer.text
    assert 'value="3"' in answer.text
    early = {**typed, "amount": "12", "counted": "clear_days before"}
    assert send(office, page, **early).status_code == 303
    assert send(office, f"{PLAN}/law", law="own").status_code == 303
    assert send(office, page, **typed).status_code == 303, "no Act binds it any more"


def test_what_the_act_asks_for_is_not_removed(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    one = f"{PLAN}/{task_id(event, 'notice')}"
    shown = office.get(one)
    assert f"{one}/remove" not in shown.text
    assert "法律で決まっているため" in shown.text
    assert office.get(f"{one}/remove").status_code == 303
    assert office.post(f"{one}/remove", data=hidden_of(shown)).status_code == 303
    assert "法律で決まっているため" in office.get(PLAN).text
    assert task_id(event, "notice")
    assert send(office, f"{PLAN}/law", law="own").status_code == 303
    assert send(office, f"{one}/remove").status_code == 303
    assert actions(app)[-1] == "task.removed"


def test_a_day_on_which_nobody_is_there_is_stored_and_said(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    typed = {
        "account_id": "",
        "title": "名札",
        "amount": "2",
        "counted": "days before",
        "due_on": "2026-05-03",
    }
    assert send(office, f"{PLAN}/{task_id(event, 'badges')}", **typed).status_code == 303
    page = office.get(PLAN).text
    for told in ("事務局が休みの日です", "5月1日", "5月7日"):
        assert told in page, told
    assert send(office, f"{PLAN}/new", **{**typed, "due_on": "2026-05-07"}).status_code == 303
    assert "事務局が休みの日です" not in office.get(PLAN).text


def test_an_emptied_title_says_that_the_ready_made_words_return(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    page = f"{PLAN}/{task_id(event, 'notice')}"
    typed = {"account_id": "", "amount": "10", "counted": "clear_days before"}
    assert send(office, page, title="案内", **typed).status_code == 303
    assert "空にすると、用意された言葉「招集通知を出す」になります" in office.get(page).text
    assert send(office, page, title="", **typed).status_code == 303
    assert "用意された言葉「招集通知を出す」にしました" in office.get(PLAN).text


def test_the_log_names_the_task_that_was_changed_or_removed(office_client: FlaskClient) -> None:
    enter(office_client, role="administrator")
    event = make_event()
    service.make_plan(event)
    one = f"{PLAN}/{task_id(event, 'papers')}"
    typed = {
        "account_id": "",
        "title": "",
        "amount": "30",
        "counted": "days before",
        "note": "監事にも",
    }
    assert send(office_client, one, **typed).status_code == 303
    log = "/office/history?action="
    assert "議案と資料を" in office_client.get(f"{log}task.changed").text.split("<table")[1]
    assert send(office_client, f"{one}/remove").status_code == 303
    assert "議案と資料を" in office_client.get(f"{log}task.removed").text.split("<table")[1]


def test_the_second_of_two_sees_what_the_first_has_stored(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    page = f"{PLAN}/{task_id(event, 'badges')}"
    typed = {"amount": "2", "counted": "days before", "account_id": ""}
    opened = hidden_of(office.get(page))
    assert send(office, page, title="一", **typed).status_code == 303
    answer = office.post(page, data={**opened, "title": "二", **typed})
    assert answer.status_code == 409
    assert "一" in answer.text
    again = office.post(page, data={**hidden_of(answer), "title": "二", **typed})
    assert again.status_code == 303


def test_the_page_of_a_wish_says_which_choice_it_is_and_what_was_wished_before(
    office: FlaskClient,
) -> None:
    event = make_event()
    label = Translated(ja="手話通訳・要約筆記", en="Interpreters")
    choices = ({"opens": True}, {"label": Translated(ja="要約筆記", en="Captions")})
    question, (sign, captions) = make_question(
        event, "several", choices=choices, label=label, is_arrangement=True
    )
    more, _none = make_question(
        event, "long", choices=(), depends_on_id=question, is_arrangement=True
    )
    said = AnswerEntry(question_id=more, text="左の<前>\n通路の側")
    answers = (chosen(question, sign, captions), said)
    got = sign_up("soukai", person("見本 花子", event, answers=answers))
    listed = office.get(WISHES).text
    assert "手話通訳・要約筆記: 要約筆記" in listed
    assert "左の&lt;前&gt;" in listed
    first, second = re.findall(rf'href="({WISHES}/[0-9/]+)"', listed)
    page = office.get(first).text
    assert "手話通訳・要約筆記: 選択0" in page
    assert "左の&lt;前&gt;" in page
    assert "前の希望" not in page
    assert "左の" not in office.get(second).text
    for address in (first, second):
        assert send(office, address, state="asked", supplier="見本派遣").status_code == 303
    one = signup_of(got)
    entry = as_entry(one)
    other = replace(said, text="右の前")
    now_wished = (chosen(question, sign), other)
    change(one, replace(entry, people=(replace(entry.people[0], answers=now_wished),)))
    page = office.get(first).text
    for told in ("このご希望は、そのあと変わりました", "右の前", "前の希望", "左の&lt;前&gt;"):
        assert told in page
    page = office.get(second).text
    for told in ("要らなくなりました", "手話通訳・要約筆記: 要約筆記", "見本派遣"):
        assert told in page
    assert "Interpreters: Captions" in office.get(f"{second}?lang=en").text
    assert "前の希望" not in page
    assert office.get(first.rsplit("/", 1)[0]).status_code == 404
    assert office.get(f"{first.rsplit('/', 1)[0]}/0").status_code == 404


def test_whose_wishes_they_are_is_shown_only_where_it_is_noted(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    question, (sign, _other) = make_question(
        event, "several", label=Translated(ja="手話通訳"), is_arrangement=True
    )
    sign_up("soukai", person("見本 花子", event, answers=(chosen(question, sign),)))
    page = office.get(ORDERS).text
    assert "見本 花子" not in page
    assert "手話通訳" not in page
    assert "arrangements.list_viewed" not in actions(app)
    listed = office.get(WISHES).text
    assert "見本 花子" in listed
    assert actions(app)[-1] == "arrangements.list_viewed"
    href = re.search(rf'href="({WISHES}/[0-9/]+)"', listed)
    assert href is not None
    nothing = send(office, href[1], state="impossible")
    assert nothing.status_code == 422
    assert "代わりにできることを入力してください" in nothing.text
    viewed = actions(app).count("arrangements.viewed")
    old = hidden_of(office.get(href[1]))
    noted = send(office, href[1], state="asked", supplier="見本派遣", due_on="2026年6月9日")
    assert noted.status_code == 303
    db.session.remove()
    clash = office.post(href[1], data={**old, "state": "open"})
    assert clash.status_code == 409
    assert viewed == 2, "opened, and shown again as refused"
    assert actions(app).count("arrangements.viewed") == viewed + 3
    (line,) = wishes.list_lines(event, "ja")
    assert (line.order.state, line.order.supplier) == ("asked", "見本派遣")
    cancel(signup_of(line.key[0]))
    assert "要らなくなりました" in office.get(href[1]).text
    assert send(office, href[1], state="open").status_code == 303
    assert wishes.list_lines(event, "ja") == ()
    assert office.get(href[1]).status_code == 404


def test_an_order_by_number_names_differences_and_its_sheet_names_nobody(
    office: FlaskClient,
) -> None:
    event = make_event()
    lunch, (yes, _no) = make_question(event, choices=({"code": "yes"}, {"code": "no"}))
    first = sign_up("soukai", person("見本 花子", event, answers=(chosen(lunch, yes),)))
    page = f"{ORDERS}/{lunch}"
    opened = hidden_of(office.get(page))
    sign_up(
        "soukai", person("例 太郎", event, answers=(chosen(lunch, yes),)), email="b@example.com"
    )
    assert office.post(page, data=opened).status_code == 409
    assert send(office, page).status_code == 303
    cancel(signup_of(first))
    shown = office.get(ORDERS).text
    assert "減った方: 見本 花子" in shown
    assert "例 太郎" not in shown
    sheet = office.get(f"{page}/sheet").text
    assert "花子" not in sheet
    assert ">2<" in sheet  # as ordered, not as counted now
    assert counts.get_count(event, lunch, "ja").lines[0].now == 1


def test_somebody_of_another_meeting_is_told_that_there_is_none(
    office_client: FlaskClient,
) -> None:
    make_event()
    other = make_event("hoka", starts_in=timedelta(days=20))
    enter(office_client, meetings=[other])
    for path in (PLAN, f"{PLAN}/sheet", ORDERS, WISHES):
        assert office_client.get(path).status_code == 404
    assert office_client.get("/office/events/hoka/plan").status_code == 200


def test_an_order_whose_names_are_cut_says_so_and_leads_to_all_of_them(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    lunch, (yes, _no) = make_question(event, choices=({"code": "yes"}, {"code": "no"}))
    counts.order(event, lunch, {yes: 0}, make_account("hacchu@example.com"))
    for n in range(3):
        sign_up("soukai", person(f"例 {n}", event, answers=(chosen(lunch, yes),)))
    every = f"{ORDERS}/{lunch}/differences"
    assert every not in office.get(ORDERS).text
    monkeypatch.setattr(counts, "NAMED", 2)
    monkeypatch.setattr(counts, "PAGE", 2)
    page = office.get(ORDERS).text
    assert "例 1 ほか1人" in page
    assert "例 2" not in page
    assert every in page
    first, second = office.get(every).text, office.get(f"{every}?page=2").text
    assert ("例 0" in first, "例 2" in first, "例 2" in second) == (True, False, True)
    assert f"{every}?page=2" in first
    assert "2ページ中 2ページ目" in second
    assert "増えた" in second
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert office.get(f"{every}?page={odd}").status_code == 200
    assert office.get(f"{ORDERS}/{lunch + 1}/differences").status_code == 404


def test_the_caterers_sheet_calls_a_plain_yes_by_what_was_asked(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    title = Translated(ja="昼食(お弁当)", en="Boxed lunch")
    answers = ({"code": "yes", "label": Translated(ja="頼む")}, {"code": "no"})
    lunch, _choices = make_question(event, "yes_no", choices=answers, label=title)
    meals = ({"label": Translated(ja="幕の内")}, {"label": Translated(ja="洋食")})
    other, _more = make_question(event, choices=meals)
    sheet = office.get(f"{ORDERS}/{lunch}/sheet").text
    assert '<th scope="row"><b>昼食(お弁当)</b></th>' in sheet
    assert "頼む" not in sheet
    sheet = office.get(f"{ORDERS}/{other}/sheet").text
    assert '<th scope="row"><b>幕の内</b></th>' in sheet
