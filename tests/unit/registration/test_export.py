import pytest

from app.registration.lists.export import harmless


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


def test_a_number_of_bare_digits_keeps_its_zero() -> None:
    assert harmless("0463000000") == "'0463000000"
