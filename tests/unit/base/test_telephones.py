"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.text import normalise_telephone, outside_number, read_extension, telephone_digits

ANY_TEXT = st.text(st.characters(exclude_categories=()))
TELEPHONE_LIKE = st.text("+0123456789０１８９-ー−() .", max_size=24)
HYPHENS = "-‐‑‒–—―−－ｰー─一 　."


@pytest.mark.parametrize(
    ("raw", "tel"),
    [
        ("03-0000-0000", "03-0000-0000"),
        ("06-0000-0000", "06-0000-0000"),
        ("0312345678", "03-1234-5678"),
        ("03(1234)5678", "03-1234-5678"),
        ("（０３）１２３４－５６７８", "03-1234-5678"),
        ("03 1234 5678", "03-1234-5678"),
        ("0451234567", "045-123-4567"),
        ("0463123456", "0463123456"),
        ("0463-12-3456", "0463-12-3456"),
        ("0463(12)3456", "0463-12-3456"),
        ("090-0000-0000", "090-0000-0000"),
        ("09012345678", "090-1234-5678"),
        ("090-12345678", "090-1234-5678"),
        ("060-1234-5678", "060-1234-5678"),
        ("05012345678", "050-1234-5678"),
        ("\u202a090 1234 5678\u202c", "090-1234-5678"),
        ("0120000000", "0120-000-000"),
        ("0120-00-0000", "0120-000-000"),
        ("08001234567", "0800-123-4567"),
        ("0570000000", "0570-000-000"),
        ("+81-90-1234-5678", "+81-90-1234-5678"),
        ("+81 (0)90 1234 5678", "+81-90-1234-5678"),
        ("+819012345678", "+81-90-1234-5678"),
        ("＋８１３１２３４５６７８", "+81-3-1234-5678"),
        ("(+81) 3 1234 5678", "+81-3-1234-5678"),
        ("+1 (212) 555-0100", "+1-212-555-0100"),
        ("+442079460000", "+442079460000"),
        *((f"090{hyphen}1234{hyphen}5678", "090-1234-5678") for hyphen in HYPHENS),
    ],
)
def test_what_people_type(raw: str, tel: str) -> None:
    assert normalise_telephone(raw) == tel


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("123", "内線123"),
        ("内線　１２３", "内線123"),
        ("ext. 12", "内線12"),
        ("内線123", "内線123"),
        ("1", None),
        ("0123", None),
        ("123456", None),
        ("03-1234", None),
        ("なし", None),
        ("", None),
    ],
)
def test_an_extension_alone(raw: str, told: str | None) -> None:
    assert read_extension(raw) == told


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "+",
        "-",
        "なし",
        "12345678",
        "1234-5678",
        "090-1234-567",
        "090-1234-56789",
        "03-1234-56789",
        "03-1234-567",
        "1234567890123456",
        "+81-90-1234",
        "+81",
        "+0123456789",
        "03-1234 内線5678",
        "内線12",
        "03-1234-5678 内線1234567",
        "090-1234\n-5678",
        "090/1234/5678",
        "++819012345678",
        "٠٩٠١٢٣٤٥٦٧٨",
    ],
)
def test_what_cannot_be_a_number(raw: str) -> None:
    assert normalise_telephone(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "03-1234-5678 内線12",
        "０３－１２３４－５６７８　内線１２",
        "03-1234-5678(内線12)",
        "03-1234-5678（内線:12）",
        "03-1234-5678、内線番号12",
        "03-1234-5678(内)12",
        "03 1234 5678 内12",
        "0312345678 ext. 12",
        "0312345678x12",
        "03-1234-5678, Extension 12",
    ],
)
def test_an_extension_follows_the_number(raw: str) -> None:
    tel = normalise_telephone(raw)
    assert tel == "03-1234-5678 内線12"
    assert normalise_telephone(tel) == tel
    assert telephone_digits(tel) == "0312345678", "what is dialled and searched for"
    assert outside_number(tel) == "03-1234-5678"


@given(ANY_TEXT | TELEPHONE_LIKE)
def test_a_number_is_digits_and_hyphens_and_stays(raw: str) -> None:
    tel = normalise_telephone(raw)
    if tel is not None:
        number = outside_number(tel)
        assert set(number) <= set("+0123456789-")
        assert 9 <= sum(c.isdigit() for c in number) <= 15
        assert normalise_telephone(tel) == tel
        assert telephone_digits(tel) == telephone_digits(raw)


@pytest.mark.parametrize(
    ("tel", "digits"),
    [
        ("090-1234-5678", "09012345678"),
        ("+81-90-1234-5678", "09012345678"),
        ("+81(0)90 1234 5678", "09012345678"),
        ("＋８１９０１２３４５６７８", "09012345678"),
        ("０９０ー１２３４", "0901234"),
        ("+1-212-555-0100", "12125550100"),
        ("見本", ""),
    ],
)
def test_telephone_digits(tel: str, digits: str) -> None:
    assert telephone_digits(tel) == digits


@given(ANY_TEXT)
def test_digits_are_digits(raw: str) -> None:
    assert set(telephone_digits(raw)) <= set("0123456789")
