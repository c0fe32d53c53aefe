"""Headings, cells and days: read generously, stored strictly."""

import pytest

from app.registration.imports.cells import read_row
from app.registration.imports.dates import read_day
from app.registration.imports.fates import is_same
from app.registration.imports.matching import (
    NO_HEADINGS,
    find_headings,
    is_headings,
    match,
    twice,
)
from app.registration.imports.numbers import read_number
from app.registration.imports.rows import FORMULA, MERGED, RawRow
from tests.imports import day


def test_headings_are_known_in_the_forms_that_lists_have() -> None:
    headings = [
        "お名前 ※必須",
        "フリガナ",
        "所属（団体名）",
        "Ｅ－ｍａｉｌ",
        "ＴＥＬ",
        "会場／オンライン",
    ]
    assert match(headings) == ("name", "reading", "", "email", "telephone", "way")
    assert match(["姓", "名", "セイ", "メイ"]) == (
        "family",
        "given",
        "family_reading",
        "given_reading",
    )
    assert match(["氏名", "氏名", "受付番号", "受付番号"]) == ("name", "", "number", "")
    assert twice(["氏名", "", "", "氏名", "x"]) == ("氏名",)


@pytest.mark.parametrize("heading", ["No", "No.", "№", "ＮＯ", "番号", "申込番号", "number", "#"])
def test_a_running_number_of_another_list_is_no_reception_number(heading: str) -> None:
    assert match([heading, "氏名"]) == ("", "name")


@pytest.mark.parametrize("heading", ["受付番号", "※ 受付番号（必須）", "Reception number"])
def test_our_own_number_is_known_by_its_heading(heading: str) -> None:
    assert match([heading, "氏名"]) == ("number", "name")


@pytest.mark.parametrize("cells", [("No.", "氏名", "所属"), ("", "氏名"), ("", "お名前", "団体名")])
def test_headings_once_more_are_nobodys_row(cells: tuple[str, ...]) -> None:
    assert is_headings(RawRow(line=9, cells=cells), ["No.", "氏名", "所属"])


@pytest.mark.parametrize("cells", [("7", "氏名", "所属"), ("", "見本 花子", "所属"), ("", "", "")])
def test_a_row_with_anything_else_is_somebodys(cells: tuple[str, ...]) -> None:
    assert not is_headings(RawRow(line=9, cells=cells), ["No.", "氏名", "所属"])


def test_headings_are_found_below_a_title() -> None:
    told = [("第30回 定期総会 申込者", ""), ("2026年6月", ""), ("氏名", "電話"), ("名", "03")]
    assert find_headings([RawRow(line=n, cells=cells) for n, cells in enumerate(told, 1)]) == 2
    assert find_headings([RawRow(line=1, cells=("x", "y"))]) == 0


