"""Files as they come: encodings, workbooks, and what only looks like one."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from app.registration.imports import workbooks
from app.registration.imports.rows import FORMULA, MERGED
from app.registration.imports.tables import MOST_ROWS, FileRefused, kind_of_file, open_table
from tests.imports import day


def rows(data: bytes, name: str = "list.csv") -> list[tuple[Any, ...]]:
    return [row.cells for row in open_table(kind_of_file(name, data), data).rows]


def workbook(fill: Any) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(data: bytes, name: str = "list.csv") -> str:
    with pytest.raises(FileRefused) as refused:
        rows(data, name)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str) -> None:
    data = '氏名,備考\r\n髙橋,"一\r\n二, ""三"""\r\n\r\n,\r\n例\t,\r\n'.encode(encoding)
    assert rows(data) == [("氏名", "備考"), ("髙橋", '一\r\n二, "三"'), ("例\t",)]


TEXT = "氏名,ふりがな,備考\r\n見本 花子,ミホン ハナコ,お茶を、お願いします\r\n"


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("euc_jp", TEXT, "euc_jp"),
        ("euc_jp", "氏名,備考\r\n見本,ﾐﾎﾝ\r\n", "euc_jp"),
        ("euc_jis_2004", TEXT.replace("備考", "①"), "euc_jp"),
        ("iso2022_jp", TEXT, "iso2022_jp"),
        ("iso2022_jp_ext", "氏名,備考\r\n見本,ﾐﾎﾝ\r\n", "iso2022_jp"),
        ("cp932", TEXT, "cp932"),
        ("cp932", "氏名,備考\r\n見本,ﾐﾎﾝ\r\n", "cp932"),
        ("cp932", "name,reading\r\n見本,ﾐﾎﾝ ﾊﾅｺ\r\n", "cp932"),
        ("utf-8", "name\r\nMihon\r\n", "utf-8"),
    ],
)
def test_the_encodings_of_other_japanese_programs_are_known_apart(
    encoding: str, text: str, told: str
) -> None:
    data = text.encode(encoding)
    assert [",".join(map(str, cells)) for cells in rows(data)] == text.splitlines()
    assert open_table("csv", data).encoding == told


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "latin-1", "koi8-r"])
def test_an_encoding_that_is_not_read_is_named_as_the_cause(encoding: str) -> None:
    word = {"latin-1": "é,è\r\nà", "koi8-r": "имя\r\nя"}.get(encoding, "姓名,電話號碼\r\n")
    data = word.encode(encoding) + b"\xff,\xff"
    assert refusal(data) == "encoding"


def test_csv_with_tabs_is_read_and_lines_are_those_of_the_file() -> None:
    data = "氏名\t電話\n\n見本\t03\n".encode()
    found = list(open_table("csv", data).rows)
    assert [(row.line, row.cells) for row in found] == [(1, ("氏名", "電話")), (3, ("見本", "03"))]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["list.txt", "list.csv"])
def test_unicode_text_of_excel_is_read(encoding: str, name: str) -> None:
    text = "氏名\t備考\r\n髙橋\t一, 二; 三\r\n"
    data = text.encode(encoding) if encoding == "utf-16" else f"\ufeff{text}".encode(encoding)
    assert rows(data, name) == [("氏名", "備考"), ("髙橋", "一, 二; 三")]
    assert open_table("csv", data).encoding == "utf-16"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_separates_columns_is_known_below_a_title_and_with_others_in_cells(
    separator: str,
) -> None:
    told = [("氏名", "電話番号", "備考"), ("見本 花子", "03", "一")]
    data = "\r\n".join(separator.join(row) for row in told)
    assert rows(data.encode()) == told
    other = ";" if separator == "," else ","
    long = f"一{other}" * 20
    data = f'一覧{other}\r\n{data}{separator}"{long}"\r\n'
    assert rows(data.encode())[1] == ("氏名", "電話番号", "備考")
    assert rows(f"列1{separator}列2\r\na{separator}b".encode())[1] == ("a", "b")


def test_what_is_no_csv_is_refused() -> None:
    assert refusal(b"\xff\xfe\x00") == "not_its_kind"
    assert refusal("氏名\x00".encode("utf-16")) == "not_its_kind"
    assert refusal("氏名".encode("utf-16"), "list.xlsx") == "not_its_kind"
    assert refusal(b"%PDF-1.7", "list.pdf") == "unknown_kind"
    assert refusal(b"\xd0\xcf\x11\xe0", "list.xls") == "unknown_kind"
    assert refusal(b"\x00\x01,\x02") == "not_its_kind"
    assert refusal(b"\xff\xff\x02") == "not_its_kind"
    assert refusal(b"a\n" * (MOST_ROWS + 2)) == "too_many_rows"
    assert refusal(("x," * 300 + "x").encode()) == "too_many_columns"
    assert refusal(b'"' + b"x" * 200_000 + b'"') == "broken"
    assert refusal(b"PK\x03\x04 no zip", "list.xlsx") == "not_its_kind"


def test_a_workbook_gives_texts_dates_results_and_what_is_missing() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        page.title = "申込"
        page.append(["氏名", "電話", "日付", "式", "団体"])
        page.append(["見本", 9012345678, day(2026, 6, 23), "=1+1", "例の家"])
        page.append(["例", "0312345678", 0.1 + 0.2, True, None])
        page.merge_cells("E2:E3")
        book.create_sheet("二枚目").append(["x"])

    data = workbook(fill)
    table = open_table("xlsx", data)
    assert table.sheet == "申込"
    assert [row.cells for row in table.rows][1:] == [
        ("見本", "9012345678", day(2026, 6, 23), FORMULA, "例の家"),
        ("例", "0312345678", "0.3", "True", MERGED),
    ]


def test_the_first_sheet_that_is_shown_and_holds_anything_is_read() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["秘"])
        book.active.sheet_state = "hidden"
        book.create_sheet("空")
        book.create_sheet("名簿").append(["氏名"])

    assert open_table("xlsx", workbook(fill)).sheet == "名簿"
    assert rows(workbook(lambda _book: None), "list.xlsx") == []


def test_what_unpacks_to_far_too_much_or_defines_entities_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = workbook(lambda book: book.active.append(["x"]))

    def with_part(name: str, content: bytes) -> bytes:
        out = io.BytesIO(good)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(name, content)
        return out.getvalue()

    assert refusal(with_part("xl/bomb.xml", b" " * 5_000_000), "a.xlsx") == "unpacks_too_large"
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'
    assert refusal(with_part("xl/extra.xml", evil), "a.xlsx") == "broken"
    monkeypatch.setattr(workbooks, "UNPACKED", 1000)
    assert refusal(good, "a.xlsx") == "unpacks_too_large"


def test_a_broken_workbook_is_refused_while_its_rows_are_read() -> None:
    good = workbook(lambda book: book.active.append(["x"]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            is_page = part.filename.endswith("sheet1.xml")
            new.writestr(part, data[: len(data) // 2] if is_page else data)
    assert refusal(out.getvalue(), "a.xlsx") == "broken"
