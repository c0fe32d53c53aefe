"""White space, control characters, compatibility forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.text import clean_block, clean_line, has_control, nfkc

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  見本　　花子\u3000", "見本 花子"),
        ("見本\u00a0花子", "見本 花子"),
        ("髙橋 ①𠮷😀 ｶﾅ ＡＢ", "髙橋 ①𠮷😀 ｶﾅ ＡＢ"),
        ("か\u3099", "か\u3099"),
        (" \u3000\t", ""),
    ],
)
def test_clean_line(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


@given(ANY_TEXT)
def test_clean_line_removes_white_space_only(raw: str) -> None:
    clean = clean_line(raw)
    assert clean_line(clean) == clean
    assert "".join(clean.split()) == "".join(raw.split())


@pytest.mark.parametrize(
    "raw",
    [
        "a\r\nBcc: b",
        "a\nb",
        "a\rb",
        "a\tb",
        "a\0",
        "\x1b[0m",
        "\x7f",
        "\x85",
        "\u202e",
        "\u202a",
        "\u2066",
        "\u2069",
    ],
)
def test_has_control(raw: str) -> None:
    assert has_control(raw)


def test_half_a_surrogate_pair_is_control() -> None:
    assert all(has_control(raw) for raw in ("\ud800", "\udfff"))


@pytest.mark.parametrize("raw", ["", "見本 花子", "\u3000", "髙①𠮷😀", "👩\u200d🌾", "か\u3099"])
def test_plain_text_has_no_control(raw: str) -> None:
    assert not has_control(raw)
    assert not has_control(raw, multiline=True)


def test_several_lines_may_have_line_ends_and_tabs() -> None:
    assert not has_control("a\r\nb\n\tc", multiline=True)
    assert all(has_control(raw, multiline=True) for raw in ("a\rb", "a\0b", "\u202e", "\ud800"))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a  \r\nb\t\r\n\r\nc", "a\nb\n\nc"),
        ("\n\n a\n  b \n\n", "a\n  b"),
        ("a\rb", "a\nb"),
        (" \r\n ", ""),
    ],
)
def test_clean_block(raw: str, clean: str) -> None:
    assert clean_block(raw) == clean


@given(ANY_TEXT)
def test_clean_block_is_done_once(raw: str) -> None:
    assert clean_block(clean_block(raw)) == clean_block(raw)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [("ＡＢＣ１２３＠", "ABC123@"), ("ｶﾞｯｺｳ", "ガッコウ"), ("か゛", "が"), ("①", "1"), ("髙", "髙")],
)
def test_nfkc(raw: str, plain: str) -> None:
    assert nfkc(raw) == plain


@given(ANY_TEXT)
def test_nfkc_is_done_once(raw: str) -> None:
    assert nfkc(nfkc(raw)) == nfkc(raw)
