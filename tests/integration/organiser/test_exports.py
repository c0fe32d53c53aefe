"""Lists on their way out: what a file holds, who may load it, what long ones take."""

import csv
import io
import re
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.auth.models import Account
from app.auth.queries import list_history_of
from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event
from app.jobs import runner, service
from app.jobs.facts import Done, NewJob, Progress, Task
from app.jobs.models import Job
from app.mail.stop import Stop
from app.organiser import list_columns
from app.registration.attendance import Doorkeeper, record_in
from app.registration.facts import AnswerEntry
from app.registration.lists import columns, export, exporting
from app.registration.lists.export import Wanted, csv_lines, open_sheet
from app.registration.lists.finding import RosterFilter
from app.registration.models import Booking, Registration
from tests.conftest import count_queries
from tests.entries import chosen, make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, make_account, send

EXPORT = "/office/events/soukai/export"
XLSX = exporting.MEDIA_TYPES["xlsx"]


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def exported(office: FlaskClient, kind: str, columns: str = "shown", **asked: str) -> TestResponse:
    path = f"{EXPORT}?{'&'.join(f'{k}={v}' for k, v in asked.items())}" if asked else EXPORT
    return send(office, path, kind=kind, columns=columns)


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sign_up_two() -> int:
    event = make_event()
    first = person("髙𠮷 ①", event, reading="たかよし", organisation='例 "家", 工房')
    sign_up("soukai", first, telephone="+81-3-1234-5678", note='=HYPERLINK("x")\n二行目')
    second = person("@例", event, reading="れい", role="0123")
    sign_up("soukai", second, email="", telephone="090-1234-5678")
    return event


def work(app: Flask) -> None:
    while runner.work({exporting.KIND: exporting.export_work}, "test", Stop()):
        pass


