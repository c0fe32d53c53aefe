"""What people type as a workbook keeps it: programs read back the same, and run nothing."""

from pathlib import Path

import openpyxl
import pytest

from app.registration.lists.export import Sheet
from app.registration.lists.workbooks import write_workbook


def kept(folder: Path, cell: str) -> tuple[object, str]:
    """The value that a program reads, and its type ('s' for a text, 'f' for a formula)."""
    path = folder / "list.xlsx"
    sheet = Sheet(headings=["組織"], widths=[10], batches=iter([[[cell]]]))
    assert list(write_workbook(sheet, "名簿", path)) == [1]
    found = openpyxl.load_workbook(path).active["A2"]
    return found.value, found.data_type


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "=1+1",
            "+81-3-1234-5678",
            "-5",
            "@SUM(A1)",
            "0012345",
            "231-0000",
            "https://example.com",
        ),
        *("横浜市\n見本ビル", "タブ\tあり", "見本 😀🎉", "𠮷田", " 前に空き", "長" * 5000),
    ],
)
def test_a_text_stays_the_text_that_it_is(tmp_path: Path, cell: str) -> None:
    assert kept(tmp_path, cell) == (cell, "s")


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\x0b", "\x00", "\r"])
def test_what_xml_cannot_hold_does_not_break_the_workbook(tmp_path: Path, odd: str) -> None:
    value, kind = kept(tmp_path, f"見本{odd}花子")
    assert kind == "s"
    assert str(value).startswith("見本")
