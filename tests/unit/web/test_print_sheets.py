"""Sheets of labels, pages of lists, and what an address may ask of them."""

import pytest

from app.organiser.print_wishes import read_number, read_shown, read_wish, write_shown
from app.web.print_sheets import HEIGHT, SHEETS, WIDTH, LabelSheet, on_sheets, pages, rows_of


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_label_lies_on_the_sheet(sheet: LabelSheet) -> None:
    assert sheet.places == int(sheet.code)
    assert sheet.corner(0) == (sheet.left, sheet.top)
    x, y = sheet.corner(sheet.places - 1)
    assert x + sheet.width == pytest.approx(WIDTH - sheet.left, abs=0.1)
    assert y + sheet.height == pytest.approx(HEIGHT - sheet.top, abs=0.1)


def test_badges_are_where_plain_japanese_card_stock_has_them() -> None:
    assert (SHEETS["10"].left, SHEETS["10"].top) == (14, 11)


def test_labels_begin_at_the_first_free_place() -> None:
    ten = SHEETS["10"]
    assert on_sheets([], ten, 4) == []
    first, second = on_sheets(list("abcdefghi"), ten, 4)
    assert first == [None, None, None, *"abcdefg"]
    assert second == ["h", "i"]


def test_a_page_holds_what_fits() -> None:
    assert pages([3, 3, 4, 9, 1], float, 10) == [[3, 3, 4], [9, 1]]
    assert pages([3, 12, 3], float, 10) == [[3], [12], [3]]
    assert pages([], float, 10) == []


def test_rows_are_reckoned_by_full_width() -> None:
    assert rows_of("", 5) == 1
    assert rows_of("見本見本見", 5) == 1
    assert rows_of("見本見本見本", 5) == 2


@pytest.mark.parametrize(
    ("typed", "number"), [("", None), ("A-0123", 123), ("Ａ０１２３", 123), ("12", 12), ("花子", 0)]
)
def test_numbers_are_read_as_people_write_them(typed: str, number: int | None) -> None:
    assert read_number(typed) == number


def test_what_cannot_be_is_passed_over() -> None:
    asked = {"sheet": "11", "start": "99", "way": "boat", "state": "dead", "part": "-1"}
    wish = read_wish(asked, {"venue"}, {"confirmed"}, "venue")
    assert (wish.sheet.code, wish.start, wish.way, wish.state) == ("10", 1, "venue", "confirmed")
    assert (wish.which, wish.part, wish.number) == ("new", 1, None)
    assert wish.passed_over == ("sheet", "start")
    again = read_wish({**wish.arguments, "way": "all", "start": "３"}, {"venue"}, {"confirmed"})
    assert (again.way, again.start, again.passed_over) == ("", 3, ())


@pytest.mark.parametrize(
    ("asked", "passed_over"),
    [
        ({}, ()),
        ({"sheet": "", "start": ""}, ()),
        ({"sheet": "12", "start": "012"}, ()),
        ({"sheet": "12", "start": "13"}, ("start",)),
        ({"start": "abc"}, ("start",)),
        ({"start": "0"}, ("start",)),
        ({"sheet": "7"}, ("sheet",)),
    ],
)
def test_what_labels_could_not_take_is_told(
    asked: dict[str, str], passed_over: tuple[str, ...]
) -> None:
    assert read_wish(asked, set(), set()).passed_over == passed_over


def test_what_a_page_showed_comes_back() -> None:
    shown = {7: "0123abcd", 12: "ffffffff"}
    assert read_shown(write_shown(shown)) == shown
    assert read_shown("7-zz x 8- -1-0123abcd") == {}