def test_csv_opens_right_in_japanese_excel(app: Flask, office: FlaskClient) -> None:
    sign_up_two()
    answer = exported(office, "csv", "all")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"attachment; filename=\"\d{4}-\d\d-\d\d\.csv\"; filename\*=UTF-8''[%A-Za-z0-9.-]+",
        answer.headers["Content-Disposition"],
    )
    head, *rows = rows_of(answer.data)
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert head[:4] == ["受付番号", "氏名", "ふりがな", "所属団体"]
    told = [first[name] for name in (*head[:4], "メールアドレス", "電話番号", "参加方法", "状態")]
    assert told == [
        *("A-0001", "髙𠮷 ①", "たかよし", '例 "家", 工房', "mihon@example.com"),
        *("+81-3-1234-5678", "会場", "受付済み"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", first["申込日時"])
    assert first["備考"] == '\'=HYPERLINK("x")\n二行目'
    assert (second["氏名"], second["役職"], second["電話番号"]) == (
        "'@例",
        "'0123",
        "090-1234-5678",
    )
    assert answer.data.count(b"\r\n") == 3
    assert actions(app)[-1] == "registrations.exported"


def test_the_log_says_how_many_people_were_exported_with_which_columns(
    office: FlaskClient,
) -> None:
    event = sign_up_two()
    make_question(event)
    exported(office, "csv", "all")
    exported(office, "xlsx")
    few, every = (one.after for one in list_history_of("event", event)[:2])
    assert every == {
        "file": "csv", "people": 2, "columns": list(columns.ALL), "questions": ["昼食"]
    }  # fmt: skip
    assert few["people"] == 2
    assert "name" in few["columns"]
    assert "fax" not in few["columns"]
    assert "questions" not in few


def test_a_workbook_has_types_widths_and_a_heading_that_stays(office: FlaskClient) -> None:
    event = sign_up_two()
    question, (choice, _other) = make_question(event, label=Translated(ja="昼食"))
    make_question(event, label=Translated(ja="車椅子"), is_arrangement=True)
    sign_up("soukai", person("例 桜", event, answers=(chosen(question, choice),)), email="b@x.jp")
    answer = exported(office, "xlsx", "all")
    assert answer.headers["Content-Type"] == XLSX
    book = load_workbook(io.BytesIO(answer.data))
    page = book.active
    head = [cell.value for cell in page[1]]
    assert head[:2] == ["受付番号", "氏名"]
    assert (page.freeze_panes, len(book.sheetnames)) == ("A2", 1)
    assert page.auto_filter.ref == f"A1:{page.cell(1, len(head)).column_letter}4"
    assert page.column_dimensions["D"].width > 20
    by_name = {row[1].value: dict(zip(head, row, strict=True)) for row in page.iter_rows(2)}
    risky = by_name["髙𠮷 ①"]["備考"]
    assert (risky.value, risky.data_type) == ('=HYPERLINK("x")\n二行目', "s")
    assert by_name["@例"]["役職"].value == "0123"
    assert isinstance(by_name["@例"]["申込日時"].value, datetime)
    assert by_name["例 桜"]["昼食"].value == "選択0"
    assert by_name["例 桜"]["宛名"].value == "例 桜 様"
    assert "車椅子" not in head


def test_cp932_says_what_it_cannot_write_before_it_is_loaded(
    app: Flask, office: FlaskClient
) -> None:
    sign_up_two()
    answer = exported(office, "cp932")
    page = office.get(answer.location)
    assert "まだ始まっていません" in page.text
    work(app)
    page = office.get(answer.location)
    for shown in ("A-0001", "氏名", "<b>𠮷</b>", "〓"):
        assert shown in page.text
    file = office.get(f"{answer.location}/file")
    text = file.data.decode("cp932")
    assert "髙〓 ①" in text
    assert file.headers["Content-Type"] == "text/csv; charset=Shift_JIS"


def test_an_export_holds_what_the_list_shows_and_speaks_its_language(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 3)
    make_signups(event, 2, state="cancelled", first=3)
    head, *rows = rows_of(exported(office, "csv", state="cancelled", lang="en").data)
    assert (head[0], "Role" in head) == ("Reception number", False)
    assert ["Cancelled" in row for row in rows] == [True, True]


def test_a_file_holds_arrivals_answers_and_letters_where_the_list_shows_them(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event, reading="あ"))
    sign_up("soukai", person("例 太郎", event, reading="い"), email="")
    booking = db.session.scalars(select(Booking.id).order_by(Booking.id)).first() or 0
    record_in(booking, Doorkeeper(desk="受付"), event_id=event, seen=0)
    first_one = db.session.scalars(select(func.min(Registration.id))).one()
    with transaction() as session:
        query = update(Registration).where(Registration.id == first_one)
        session.execute(query.values(coming="yes"))
    head, *rows = rows_of(exported(office, "csv", "all").data)
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", first.pop("来場"))
    told = [(one["参加の返事"], one["手紙"]) for one in (first, second)]
    assert told == [("返事: 来ます", "順番待ち"), ("", "電話で連絡")]
    assert second["来場"] == ""
    head = rows_of(exported(office, "csv").data)[0]
    assert ("手紙" in head, "来場" in head, "参加の返事" in head) == (True, False, False)
    series = db.session.scalars(select(Event.series_id)).one()
    account = db.session.scalars(select(Account.id)).first() or 0
    list_columns.keep(account, series, [], ["arrived", "coming"])
    page = load_workbook(io.BytesIO(exported(office, "xlsx").data)).active
    assert [cell.value for cell in page[1]] == ["氏名", "ふりがな", "参加の返事", "来場"]
    assert isinstance(page["D2"].value, datetime)
    assert page["D3"].value is None


def test_a_list_of_one_meeting_of_a_day_has_the_answers_at_that_meeting(
    office: FlaskClient,
) -> None:
    series = make_series("day")
    first, second = (make_event(one, series_id=series) for one in ("soukai", "later"))
    make_question(first)
    make_question(second, label=Translated(ja="見学"))
    sign_up("soukai", person("見本 花子", first, second))
    path = "/office/events/soukai/day/export"
    of_one = send(office, f"{path}?at={second}", kind="csv", columns="all")
    of_all = send(office, path, kind="csv", columns="all")
    found = [{"昼食", "見学"} & set(rows_of(one.data)[0]) for one in (of_one, of_all)]
    assert found == [{"見学"}, {"昼食", "見学"}]


def test_numbers_that_were_answered_are_numbers_in_a_workbook(office: FlaskClient) -> None:
    event = make_event()
    count, _none = make_question(event, "number", choices=(), label=Translated(ja="冊数"))
    texts, _none = make_question(event, "short", choices=(), label=Translated(ja="一言"))
    said = (AnswerEntry(question_id=count, text="3"), AnswerEntry(question_id=texts, text="=1+1"))
    sign_up("soukai", person("見本 花子", event, answers=said))
    page = load_workbook(io.BytesIO(exported(office, "xlsx", "all").data)).active
    cells = {head.value: cell for head, cell in zip(page[1], page[2], strict=True)}
    assert (cells["冊数"].value, cells["冊数"].data_type) == (3, "n")
    assert (cells["一言"].value, cells["一言"].data_type) == ("=1+1", "s")


def test_many_rows_are_made_by_the_worker_for_their_owner_alone(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    make_signups(make_event(), 3)
    answer = exported(office, "xlsx")
    assert answer.status_code == 303
    with transaction() as session:
        session.execute(update(Job).values(created_at=now() - timedelta(minutes=2)))
    assert "この仕事をするプログラムが動いていません" in office.get(answer.location).text
    work(app)
    assert "data-over" in office.get(f"{answer.location}/progress").text
    file = office.get(f"{answer.location}/file")
    assert len(list(load_workbook(io.BytesIO(file.data)).active)) == 4
    other = make_account("other@example.com")
    with transaction() as session:
        session.execute(update(Job).values(account_id=other.account_id))
    for path in ("", "/progress", "/file"):
        assert office.get(f"{answer.location}{path}").status_code == 404


def test_files_are_forgotten_after_a_day(app: Flask, office: FlaskClient) -> None:
    sign_up("soukai", person("見本 𠮷雄", make_event()))
    answer = exported(office, "cp932")
    work(app)
    assert "𠮷雄" in office.get(answer.location).text
    assert service.forget_files(now() + timedelta(hours=23)) == 0
    assert service.forget_files(now() + timedelta(hours=25)) == 1
    result = db.session.scalars(select(Job.result)).one()
    assert (result["rows"], result["lost"], "losses" in result) == (1, 1, False)
    assert "削除されました" in office.get(answer.location).text
    assert office.get(f"{answer.location}/file").status_code == 404


def test_rows_are_read_in_short_batches_and_everybody_is_there_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 40)
    event = make_event()
    make_signups(event, 100)
    make_signups(event, 1, state="cancelled")
    whom = RosterFilter(event_ids=(event,))
    with count_queries(app) as sent:
        lines = list(csv_lines(open_sheet(Wanted(whom=whom))))
        assert not db.session().in_transaction()
    assert len(sent) == 4
    with count_queries(app) as sent:
        list(csv_lines(open_sheet(Wanted(whom=whom, codes=columns.ALL))))
    assert len(sent) == 4 + 3 * len(columns.LOOKED_UP)
    numbers = [row[0] for row in rows_of(b"".join(lines))[1:]]
    assert len(numbers) == len(set(numbers)) == 101


def test_an_export_takes_no_more_memory_for_more_people(app: Flask) -> None:
    event = make_event(venue=None)
    peaks = []
    for more in (3000, 9000):
        make_signups(event, more)
        tracemalloc.start()
        for _line in csv_lines(open_sheet(Wanted(whom=RosterFilter(event_ids=(event,))))):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_work_is_put_back_when_the_worker_ends_and_taken_over_when_it_died(app: Flask) -> None:
    actor = make_account()
    new = NewJob(kind="k", subject_id=1, account_id=actor.account_id, locale="ja")
    with transaction() as session:
        service.ask(session, new)
    stop, begun = Stop(), []

    def kind(task: Task) -> Iterator[Progress | Done]:
        begun.append(task.id)
        yield Progress(done=1, total=2)
        yield Done(result={"ok": 1})

    stop.ask()
    assert runner.work({"k": kind}, "first", stop)
    assert state() == ("queued" if not begun else "running", "", 0)
    with transaction() as session:  # a worker that died: its lease is over
        session.execute(update(Job).values(holder="dead", lease_until=now(), attempts=1))
    assert runner.work({"k": kind}, "second", Stop())
    assert state() == ("done", "second", 2)
    assert not runner.work({"k": kind}, "second", Stop())
    assert len(begun) == 2


def test_work_that_fails_says_so_and_is_not_tried_for_ever(app: Flask) -> None:
    actor = make_account()
    new = NewJob(kind="k", subject_id=1, account_id=actor.account_id, locale="ja")

    def kind(_task: Task) -> Iterator[Progress | Done]:
        yield Progress(done=0, total=0)
        raise ValueError("a fault")

    for attempts in (0, runner.MOST_ATTEMPTS):
        with transaction() as session:
            session.execute(update(Job).values(state="done"))
            job = service.ask(session, new)
            session.execute(update(Job).where(Job.id == job).values(attempts=attempts))
        runner.work({"k": kind}, "one", Stop())
        assert state()[0] == "failed"


def state() -> tuple[str, str, int]:
    job = db.session.query(Job).order_by(Job.id.desc()).first()
    assert job is not None
    found = job.state, job.holder, job.attempts
    db.session.remove()
    return found
