"""The pages of an import: file, columns, dry run, storing, taking back."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.base.clock import now
from app.db import Translated, db
from app.registration.imports.forgetting import forget_imports
from app.registration.models import Booking, Registration
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups
from tests.imports import csv_file, day, work
from tests.office import NAME, actions, enter, hidden_of, send

IMPORT = "/office/events/soukai/import"
ROWS = [
    ["見本 花子", "みほん はなこ", "", "hanako@example.com", "", "会場", ""],
    ["例 太郎", "れい", "", "a@@b", "", "会場", ""],
]


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def upload(office: FlaskClient, data: bytes, name: str = "list.csv") -> TestResponse:
    given: dict[str, Any] = {**hidden_of(office.get(IMPORT)), "file": (io.BytesIO(data), name)}
    return office.post(IMPORT, data=given, content_type="multipart/form-data")


UNHEADED = csv_file([["例 太郎", "03-0000-0001"]], ["見本", "03-0000-0000"])
TICK = "1行目は見出しではなく、1人目です"


def is_ticked(page: str) -> bool:
    return " checked" in page.partition('id="first_is_person"')[2].partition(">")[0]


def names_of(page: str) -> list[str]:
    """What the columns are called on the page that matches them."""
    return re.findall(r'<label for="c-\d+">([^<]*)', page)


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns(office: FlaskClient, path: str, **more: Any) -> TestResponse:
    """Send the form of the columns as it is shown, but for ``more``."""
    page = office.get(path)
    chosen = {}
    for at, part in enumerate(page.text.split('<select class="box')[1:]):
        value = part.split(" selected")[0].rpartition('value="')[2].split('"')[0]
        chosen[f"c-{at}"] = value
    if is_ticked(page.text):
        chosen["first_is_person"] = "1"
    given = {**hidden_of(page), **chosen, "channel": "fax", "letters": "none", **more}
    return office.post(f"{path.partition(chr(63))[0]}/check", data=given)


def stored() -> int:
    count = db.session.scalar(select(func.count(Booking.id))) or 0
    db.session.remove()
    return count


def test_a_file_goes_through_columns_and_dry_run_into_the_list_and_back(
    app: Flask, office: FlaskClient
) -> None:
    make_event()
    path = upload(office, csv_file(ROWS)).location
    page = office.get(path)
    for shown in ("見出しは表の1行目", "例: 見本 花子、例 太郎", "まだ何も取り込んでいません"):
        assert shown in page.text
    assert columns(office, path).location == path
    assert "progress.js" in office.get(path).text
    work()
    page = office.get(path)
    for shown in ("メールアドレスを見直してください", "<b>a@@b</b>", "1行は取り込みません"):
        assert shown in page.text
    for said in (
        "残りの行をすべて",
        "残りの1人はまとめて取り込みます",
        "途中で問題があれば、1人も",
    ):
        assert said in page.text
    assert "全員を" not in page.text
    assert "hanako@example.com" in office.get(f"{path}?fate=new").text
    assert stored() == 0
    office.post(f"{path}/store", data={**hidden_of(page), "over": "wait"})
    work()
    assert "新しい人 1人" in office.get(path).text
    assert stored() == 1
    send(office, f"{path}/undo")
    work()
    assert "元に戻しました" in office.get(path).text
    assert stored() == 0
    wanted = ["registrations.imported", "registrations.import_undone"]
    assert [one for one in actions(app) if one.startswith("registrations.")] == wanted


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"", "list.csv", "このファイルは空です"),
        (b"%PDF-1.7", "list.csv", "見出しの下に何もありません"),
        (b"%PDF-1.7", "list.xlsx", "表として読めません"),
        (b"\xe9,\xff\r\n\xff", "list.csv", "UTF-8・Shift_JIS・EUC-JP・JIS のどれでもない"),
        (b"x", "list.pdf", "CSV ファイル"),
        (b"x", "list.xls", "古い形式の Excel"),
        (csv_file([["x"]], [f"列{n}" for n in range(101)]), "list.csv", "列が100以下"),
        (csv_file([["x"]] * 60 + [["x"] * 101], ["氏名"]), "list.csv", "列が100以下"),
        (csv_file([["x"]] * 10_001, ["氏名"]), "list.csv", "1回に取り込むのは10,000行まで"),
        (workbook(["氏名"], *[["x"]] * 10_001), "list.xlsx", "1回に取り込むのは10,000行まで"),
        (workbook(["氏名"], *[["x"]] * 60, ["x"] * 101), "list.xlsx", "列が100以下"),
    ],
)
def test_what_is_no_table_is_refused_and_says_what_to_do(
    office: FlaskClient, data: bytes, name: str, told: str
) -> None:
    make_event()
    answer = upload(office, data, name)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_file_that_is_far_too_large_is_told_the_limit_of_this_form(office: FlaskClient) -> None:
    make_event()
    body = io.BytesIO(bytes(25_000_000))
    form = "multipart/form-data; boundary=x"
    answer = office.post(IMPORT, input_stream=body, content_type=form)
    assert answer.status_code == 413
    assert "送れるファイルは 10 MBまでです" in answer.text
    assert "小さいファイル" in answer.text


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_as_much_as_may_be_is_taken_and_what_is_empty_does_not_count(
    office: FlaskClient, name: str
) -> None:
    make_event()
    rows = [["氏名"], *[["x"]] * 10_000, *[[" "]] * 50, [*[""] * 120, " "]]
    data = workbook(*rows) if name.endswith("xlsx") else csv_file(rows[1:], rows[0])
    assert upload(office, data, name).status_code == 303


def test_both_limits_stand_beside_the_file(office: FlaskClient) -> None:
    make_event()
    assert "10 MB・10,000行・100列まで" in office.get(IMPORT).text


def test_the_list_of_imports_says_where_there_was_nothing_to_import(office: FlaskClient) -> None:
    make_event()
    for rows, told in (
        ([["", "れい"]], "取り込むものがありませんでした"),
        (ROWS, "たしかめ済み（まだ取り込んでいません）"),
    ):
        columns(office, upload(office, csv_file(rows)).location)
        work()
        last = office.get(IMPORT).text.partition("<tbody")[2].partition("</tr>")[0]
        assert told in last


def test_unicode_text_of_excel_goes_to_its_columns(office: FlaskClient) -> None:
    make_event()
    answer = upload(office, "氏名\t電話番号\r\n見本 花子\t03".encode("utf-16"), "list.txt")
    assert "例: 見本 花子" in office.get(answer.location).text


@pytest.mark.parametrize(("encoding", "told"), [("euc_jp", "EUC-JP"), ("cp932", "Shift_JIS")])
def test_the_encoding_that_was_found_is_told(office: FlaskClient, encoding: str, told: str) -> None:
    make_event()
    answer = upload(office, "氏名,電話番号\r\n見本 花子,03".encode(encoding))
    page = office.get(answer.location).text
    assert (f"文字コードは {told} です" in page, "例: 見本 花子" in page) == (True, True)


def test_columns_must_say_whose_a_row_is_and_each_field_stands_once(office: FlaskClient) -> None:
    make_event()
    path = upload(office, csv_file([["見本", "x"]], ["氏名", "氏名"])).location
    assert "先にある列だけを読みます" in office.get(path).text
    answer = columns(office, path, **{"c-1": "name"})
    assert (answer.status_code, "ほかの列と同じです" in answer.text) == (422, True)
    answer = columns(office, path, **{"c-0": ""})
    assert (answer.status_code, "氏名か受付番号の列" in answer.text) == (422, True)


def test_a_file_whose_first_row_is_a_person_loses_nobody(office: FlaskClient) -> None:
    make_event()
    rows = [
        ["例 太郎", "れい たろう", "", "taro@example.com"],
        ["例 桜", "れい さくら", "x", "", "y"],
    ]
    data = csv_file(rows, ["見本 花子", "みほん はなこ", "", "hanako@example.com"])
    path = upload(office, data).location
    page = office.get(path).text
    assert (TICK in page, is_ticked(page), "1人目として読みます" in page) == (True, True, True)
    assert names_of(page) == [
        "1列目（見本 花子）",
        "2列目（みほん はなこ）",
        "3列目",
        "4列目（hanako@example.com）",
        "5列目",
    ]
    assert "例: 見本 花子、例 太郎、例 桜" in page
    assert "次の列は取り込みません" not in page, "nothing has been chosen yet"
    columns(office, path, **{"c-0": "name", "c-1": "reading", "c-3": "email"})
    work()
    page = office.get(f"{path}?fate=new").text
    for name in "見本 花子", "例 太郎", "例 桜":
        assert name in page
    assert "5列目 （1行に記入があります）" in page
    office.post(f"{path}/store", data={**hidden_of(office.get(path)), "over": "wait"})
    work()
    assert stored() == 3


def test_once_its_file_is_forgotten_a_list_without_headings_can_be_looked_at(
    office: FlaskClient,
) -> None:
    make_event()
    path = upload(
        office, csv_file([["例 太郎", "03-0000-0001"]], ["見本", "03-0000-0000"])
    ).location
    page = office.get(path)
    forget_imports(now() + timedelta(days=2))
    told = office.get(path).text
    assert names_of(told) == ["1列目", "2列目"]
    answer = office.post(f"{path}/check", data={**hidden_of(page), "c-0": "name"})
    assert (answer.status_code, "ファイルを削除しました" in answer.text) == (422, True)


def test_what_the_first_row_is_cannot_be_said_once_it_is_imported(office: FlaskClient) -> None:
    make_event()
    path = upload(
        office, csv_file([["例 太郎", "03-0000-0001"]], ["見本", "03-0000-0000"])
    ).location
    columns(office, path, **{"c-0": "name"})
    work()
    page = office.get(path)
    office.post(f"{path}/store", data={**hidden_of(page), "over": "wait"})
    work()
    answer = office.post(f"{path}/check", data={**hidden_of(page), "c-0": "name"})
    assert answer.status_code == 303
    assert "すでに済んでいるか" in office.get(path).text
    assert stored() == 2


def test_where_no_heading_is_known_one_says_that_the_first_row_is_a_person(
    office: FlaskClient,
) -> None:
    make_event()
    data = csv_file([["例 太郎", "れい たろう"]], ["見本 花子", "みほん はなこ"])
    path = upload(office, data).location
    page = office.get(path).text
    assert (TICK in page, is_ticked(page)) == (True, False)
    assert names_of(page) == ["見本 花子", "みほん はなこ"]
    given = {"c-0": "name", "letters": "confirm", "first_is_person": "1"}
    assert columns(office, path, **given).location == path
    page = office.get(path).text
    assert "読み直しました" in page
    assert names_of(page) == ["1列目（見本 花子）", "2列目（みほん はなこ）"]
    assert '<option value="name" selected>' in page, "what was chosen stays"
    assert re.search(r'value="confirm"[^>]* checked', page)
    columns(office, path)
    work()
    assert "見本 花子" in office.get(f"{path}?fate=new").text


def test_the_tick_can_be_taken_away_and_a_headed_file_is_not_asked(office: FlaskClient) -> None:
    make_event()
    path = upload(office, csv_file([["見本 花子", "03"]], ["氏名の欄", "03-0000-0000"])).location
    page = office.get(path)
    assert is_ticked(page.text)
    office.post(f"{path}/check", data={**hidden_of(page), "c-0": "name", "channel": "fax"})
    page = office.get(path).text
    assert (is_ticked(page), names_of(page)) == (False, ["氏名の欄", "03-0000-0000"])
    assert TICK not in office.get(upload(office, csv_file(ROWS)).location).text
    path = upload(office, csv_file([], ["見本 花子", "03-0000-0000"])).location
    page = office.get(path)
    answer = office.post(f"{path}/check", data={**hidden_of(page), "c-0": "name"})
    assert (answer.status_code, "見出しの下に何もありません" in answer.text) == (422, True)


def test_a_column_can_be_a_question_and_its_answers_are_shown(office: FlaskClient) -> None:
    lunch, _choices = make_question(make_event())
    make_question(make_event("other"), label=Translated(ja="別の会"))
    headings = ["氏名", "昼食", "申込方法", "食事"]
    file = csv_file([["見本 花子", "選択1", "電話", "x"]], headings)
    path = upload(office, file).location
    page = office.get(path).text
    assert f'<option value="q{lunch}" selected>質問「昼食」への答え</option>' in page
    assert "別の会" not in page
    answer = columns(office, path, **{"c-3": f"q{lunch}"})
    assert (answer.status_code, "ほかの列と同じです" in answer.text) == (422, True)
    columns(office, path)
    work()
    page = office.get(f"{path}?fate=new").text
    assert ("昼食: 選択1" in page, "申込方法: 電話" in page) == (True, True)
    path = upload(office, file).location
    columns(office, path, **{"c-1": "", "c-3": f"q{lunch}"})
    work()
    page = office.get(path).text
    assert "<b>食事</b>: 次の選択肢から書いてください: 選択0、選択1 <b>x</b>" in page


def test_days_are_shown_as_people_read_them_wherever_they_stand(office: FlaskClient) -> None:
    make_question(make_event(), "short", label=Translated(ja="生年月日"))
    past, coming = day(2020, 11, 20), day(2099, 11, 20)
    days = (past, "令和2年11月20日", "R2.11.20", day(2020, 11, 20, 9, 5), "R2.11.20 9:05", coming)
    rows = [[f"見本 {n}", told, past] for n, told in enumerate(days)]
    path = upload(office, workbook(["氏名", "申込日時", "生年月日"], *rows), "list.xlsx").location
    page = office.get(path).text
    assert "例: 2020年11月20日、" in page
    columns(office, path)
    work()
    page = office.get(f"{path}?fate=new").text
    assert page.count("申込日時: 2020年11月20日(金)<") == 3
    assert page.count("申込日時: 2020年11月20日(金) 9:05<") == 2
    assert page.count("生年月日: 2020年11月20日<") == 5
    refused = office.get(f"{path}?fate=refused").text
    assert "<b>2099年11月20日(金)</b>" in refused
    for told in page, refused:
        assert not re.search(r"20[29][09]-11|00:00", told.partition('id="rows"')[2])


def test_a_day_that_differs_from_that_of_somebody_there_is_shown_likewise(
    office: FlaskClient,
) -> None:
    make_signups(make_event(), 1)
    headings = ["受付番号", "申込日時"]
    path = upload(office, csv_file([["1", "令和2年11月20日"]], headings)).location
    columns(office, path)
    work()
    assert "<b>2020年11月20日(金)</b>" in office.get(f"{path}?fate=refused").text


def test_columns_that_are_not_imported_are_named_and_wishes_among_them(
    office: FlaskClient,
) -> None:
    make_question(make_event(), "long", is_arrangement=True, label=Translated(ja="当日の配慮"))
    rows = [["1", "見本 花子", "車いす"], ["2", "例 太郎", ""], ["3", "例 桜", "手話"]]
    path = upload(office, csv_file(rows, ["No.", "氏名", "※当日の配慮"])).location
    page = office.get(path).text
    wishes, others = page.index("配慮の希望は取り込みません"), page.index("次の列は取り込みません")
    assert "<li>※当日の配慮</li>" in page[wishes:others]
    assert "<li>No.</li>" in page[others:]
    columns(office, path)
    work()
    page = office.get(path).text
    assert "※当日の配慮 （2行に記入があります）" in page
    assert "No. （3行に記入があります）" in page
    assert "車いす" not in page


def test_a_column_headed_as_a_choice_of_a_wish_is_named_as_one(office: FlaskClient) -> None:
    event = make_event()
    choice = {"label": Translated(ja="手話通訳", en="Sign language")}
    make_question(event, "several", is_arrangement=True, choices=(choice,))
    make_question(event, "one", choices=({"label": Translated(ja="弁当")},))
    headings = ["手話 通訳", "sign language", "弁当", "氏名"]
    path = upload(office, csv_file([["○", "", "○", "見本 花子"]], headings)).location
    page = office.get(path).text
    wishes, others = page.index("配慮の希望は取り込みません"), page.index("次の列は取り込みません")
    assert re.findall("<li>(.*?)</li>", page[wishes:others]) == headings[:2]
    assert "<li>弁当</li>" in page[others:]


def test_nothing_is_said_where_every_column_is_imported(office: FlaskClient) -> None:
    make_event()
    path = upload(office, csv_file(ROWS)).location
    assert "取り込みません</p>" not in office.get(path).text


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("fax", f"版を紙で知らせた(記録:{NAME} さん)"),
        ("telephone", f"版は申込みのときに伝達済み(記録:{NAME} さん)"),
        ("web", f"版は申込みのときに伝達済み(記録:{NAME} さん)"),
    ],
)
def test_that_forms_told_the_privacy_notice_is_ticked_and_kept_of_each(
    office: FlaskClient, channel: str, words: str
) -> None:
    make_event()
    path = upload(office, csv_file(ROWS[:1])).location
    page = office.get(path).text
    tick = page.partition('id="told"')[2].partition(">")[0]
    assert tick
    assert "checked" not in tick
    columns(office, path, channel=channel)
    work()
    assert "個人情報の取扱いは「示していません」と記録します" in office.get(path).text
    columns(office, f"{path}?columns=1", told="1", channel=channel)
    work()
    page = office.get(path)
    assert "個人情報の取扱い（第2版）を申込書などで伝えた、と記録します" in page.text
    assert " checked" in office.get(f"{path}?columns=1").text.partition('id="told"')[2][:80]
    office.post(f"{path}/store", data={**hidden_of(page), "over": "wait"})
    work()
    signup = db.session.scalars(select(Registration.id)).one()
    db.session.remove()
    assert f"第2{words}" in office.get(f"/office/signups/{signup}").text
    enter(office, "administrator", "admin@example.com")
    logged = office.get("/office/history").text
    assert "個人情報の取扱い" in logged.partition("名簿を取り込み")[2]


def test_beyond_the_places_the_office_is_asked_and_says_why(office: FlaskClient) -> None:
    make_signups(make_event(venue=1), 1)
    path = upload(office, csv_file(ROWS[:1])).location
    columns(office, path)
    work()
    page = office.get(path)
    assert "1人の席がありません" in page.text
    given = {**hidden_of(page), "over": "place"}
    answer = office.post(f"{path}/store", data=given)
    assert (answer.status_code, "理由を書いてください" in answer.text) == (422, True)
    office.post(f"{path}/store", data={**given, "reason": "椅子を追加した"})
    work()
    assert stored() == 2


def test_a_page_that_is_out_of_date_says_so_and_stores_nothing(office: FlaskClient) -> None:
    make_event()
    path = upload(office, csv_file(ROWS[:1])).location
    columns(office, path)
    page = office.get(path)
    assert office.post(f"{path}/store", data=hidden_of(page)).status_code == 303
    work()
    assert "すでに済んでいるか" in office.get(path).text
    assert stored() == 0
    assert office.get("/office/events/soukai/import/999").status_code == 404


def test_an_older_import_says_why_it_cannot_be_taken_back(office: FlaskClient) -> None:
    make_event()
    why, only = (
        "この取り込みは、もう元に戻せません",
        "元に戻せるのは、その会の最後の取り込みだけです",
    )
    paths = []
    for row in ROWS[:1], [["例 桜", "れい さくら", "sakura@example.com"]]:
        path = upload(office, csv_file(row)).location
        columns(office, path)
        work()
        office.post(f"{path}/store", data={**hidden_of(office.get(path)), "over": "wait"})
        work()
        first = office.get("/office/events/soukai/import").text
        assert (only in first) is bool(paths), "told once there is an older one"
        paths.append(path)
    older, last = (office.get(path).text for path in paths)
    assert why in older
    assert f'href="{paths[0]}/undo"' not in older
    assert why not in last
    assert f'href="{paths[1]}/undo"' in last


def test_whoever_is_for_one_meeting_signs_up_for_that_one_alone(
    app: Flask, office_client: FlaskClient
) -> None:
    series = make_series("day")
    mine = make_event("soukai", series_id=series)
    make_event("other", series_id=series)
    enter(office_client, meetings=[mine])
    path = upload(office_client, csv_file(ROWS[:1])).location
    assert 'type="checkbox" id="events' not in office_client.get(path).text
    columns(office_client, path)
    work()
    page = office_client.get(path)
    office_client.post(f"{path}/store", data={**hidden_of(page), "over": "wait"})
    work()
    assert stored() == 1
