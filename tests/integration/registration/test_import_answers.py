"""Answers, channels and states of a list: read, checked, stored, and taken back with it."""

import csv
import io
from dataclasses import replace

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.auth.facts import Actor
from app.db import Translated, db
from app.events.models import EventChoice
from app.registration.facts import AnswerEntry
from app.registration.imports import queries, service
from app.registration.lists import columns, exporting
from app.registration.lists.export import Wanted, csv_lines, open_sheet
from app.registration.lists.finding import RosterFilter
from app.registration.models import Answer, Booking, Participant, Registration
from tests.entries import (
    as_entry,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
)
from tests.factories import make_event
from tests.imports import (
    bookings,
    checked,
    csv_file,
    edited,
    fates,
    imported,
    undone,
)
from tests.office import make_account


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def with_answers(event: int, *questions: int) -> list[dict[str, str]]:
    wanted = Wanted(
        whom=RosterFilter(event_ids=(event,)), codes=columns.ALL, questions=questions, marked=True
    )
    text = b"".join(csv_lines(open_sheet(wanted))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def answers() -> list[tuple[str, str]]:
    """What is stored: whose ('' for a sign-up) and the label or text, in the order of questions."""
    query = (
        select(Participant.name, EventChoice.label, Answer.choice_id, Answer.text)
        .select_from(Answer)
        .outerjoin(Participant, Participant.id == Answer.participant_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .order_by(Answer.question_id, Answer.participant_id, EventChoice.position)
    )
    found = [(name or "", label.ja if id_ else text) for name, label, id_, text in
             db.session.execute(query)]  # fmt: skip
    db.session.remove()
    return found


def test_answers_that_were_edited_are_shown_stored_and_taken_back(app: Flask, by: Actor) -> None:
    event = make_event()
    lunch, (first, _second) = make_question(event, "several")
    count, _none = make_question(event, "number", choices=(), label=Translated(ja="冊数"))
    words, _none = make_question(
        event, "short", choices=(), label=Translated(ja="一言"), asked="signup"
    )
    said = (chosen(lunch, first), AnswerEntry(question_id=count, text="3"))
    once = (AnswerEntry(question_id=words, text="=よろしく"),)
    sign_up("soukai", person("見本 花子", event, answers=said), answers=once)
    second = person("見本 太郎", event, reading="みほん ん")
    sign_up("soukai", second, email="taro@example.com")
    rows = with_answers(event, lunch, count, words)
    assert (rows[0]["昼食"], rows[0]["冊数"], rows[0]["一言"]) == ("選択0", "3", "'=よろしく")
    assert fates(checked(event, edited(rows), by)) == [("same", [])] * 2
    for row in rows:
        row |= {"昼食": "Choice 1, 選択0", "冊数": "５.0", "一言": ""}
    run = checked(event, edited(rows), by)
    found = {one.name: one.changes for one in queries.list_rows(run.id, "changed")[0]}
    told = [["選択0", "選択0、選択1"], ["3", "5"]]
    assert [one[1:] for one in found["見本 花子"]] == told
    assert [one[1:] for one in found["見本 太郎"]] == [["", "選択0、選択1"], ["", "5"]]
    before = answers()
    assert before == [("見本 花子", "選択0"), ("見本 花子", "3"), ("", "=よろしく")]
    run = imported(run, by)
    lunches = [(name, f"選択{n}") for name in ("見本 花子", "見本 太郎") for n in (0, 1)]
    numbers = [("見本 花子", "5"), ("見本 太郎", "5")]
    assert answers() == [*lunches, *numbers, ("", "=よろしく")]
    assert all(db.session.scalars(select(Answer.held).where(Answer.choice_id.is_not(None))))
    db.session.remove()
    assert undone(run, by).counts["undone"] == 2
    assert answers() == before


def test_who_has_answered_anew_since_an_import_keeps_it(app: Flask, by: Actor) -> None:
    event = make_event()
    lunch, (first, _second) = make_question(event)
    one = sign_up("soukai", person("見本 花子", event, answers=(chosen(lunch, first),)))
    rows = with_answers(event, lunch)
    rows[0]["昼食"] = "選択1"
    run = imported(checked(event, edited(rows), by), by)
    signup = signup_of(one)
    back = replace(as_entry(signup).people[0], answers=(chosen(lunch, first),))
    change(signup, replace(as_entry(signup), people=(back,)))
    assert undone(run, by).counts["kept"] == 1
    assert answers() == [("見本 花子", "選択0")]


def test_an_answer_changed_meanwhile_is_not_put_back_by_an_old_list(app: Flask, by: Actor) -> None:
    event = make_event()
    lunch, (first, second) = make_question(event)
    one = sign_up("soukai", person("見本 花子", event, answers=(chosen(lunch, first),)))
    rows = with_answers(event, lunch)
    signup = signup_of(one)
    anew = replace(as_entry(signup).people[0], answers=(chosen(lunch, second),))
    change(signup, replace(as_entry(signup), people=(anew,)))
    assert fates(checked(event, edited(rows), by)) == [("refused", ["meanwhile"])]
    rows = with_answers(event, lunch)
    rows[0]["昼食"] = "選択0"
    run = checked(event, edited(rows), by)
    signup = signup_of(one)
    change(signup, replace(as_entry(signup, telephone="090-0000-0009"), people=(anew,)))
    assert imported(run, by).counts["stale"] == "changed"


HEADINGS = ["氏名", "参加方法", "昼食", "申込方法", "状態"]


def test_new_people_come_with_their_answers_and_their_channel(app: Flask, by: Actor) -> None:
    event = make_event()
    make_question(event, "several")
    make_question(event, "one", label=Translated(ja="見学"), asked="signup")
    rows = [
        ["見本 花子", "会場", "選択1", "電話", "受付済み", "選択0"],
        ["例 太郎", "", "", "", "", ""],
    ]
    run = checked(event, csv_file(rows, [*HEADINGS, "見学"]), by)
    assert fates(run) == [("new", []), ("new", [])]
    run = imported(run, by)
    assert answers() == [("見本 花子", "選択1"), ("", "選択0")]
    channels = select(Registration.channel).order_by(Registration.id)
    assert list(db.session.scalars(channels)) == ["telephone", "fax"]
    assert sorted(db.session.scalars(select(Booking.channel))) == ["fax", "telephone"]
    undone(run, by)
    assert (answers(), bookings()) == ([], [])


def test_answers_and_states_that_cannot_be_are_reasons_of_their_row(app: Flask, by: Actor) -> None:
    event = make_event()
    make_question(event)
    make_question(event, "number", choices=(), label=Translated(ja="冊数"))
    make_question(event, "short", choices=(), label=Translated(ja="一言"))
    make_question(event, "yes_no", label=Translated(ja="接続テスト"), way="online")
    rows = [
        ["例 一", "会場", "カレー", "", "", "", "", ""],
        ["例 二", "会場", "選択0、選択1", "伝書鳩", "", "", "", ""],
        ["例 三", "会場", "", "", "キャンセル待ち", "2.5", "あ" * 201, ""],
        ["例 四", "会場", "", "", "取り消し済み", "100000", "〓", ""],
        ["例 五", "会場", "", "", "", "", "", "選択0"],
        ["例 六", "オンライン", "選択0", "", "", "99,999", "", "選択0"],
    ]
    run = checked(event, csv_file(rows, [*HEADINGS, "冊数", "一言", "接続テスト"]), by)
    assert fates(run) == [
        ("refused", ["no_choice"]),
        ("refused", ["channel"]),
        ("refused", ["new_state"]),
        ("refused", ["cancelled_row"]),
        ("refused", ["not_asked"]),
        ("new", []),
    ]
    for row in rows:
        row[3:5] = "", ""
    run = checked(event, csv_file(rows, [*HEADINGS, "冊数", "一言", "接続テスト"]), by)
    assert fates(run)[1:4] == [
        ("refused", ["no_choice"]),
        ("refused", ["no_number", "short_answer"]),
        ("refused", ["no_number", "lost_characters"]),
    ]


def test_choices_have_as_many_places_for_a_list_as_for_the_form(app: Flask, by: Actor) -> None:
    event = make_event()
    lunch, (first, _second) = make_question(event, choices=({"places": 2}, {"places": None}))
    sign_up("soukai", person("見本 花子", event, answers=(chosen(lunch, first),)))
    rows = [[f"例 {n}", "会場", "選択0", "", ""] for n in range(2)]
    run = checked(event, csv_file(rows, HEADINGS), by)
    assert fates(run) == [("new", []), ("refused", ["choice_full"])]
    other = person("見本 太郎", event, answers=(chosen(lunch, first),))
    sign_up("soukai", other, email="taro@example.com")
    assert imported(run, by).counts["stale"] == "places"
    assert len(bookings()) == 2


def test_what_hangs_on_another_answer_goes_with_it_and_comes_back(app: Flask, by: Actor) -> None:
    event = make_event()
    trip, (yes, _no) = make_question(event, choices=({"opens": True}, {}))
    bus, _none = make_question(
        event, "short", choices=(), label=Translated(ja="乗り場"), depends_on_id=trip
    )
    said = (chosen(trip, yes), AnswerEntry(question_id=bus, text="駅前"))
    sign_up("soukai", person("見本 花子", event, answers=said))
    rows = with_answers(event, trip, bus)
    rows[0] |= {"昼食": "選択1", "乗り場": "港"}
    assert fates(checked(event, edited(rows), by)) == [("refused", ["not_asked"])]
    rows[0] |= {"昼食": "選択1", "乗り場": ""}
    run = imported(checked(event, edited(rows), by), by)
    assert answers() == [("見本 花子", "選択1")]
    undone(run, by)
    assert answers() == [("見本 花子", "選択0"), ("見本 花子", "駅前")]


def test_more_than_an_answer_is_changed_on_its_page(app: Flask, by: Actor) -> None:
    event = make_event()
    helper, _choices = make_question(event, choices=({"seats": 1}, {}))
    parent, _choices = make_question(event, "yes_no", label=Translated(ja="同伴"))
    make_question(event, label=Translated(ja="介助"), is_arrangement=True, depends_on_id=parent)
    sign_up("soukai", person("見本 花子", event))
    rows = with_answers(event, helper, parent)
    rows[0] |= {"昼食": "選択0", "同伴": "選択1"}
    assert fates(checked(event, edited(rows), by)) == [("refused", ["only_compared"] * 2)]


def test_people_of_one_sign_up_say_the_same_of_what_is_asked_once(app: Flask, by: Actor) -> None:
    event = make_event()
    words, _none = make_question(event, "short", choices=(), asked="signup")
    sign_up("soukai", person("見本 花子", event), person("見本 次郎", event))
    rows = with_answers(event, words)
    rows[0]["昼食"], rows[1]["昼食"] = "あ", "い"
    run = checked(event, edited(rows), by)
    assert fates(run) == [("changed", []), ("refused", ["differs_in_file"])]
    rows[1]["昼食"] = "あ"
    imported(checked(event, edited(rows), by), by)
    assert answers() == [("", "あ")]


def test_who_is_signed_up_and_answers_otherwise_needs_the_number(app: Flask, by: Actor) -> None:
    event = make_event()
    make_question(event)
    imported(checked(event, csv_file([["例 一", "会場", "選択0", "", ""]], HEADINGS), by), by)
    run = checked(event, csv_file([["例 一", "会場", "選択1", "", ""]], HEADINGS), by)
    assert fates(run) == [("refused", ["already"])]


def test_a_workbook_brings_back_the_numbers_that_went_out(app: Flask, by: Actor) -> None:
    event = make_event()
    count, _none = make_question(event, "number", choices=(), label=Translated(ja="冊数"))
    said = (AnswerEntry(question_id=count, text="3"),)
    sign_up("soukai", person("見本 花子", event, answers=said))
    wanted = Wanted(
        whom=RosterFilter(event_ids=(event,)), codes=columns.ALL, questions=(count,), marked=True
    )
    data = exporting.make_now(wanted)
    assert fates(checked(event, data, by, "list.xlsx")) == [("same", [])]
    book = load_workbook(io.BytesIO(data))
    page = book.active
    at = [cell.value for cell in page[1]].index("冊数") + 1
    page.cell(2, at).value = 4.0
    out = io.BytesIO()
    book.save(out)
    imported(checked(event, out.getvalue(), by, "list.xlsx"), by)
    assert answers() == [("見本 花子", "4")]


def test_columns_with_the_same_heading_are_answers_only_where_that_is_sure(
    app: Flask, by: Actor
) -> None:
    event = make_event()
    first, _choices = make_question(event, "short", choices=())
    second, _choices = make_question(event, "short", choices=())
    note, _none = make_question(event, "short", choices=(), label=Translated(ja="来場"))
    both = ["氏名", "昼食", "昼食 (2)", "来場", "来場 (2)"]
    assert matched(event, both, by) == ["name", f"q{first}", f"q{second}", "", f"q{note}"]
    assert matched(event, ["氏名", "昼食"], by) == ["name", ""]
    assert matched(event, ["Name", "Lunch", "Lunch (2)"], by)[1:] == [f"q{first}", f"q{second}"]


def matched(event: int, headings: list[str], by: Actor) -> list[str]:
    data = csv_file([["x"] * len(headings)], headings)
    run_id = service.upload(event, "list.csv", data, by)
    return list(queries.get_run(event, run_id).matching)
