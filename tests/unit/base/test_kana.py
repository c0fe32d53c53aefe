"""Readings and Latin names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.text import is_latin_name, is_reading, to_hiragana_reading

ANY_TEXT = st.text(st.characters(exclude_categories=()))
KANA = st.text("あいがぱっゃんーゝァイガパッャンヴｶﾞﾊﾟｰ 　・-−", min_size=1)


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        ("みほん はなこ", "みほん はなこ"),
        ("ミホン　ハナコ", "みほん はなこ"),
        ("ﾐﾎﾝ ﾊﾅｺ", "みほん はなこ"),
        ("ｼﾞｭﾝﾍﾟｲ", "じゅんぺい"),
        ("ヴァンダ", "ゔぁんだ"),
        ("マリー", "まりー"),
        ("ﾏﾘｰ", "まりー"),
        *((f"セ{dash}ラ", "せーら") for dash in "‐-–—−ｰ-－―─ー"),
        ("マリ−", "まりー"),
        ("か゛くと", "がくと"),
        ("か\u3099くと", "がくと"),
        ("ジョン・スミス", "じょん・すみす"),
        ("ｼﾞｮﾝ･ｽﾐｽ", "じょん・すみす"),
        ("みすヾ", "みすゞ"),
        ("Smith-Jones", "Smith-Jones"),
        ("  ", ""),
    ],
)
def test_to_hiragana_reading(raw: str, reading: str) -> None:
    assert to_hiragana_reading(raw) == reading


@given(ANY_TEXT)
def test_reading_is_brought_into_form_once(raw: str) -> None:
    assert to_hiragana_reading(to_hiragana_reading(raw)) == to_hiragana_reading(raw)


@given(KANA)
def test_kana_of_any_kind_are_no_katakana_afterwards(raw: str) -> None:
    assert not any("ァ" <= c <= "ヶ" or "ｦ" <= c <= "ﾟ" for c in to_hiragana_reading(raw))


@pytest.mark.parametrize(
    "text", ["みほん はなこ", "まりー", "じょん・すみす", "みすゞ", "ゔ", "ゕ", "あ　い"]
)
def test_is_reading(text: str) -> None:
    assert is_reading(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ー",
        "・",
        "見本",
        "ミホン",
        "mihon",
        "みほん1",
        "みほん\n",
        "\nみほん",
        "みほん-",
        "み゛",
    ],
)
def test_is_no_reading(text: str) -> None:
    assert not is_reading(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hanako Mihon",
        "O'Brien",
        "O’Brien",
        "J. R. Smith-Jones",
        "Nguyễn Văn A",
        "Müller",
        "Ångström",
        "Mu\u0308ller",
        "Ọ\u0300la",
        "Ｓｍｉｔｈ",
        "Ł",
    ],
)
def test_is_latin_name(text: str) -> None:
    assert is_latin_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "見本",
        "みほん",
        "Smith 花子",
        "Иван",
        "A1",
        "✝",
        "Smith\n",
        "①",
        "\u0301",
        "김",
    ],
)
def test_is_no_latin_name(text: str) -> None:
    assert not is_latin_name(text)


@given(ANY_TEXT)
def test_any_text_can_be_asked_about(text: str) -> None:
    assert not (is_reading(text) and is_latin_name(text))
