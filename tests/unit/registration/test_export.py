from types import SimpleNamespace

import pytest

from app.registration.lists import cp932
from app.registration.lists.columns import columns_of, unlike
from app.registration.lists.export import harmless
from app.registration.marks import FIELDS, digest_of_answers, mark_of, read_mark


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx"),
        *("＝1+1", "＋1", "－1", "＠x", " =1+1", "\u3000＝1", "-", "+", "+81-3-1234-5678+A1"),
    ],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        *("+81-3-1234-5678", "090-1234-5678", "03-0000-0000", "", "見本 花子", "A-0123"),
        *("mihon@example.com", "a=b", "2026-11-24 10:30", "ーー", "−見本"),
    ],
)
def test_everything_else_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["0463000000", "０４６３", "123456789012", "1234567890123456"])
def test_a_number_of_bare_digits_keeps_its_zero_and_all_others(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["0", "12", "0.5", "2026112410"])
def test_a_number_that_stays_whole_stays_a_number(cell: str) -> None:
    assert harmless(cell) == cell


def test_what_cp932_cannot_hold_is_named_and_marked() -> None:
    assert cp932.encode("髙﨑 ①〜−") == ("髙﨑 ①～－".encode("cp932"), ())
    assert cp932.encode("𠮷雄") == ("〓雄".encode("cp932"), ("𠮷",))
    assert cp932.losses(["A-0001", "𠮷 ♥♥"], ["番号", "氏名"]) == [("氏名", "𠮷♥")]


def test_headings_that_stand_twice_get_a_number() -> None:
    assert unlike(["氏名", "昼食", "昼食", "昼食"]) == ["氏名", "昼食", "昼食 (2)", "昼食 (3)"]
    told = unlike(["昼食", "昼食", "昼食 (2)", "昼食"])
    assert told == ["昼食", "昼食 (2)", "昼食 (2) (2)", "昼食 (3)"]


@pytest.mark.parametrize(
    ("name", "told"), [("見本 花子", "見本 花子 様"), ("見本 花子 様", "見本 花子 様"), ("", "")]
)
def test_who_is_written_to_has_one_title(name: str, told: str) -> None:
    (column,) = columns_of(["addressee"])
    assert column.cell(SimpleNamespace(name=name), {"addressee": "%(name)s 様"}) == told


def test_a_mark_stands_for_the_person_and_every_value_of_the_row() -> None:
    row = SimpleNamespace(**dict.fromkeys(FIELDS, "x"), standing="")
    mark = mark_of(12, row)
    assert read_mark(f" '{mark} ") == (12, mark.split("-")[1], "")
    said = {3: SimpleNamespace(choices=(2, 1), text="")}
    with_answers = mark_of(12, row, said)
    assert read_mark(with_answers) == (12, mark.split("-")[1], digest_of_answers(said))
    assert digest_of_answers({}) != digest_of_answers(said)
    for name in FIELDS:
        assert mark_of(12, SimpleNamespace(**{**vars(row), name: "y"})) != mark
    for broken in ("", "12", "0-0123456789", "12-xyz", f"{'9' * 11}-0123456789"):
        assert read_mark(broken) is None
