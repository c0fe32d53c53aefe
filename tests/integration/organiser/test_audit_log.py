"""The audit log: searched, filtered, page by page, and taken out as a file."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth import audit, inviting, log, service
from app.auth.audit import ACCOUNT, Entry, record_many
from app.auth.facts import Actor
from app.base.clock import now
from app.base.timezones import to_local
from app.db import Translated, transaction
from app.events import questions
from app.events.heads import get_head
from app.events.presets import ChoiceModel, QuestionModel, Words
from app.events.question_list import list_questions
from app.events.questions import QuestionChange
from app.interest.models import Interest
from app.organiser.words import ACTIONS
from app.registration import attendance, changing, meetings
from app.registration.contact import contact_of
from app.registration.desk import passes, practice
from app.registration.facts import Doorkeeper
from app.registration.privacy import queries as notices
from app.registration.privacy import service as notices_service
from app.registration.privacy.facts import BUILT_IN, Wording
from app.reminders.models import Campaign, ReminderRule
from app.texts.models import LetterText
from tests.conftest import browser, count_queries
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
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, send

PATH = "/office/history"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    return office_client


@pytest.fixture
def me(office: FlaskClient) -> Actor:
    return enter(office, role="administrator")


def rows(page: str) -> int:
    return page.count('<tr role="row">') - 1


def give_fax(signup: int, by: Actor) -> None:
    known = contact_of(signup_of(signup))
    changing.change_contact(signup, replace(known, fax="03-0000-0000"), known, by)


def test_it_goes_back_page_by_page_by_few_queries(
    app: Flask, office: FlaskClient, me: Actor
) -> None:
    for _ in range(60):
        service.note("account.logged_in", me.account_id)
    with count_queries(app) as sent:
        first = office.get(PATH)
    assert rows(first.text) == log.PAGE
    assert len(sent) <= 9
    last = log.list_log(log.LogFilter())[log.PAGE - 1].id
    assert f"before={last}" in first.text
    assert rows(office.get(f"{PATH}?before={last}").text) == 10
    assert office.get(f"{PATH}?before=x&who=y&since=z").status_code == 200


def test_before_and_after_are_told_in_words(office: FlaskClient, me: Actor) -> None:
    event = make_event()
    signup = sign_up("soukai", person("見本 一", event), email="a@example.com").registration_id
    give_fax(signup, me)
    page = office.get(f"{PATH}?who={me.account_id}")
    assert "<b>ファクス番号</b>: なし → 03-0000-0000" in page.text
    assert f'href="/office/signups/{signup}"' in page.text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 4),
        ("who=visitor", 2),
        ("who={me}", 2),
        ("action=registration.created", 2),
        ("meeting=soukai", 2),
        ("registration={signup}", 2),
        ("since={today}", 4),
        ("until={yesterday}", 0),
        ("meeting=soukai&who={me}", 1),
    ],
)
def test_it_is_filtered(office: FlaskClient, me: Actor, query: str, number: int) -> None:
    first = sign_up("soukai", person("見本 一", make_event()), email="a@example.com")
    sign_up("souritsu", person("見本 二", make_event("souritsu")), email="b@example.com")
    give_fax(first.registration_id, me)
    service.note("account.logged_in", me.account_id)
    local = now() + timedelta(hours=9)
    given = {
        "me": me.account_id,
        "signup": first.registration_id,
        "today": f"{local:%Y-%m-%d}",
        "yesterday": f"{local - timedelta(days=1):%Y-%m-%d}",
    }
    page = office.get(f"{PATH}?{query.format(**given)}")
    assert max(rows(page.text), 0) == number


@pytest.mark.parametrize(
    ("term", "number"), [("みほん", 3), ("03-0000-0000", 1), ("だれもいない", 0), ("  ", 4)]
)
def test_what_is_searched_for_stands_in_no_address_and_not_in_the_log(
    app: Flask, office: FlaskClient, me: Actor, term: str, number: int
) -> None:
    first = sign_up("soukai", person("見本 一", make_event()), email="a@example.com")
    sign_up("souritsu", person("見本 二", make_event("souritsu")), email="b@example.com")
    give_fax(first.registration_id, me)
    service.note("account.logged_in", me.account_id)
    found = send(office, PATH, q=term, since="2026-01-01")
    assert found.status_code == 303
    assert not re.search(r"q=|%", found.location)
    assert "since=2026-01-01" in found.location
    page = office.get(found.location).text
    assert max(rows(page), 0) == number
    if term.strip():
        assert f'value="{term}"' in page
        (export,) = re.findall(r'href="(/office/history\.csv[^"]*)"', page)
        taken = office.get(export.replace("&amp;", "&"), buffered=True).text
        assert taken.count("\r\n") == number + 1
        log_page = office.get(f"{PATH}?action=audit.exported").text
        assert term not in log_page
        assert "この日から 2026年1月1日(木)、さがす<" in log_page

    other = browser(app, use_cookies=True)
    enter(other, role="administrator", email="hoka@example.com")
    assert "さがした言葉" in other.get(found.location).text or not term.strip()


def test_a_time_that_ends_before_it_begins_is_said_so(office: FlaskClient, me: Actor) -> None:
    page = office.get(f"{PATH}?since=2026-05-02&until=2026-05-01").text
    assert "終わりの日が、始まりの日より前です" in page
    assert "終わりの日が" not in office.get(f"{PATH}?since=2026-05-02&until=2026-05-02").text


def test_whoever_has_lost_a_password_is_nobody_who_signs_up(
    app: Flask, office: FlaskClient, me: Actor
) -> None:
    with app.test_request_context():
        inviting.ask_reset("nobody@example.com", "ja")
    sign_up("soukai", person("見本 一", make_event()), email="a@example.com")
    told = re.findall(r'data-l="人">([^<]*)<', office.get(f"{PATH}?who=visitor").text)
    assert told == ["申し込む人", "ログインしていない人"]


def test_who_came_and_left_is_in_the_log(app: Flask, office: FlaskClient, me: Actor) -> None:
    event = make_event(starts_in=timedelta(hours=1))
    signup = sign_up("soukai", person("見本 一", event)).registration_id
    booking = signup_of(signup).people[0].bookings[0].id
    link = passes.make(event, "入口", now() + timedelta(days=1), me)
    door = Doorkeeper(pass_id=link, desk="東の机")
    came = attendance.record_in(booking, door, at=now() - timedelta(minutes=9)).fact
    attendance.record_out(booking, Doorkeeper(account_id=me.account_id))
    assert came is not None
    attendance.undo(came.id, Doorkeeper(account_id=me.account_id))
    page = office.get(f"{PATH}?registration={signup}").text
    told = re.findall(r'class="name">([^<]*)<', page)
    assert told == [
        "受付での記録を取り消しました",
        "退場しました",
        "来場しました",
        "申し込みを受け取りました",
    ]
    assert office.get(f"{PATH}?who=desk").text.count("来場しました</th>") == 1
    assert "<b>どの受付で</b>: 東の机 / 入口" in page
    assert "<b>リンクの名前</b>: 入口" in office.get(f"{PATH}?action=pass.made").text
    at = f"{to_local(came.at, 'Asia/Tokyo'):%H:%M}".lstrip("0")
    assert re.search(rf"時刻[^<]*</b>: [^<]*{at}", page)
    for path in (f"/office/signups/{signup}", f"/office/events/soukai/people/{booking}"):
        assert "来場しました" in office.get(path).text


def act_on_all(event: int, series: int, by: Actor) -> None:
    """One act each on what belongs to a meeting."""
    passes.make(event, "受付", now() + timedelta(days=1), by)
    slug = practice.start(event, by)
    practice.remove(slug, by)
    wording = Wording(text=Words("見本", "Sample"))
    newest = notices.list_versions(series)
    notices_service.add_version(series, wording, by, seen=newest[0].number if newest else BUILT_IN)
    with transaction() as session:
        text = LetterText(
            series_id=series,
            kind="confirmed",
            locale="ja",
            subject="",
            body="",
            changed_at=now(),
            changed_by=by.account_id,
        )
        rule = ReminderRule(
            series_id=series, unit="days", amount=1, created_at=now(), timed_at=now()
        )
        campaign = Campaign(event_id=event, created_at=now())
        address = "mihon@example.com"
        interest = Interest(
            event_id=event, name="見本 花子", email=address, email_key=address, created_at=now()
        )
        for row in (text, rule, campaign, interest):
            session.add(row)
        session.flush()
        things = {"letter_text": text.id, "rule": rule.id, "campaign": campaign.id}
        things["interest"] = interest.id
        entries = [
            Entry(
                actor=ACCOUNT,
                account_id=by.account_id,
                action=f"{name}.changed",
                subject=name,
                subject_id=number,
            )
            for name, number in things.items()
        ]
        record_many(session, entries, now())


def test_what_belongs_to_a_meeting_says_so_and_is_found(
    app: Flask, office: FlaskClient, me: Actor
) -> None:
    event, other = make_event(), make_event("souritsu", title=Translated(ja="創立の会"))
    act_on_all(event, get_head("soukai", "ja").series_id, me)
    with count_queries(app) as few:
        page = office.get(f"{PATH}?meeting=soukai&who={me.account_id}")
    assert rows(page.text) == 8
    assert page.text.count(">見本の総会</a>") == 8
    for place in ("reception", "notice", "letters", "reminders", "registrations", "overview"):
        assert f'class="keep" href="/office/events/soukai/{place}"' in page.text
    assert rows(office.get(f"{PATH}?meeting=souritsu").text) <= 0
    act_on_all(other, get_head("souritsu", "ja").series_id, me)
    with count_queries(app) as many:
        both = office.get(f"{PATH}?who={me.account_id}")
    assert rows(both.text) == 16
    assert len(many) <= len(few)


def test_a_notice_for_all_meetings_says_so(office: FlaskClient, me: Actor) -> None:
    wording = Wording(text=Words("見本", "Sample"))
    notices_service.add_version(None, wording, me, seen=BUILT_IN)
    page = office.get(f"{PATH}?who={me.account_id}")
    assert '<a class="keep" href="/office/notice">すべての会</a>' in page.text


def test_a_file_of_it_is_noted(app: Flask, office: FlaskClient, me: Actor) -> None:
    sign_up("soukai", person("=見本", make_event()), email="a@example.com")
    given = office.get(f"{PATH}.csv?who=visitor", buffered=True)
    assert given.data.startswith(b"\xef\xbb\xbf")
    assert given.text.count("申し込む人") == 1
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{PATH}.xlsx").data))
    values = list(book.active.values)
    assert values[0][0] == "日時"
    assert len(values) == 1 + 3, "sign-up and both exports"
    assert actions(app)[-2:] == ["audit.exported"] * 2


LOGO = {"picture": "image/png 200×100"}
VENUE = {"ja": "みほん会館", "en": ""}
NEW_VENUE = {"ja": "新みほん会館", "en": "New hall"}
MORNING = ["2026-11-03T01:00:00+00:00", "2026-11-03T03:00:00+00:00"]
NOON = ["2026-11-03T04:00:00+00:00", "2026-11-03T06:00:00+00:00"]
NEXT = ["2026-11-04T01:00:00+00:00", "2026-11-04T03:00:00+00:00"]
TOLD: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("event.published", {"state": "draft"}, {"state": "published"}, "状態: 下書き → 公開中"),
    ("event.archived", {"archived": False}, {"archived": True}, "保管中: いいえ → はい"),
    ("event.made", {}, {"slug": "soukai"}, "ページのアドレスの終わりの部分: soukai"),
    ("event.worded", {"kind": "assembly"}, {"kind": "other"}, "種類: 総会 → "),
    ("event.worded", {"summary": ["", ""]}, {"summary": ["見本", "A"]}, "要約: なし → 見本 / A"),
    ("event.changed", {"venue_name": VENUE}, {"venue_name": NEW_VENUE},
     "会場: みほん会館 → 新みほん会館 / New hall"),
    ("event.changed", {"spans": [MORNING]}, {"spans": [NOON]},
     "日時: 2026年11月3日(火) 10:00〜12:00 → 13:00〜15:00"),
    ("event.changed", {"spans": [MORNING]}, {"spans": [NEXT]},
     "日時: 2026年11月3日(火) 10:00〜12:00 → 2026年11月4日(水) 10:00〜12:00"),
    ("event.changed", {"spans": []}, {"spans": [MORNING, NOON, NEXT]},
     "なし → 2026年11月3日(火) 10:00〜12:00、13:00〜15:00、2026年11月4日(水) 10:00〜12:00"),
    ("event.changed", {"spans": [MORNING, NEXT]}, {"spans": [NEXT]},
     "、2026年11月4日(水) 10:00〜12:00 → 2026年11月4日(水) 10:00〜12:00"),
    ("event.changed", {"spans": [MORNING]}, {"spans": [[MORNING[0], NEXT[1]]]},
     " → 10:00〜2026年11月4日(水) 12:00"),
    ("people.moved", {}, {"people": 12, "way": "online"}, "変えたあとの参加方法: オンライン"),
    ("event.changed", {"places": {"venue": 1}}, {"places": {"venue": 2, "online": 3}},
     "席の数: 会場 1 → 会場 2、オンライン 3"),
    ("question.moved", {"position": 2}, {"label": "昼食", "position": 1}, "質問: 昼食"),
    ("question.moved", {"position": 2}, {"label": "昼食", "position": 1}, "何番目か: 2 → 1"),
    ("question.added", {}, {"preset": "lunch", "kind": "one"}, "用意された質問: 昼食"),
    ("question.changed", {"way": ""}, {"way": "venue"}, "だれにたずねるか: 全員 → 会場の人だけ"),
    ("file.changed", {"audience": "everybody"}, {"filename": "a.pdf", "audience": "voters"},
     "ファイル名: a.pdf"),
    ("file.changed", {"audience": "everybody"}, {"audience": "voters"}, "→"),
    ("registrations.exported", {}, {"file": "xlsx", "people": 3, "columns": ["name"]},
     "ファイル: Excel"),
    ("registration.moved_up", {"booking 1-2": "waiting"}, {"booking 1-2": "confirmed"},
     "キャンセル待ち →"),
    ("people.shared", {}, {"items": ["name", "reading"]}, "氏名、"),
    ("plan_template.task_moved", {"meeting_kind": "assembly"}, {"meeting_kind": "assembly"},
     "会合の種類: 総会"),
    ("arrangement.changed", {"state": "open"}, {"state": "arranged"}, "手配"),
    ("campaign.written", {}, {"target": "not_answered"}, "ある質問に答えていない人"),
    ("rule.changed", {"timing": "7 days before 10:00"}, {"timing": "2 office_days before 9:05"},
     "10:00 →"),
    ("logo.set", {}, LOGO, "PNG 200×100"),
    ("audit.exported", {}, {"filter": "who=visitor, action=event.published"},
     "申し込む人、会合を公開しました"),
    ("event.changed", {}, {"no_such_field": "見本"}, "そのほかの項目: 見本"),
]  # fmt: skip
RAW = re.compile(
    r"(?<![\w./])[a-z]+_[a-z_]+|(?<![\w./])(draft|published|venue|online|voters|xlsx|waiting)\b"
)


@pytest.mark.parametrize(("action", "before", "after", "expected"), TOLD)
def test_fields_and_codes_are_told_in_words(
    office: FlaskClient,
    me: Actor,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
    expected: str,
) -> None:
    entry = Entry(
        actor=ACCOUNT, account_id=me.account_id, action=action, before=before, after=after
    )
    stored = {"at": now(), "actor": ACCOUNT, "action": action, "subject": "", "fields": []}
    monkeypatch.setattr(audit, "_values", lambda _entry, _moment: stored)
    with transaction() as session:
        record_many(session, [entry], now())
    told = office.get(f"{PATH}.csv?action={action}", buffered=True).text
    page = office.get(f"{PATH}?action={action}").text.replace("<b>", "").replace("</b>", "")
    assert expected in told
    assert expected in page
    assert RAW.search(told) is None, told


def test_an_answer_is_told_by_its_question_and_choices(office: FlaskClient, me: Actor) -> None:
    event = make_event()
    question, choices = make_question(event)
    one = person("見本 一", event, answers=(chosen(question, choices[0]),))
    made = sign_up("soukai", one, email="a@example.com").registration_id
    current = signup_of(made)
    other = as_entry(current)
    people = [replace(each, answers=(chosen(question, choices[1]),)) for each in other.people]
    change(current, replace(other, people=tuple(people)))
    page = office.get(f"{PATH}?action=registration.changed")
    assert "<b>昼食</b>: 選択0 → 選択1" in page.text


def test_meetings_of_one_title_are_told_apart_by_their_days(office: FlaskClient, me: Actor) -> None:
    days = [make_event(slug, starts_in=timedelta(days=n)) for n, slug in ((30, "a"), (60, "b"))]
    make_event("souritsu", title=Translated(ja="見本の創立総会"))
    for event in days:
        passes.make(event, "受付", now() + timedelta(days=1), me)
    passes.make(
        make_event("c", title=Translated(ja="別の会")), "受付", now() + timedelta(days=1), me
    )
    about = re.findall('class="keep" href="[^"]+">([^<]+)</a>', office.get(PATH).text)
    told = [one for one in about if one.startswith("見本の総会(")]
    assert len(set(told)) == len(days), about
    assert "別の会" in about, "the only one of its title needs no day"


def test_a_participation_names_its_meeting(office: FlaskClient, me: Actor) -> None:
    series = make_series("day")
    first, second = (
        make_event(slug, series_id=series, title=Translated(ja=title))
        for slug, title in (("soukai", "見本の総会"), ("kinen", "見本の記念講演"))
    )
    signup = signup_of(sign_up("soukai", person("見本 一", first, second), email="a@example.com"))
    cancel(signup, signup.people[0].bookings[1].id)
    page = office.get(f"{PATH}?action=registration.cancelled")
    assert "<b>参加(見本の記念講演)</b>: 会場 " in page.text
    assert "見本の総会)</b>" not in page.text


def log_of(office: FlaskClient, action: str) -> str:
    page = office.get(f"{PATH}?action={action}").text.partition("<table")[2]
    return page.replace("<b>", "").replace("</b>", "")


def test_all_of_a_question_is_told_and_which_one_was_changed(
    office: FlaskClient, me: Actor
) -> None:
    event = make_event()
    _lunch, (yes, _no) = make_question(event, choices=({"code": "yes"}, {"code": "no"}))
    choices = (
        ChoiceModel(label=Words("幕の内", "Makunouchi"), places=30),
        ChoiceModel(label=Words("そば")),
    )
    model = QuestionModel(
        kind="one", label=Words("お弁当の種類"), required=True, choices=choices, help=Words("一つ")
    )
    added = questions.add_question(event, model, now(), me, opened_by=frozenset({yes}))
    told = log_of(office, "question.added")
    for words in (
        "質問: お弁当の種類",
        "必須: はい",
        "幕の内 / Makunouchi (30)、そば",
        "説明: 一つ",
        "だれが答えるか: 1人ずつ",
        "昼食: 選択0",
        "いつまでたずねるか: ",
    ):
        assert words in told, words
    (line,) = [one for one in list_questions(event) if one.id == added]
    wanted = QuestionChange(
        label=model.label,
        help=model.help,
        required=True,
        closes_at=line.closes_at,
        way="",
        choices={one.id: (Words(one.label.ja, one.label.en), 20) for one in line.choices},
    )
    questions.change_question(event, added, wanted, me)
    told = log_of(office, "question.changed")
    assert "質問: お弁当の種類" in told
    assert "(30)、そば → 幕の内 / Makunouchi (20)、そば (20)" in told
    assert "昼食: 選択0 → なし" in told


def test_calling_off_is_told_with_its_reason_and_the_number_of_people(
    office: FlaskClient, me: Actor
) -> None:
    event = make_event()
    make_signups(event, 3)
    meetings.call_off(event, me, "台風のため")
    told = log_of(office, "event.called_off")
    for words in ("状態: 公開中 → 中止", "理由: 台風のため", "人数: 3"):
        assert words in told, words


def test_all_acts_end_alike(app: Flask) -> None:
    with app.test_request_context():
        told = {name: str(words) for name, words in ACTIONS.items()}
    odd = {
        name: one for name, one in told.items() if not re.search("ました$|ません(でした)?$", one)
    }
    assert odd == {}