@pytest.mark.parametrize(
    "cells",
    [
        ("見本 花子", "hanako@example.com"),
        ("見本 花子", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("見本 花子", "03-0000-0000"),
        ("見本 花子", "9000000000"),
        ("見本 花子", "会場", "+81 3 0000 0000"),
    ],
)
def test_a_first_row_with_an_address_or_a_number_is_somebody(cells: tuple[str, ...]) -> None:
    assert find_headings([RawRow(line=1, cells=cells), RawRow(line=2, cells=cells)]) == NO_HEADINGS


@pytest.mark.parametrize(
    "cells",
    [
        ("氏名", "電話番号", "受付 03-0000-0000"),
        ("氏名", "メール", "03-0000-0000"),
        ("担当", "拠点", "2026-11-20"),
        ("見本 花子", "みほん はなこ"),
    ],
)
def test_another_first_row_holds_the_headings(cells: tuple[str, ...]) -> None:
    assert find_headings([RawRow(line=1, cells=cells), RawRow(line=2, cells=cells)]) == 0


@pytest.mark.parametrize(
    ("name", "cell", "told"),
    [
        ("name", " 見本　花子 ", "見本 花子"),
        ("name", "髙𠮷 ①", "髙𠮷 ①"),
        ("name", "'=1+1", "=1+1"),
        ("name", "'例", "'例"),
        ("reading", "ﾐﾎﾝ ハナコ", "みほん はなこ"),
        ("email", " ｍｉｈｏｎ＠example.com", "mihon@example.com"),
        ("telephone", "9012345678", "090-1234-5678"),
        ("telephone", "312345678", "03-1234-5678"),
        ("telephone", "'+81-3-1234-5678", "+81-3-1234-5678"),
        ("telephone", "＋81-3-1234-5678", "+81-3-1234-5678"),
        ("telephone", "内線123", "内線123"),
        ("fax", "03ー0000ー0000", "03-0000-0000"),
        ("way", "来場", "venue"),
        ("way", "Ｚｏｏｍ", "online"),
        ("note", "一\r\n二 \r\n", "一\n二"),
    ],
)
def test_a_cell_is_stored_as_the_form_stores_it(name: str, cell: str, told: str) -> None:
    row = read_row(RawRow(line=2, cells=(cell,)), (name,))
    assert (row.given, row.problems) == ({name: told}, ())


def test_names_in_two_columns_and_an_address_with_its_code_are_one() -> None:
    cells = ("見本", "花子", "ミホン", "ハナコ", "２３１ー００００", "横浜市見本区1")
    fields = ("family", "given", "family_reading", "given_reading", "code", "address")
    assert read_row(RawRow(line=2, cells=cells), fields).given == {
        "name": "見本 花子",
        "reading": "みほん はなこ",
        "postal_address": "〒231-0000 横浜市見本区1",
    }


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("600032", "〒060-0032"),
        ("10010", "〒001-0010"),
        ("'600032", "〒060-0032"),
        ("2310000", "〒231-0000"),
        ("６００３２", "〒006-0032"),
        ("231", "231"),
        ("60-0032", "60-0032"),
    ],
)
def test_a_postal_code_that_lost_its_zeros_as_a_number_gets_them_back(code: str, told: str) -> None:
    row = read_row(RawRow(line=2, cells=(code, "見本市1")), ("code", "address"))
    assert row.given == {"postal_address": f"{told} 見本市1"}
    row = read_row(RawRow(line=2, cells=("600032 見本市",)), ("address",))
    assert row.given == {"postal_address": "600032 見本市"}, "no number, and no column of codes"


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("name", "あ" * 81, "too_long"),
        ("name", "a\u202eb", "unreadable"),
        ("name", "a\ufffdb", "unreadable"),
        ("name", FORMULA, "formula"),
        ("organisation", MERGED, "merged"),
        ("reading", "漢字", "reading"),
        ("email", "a@@b", "email"),
        ("telephone", "12", "telephone"),
        ("way", "たぶん", "way"),
        ("created", "8.6.1", "date"),
    ],
)
def test_a_cell_that_cannot_be_stored_says_why(name: str, cell: str, code: str) -> None:
    row = read_row(RawRow(line=2, cells=(cell,)), (name,))
    assert [(one.field, one.code) for one in row.problems] == [(name, code)]


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-06-01", "2026/6/1", "2026年6月1日", "２０２６．６．１", "令和8年6月1日", "R8.6.1"),
        *("r8/6/1", "46174", "2026年6月1日（月）", "2026-06-01 00:00:00"),
    ],
)
def test_a_day_is_read_in_the_ways_that_offices_write_it(cell: str) -> None:
    assert read_day(cell) == day(2026, 6, 1)


def test_eras_and_times_are_known_and_nothing_is_guessed() -> None:
    assert read_day("令和元年5月1日") == day(2019, 5, 1)
    assert read_day("H31.4.30 9:05") == day(2019, 4, 30, 9, 5)
    for cell in ("8.6.1", "2026-13-01", "6月1日", "昨日", "12345678"):
        assert read_day(cell) is None


def test_numbers_are_read_as_they_are_typed() -> None:
    for raw in ("A-0123", "ａ－０１２３", "A123", " a ー 123"):
        assert read_number(raw) == ("A", 123)
    assert read_number("123") == ("", 123)
    assert read_number("A-") is read_number("1-2-3") is None


def test_a_cell_that_its_program_could_not_write_whole_changes_nothing() -> None:
    assert is_same("〓雄 ～", "𠮷雄 〜")
    assert not is_same("〓子", "𠮷雄")
    assert not is_same("〓", "𠮷雄")
