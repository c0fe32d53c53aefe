"""Sorting by reading and searching."""

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.text import search_key, search_term, sort_key

ANY_TEXT = st.text(st.characters(exclude_categories=()))
READINGS = st.text("あいうかがさざはばぱっゃやんーゝ ・", max_size=12)
NAME = "見本花子髙﨑サンプルみほんｶﾅABcd019"

IN_ORDER = [
    "あ",
    "あべ たろう",
    "あべの あい",
    "いとう",
    "うえだ",
    "えー",
    "えん",
    "おの",
    "かとう",
    "がとう",
    "かない",
    "きょうこ",
    "きようこ",
    "さとう あい",
    "さとう いちろう",
    "さとうだ あい",
    "すー",
    "すぅ",
    "すう",
    "せいら",
    "せーら",  # ー is え here, and え follows い
    "たなか",
    "つた",
    "ハシモト",
    "はなこ",
    "ばなこ",
    "ぱなこ",
    "はなこあ",
    "はやし たろう",
    "はやしだ あい",
    "みほん はなこ",
    "れい いちろう",
    "わた",
    "をだ",
    "んま",
]


def test_the_order_of_the_kana() -> None:
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=lambda reading: sort_key(reading, "")) == IN_ORDER
    assert len({sort_key(reading, "") for reading in IN_ORDER}) == len(IN_ORDER)


@pytest.mark.parametrize(
    "same",
    [
        ("ミホン　ハナコ", "みほん はなこ"),
        ("ﾐﾎﾝ ﾊﾅｺ", "みほん はなこ"),
        ("じょん・すみす", "ジョン スミス"),
    ],
)
def test_kind_and_width_of_kana_do_not_count(same: tuple[str, str]) -> None:
    assert sort_key(same[0], "見本") == sort_key(same[1], "見本")


def test_the_same_reading_goes_by_name() -> None:
    assert sort_key("みほん", "三本") < sort_key("みほん", "見本") < sort_key("みほんあ", "一")


def test_who_has_no_reading_comes_after_by_name() -> None:
    in_order = [sort_key("んん", ""), *(sort_key("", n) for n in ("Abe", "abel", "Ｂaker", "見本"))]
    assert in_order == sorted(in_order)
    assert sort_key("Smith", "smith") == sort_key("", "SMITH")


@given(READINGS, ANY_TEXT, ANY_TEXT)
def test_any_reading_before_none(reading: str, name: str, other: str) -> None:
    if re.search("[あ-ん]", reading):
        assert sort_key(reading, name) < sort_key("", other)


@given(ANY_TEXT | READINGS.map(lambda part: part * 20), ANY_TEXT)
def test_a_sort_key_is_short_and_sorts_alike_everywhere(reading: str, name: str) -> None:
    key = sort_key(reading, name)
    assert len(key) <= 200
    assert re.fullmatch("[0-9a-z]+", key)
    assert key == sort_key(reading, name)


@pytest.mark.parametrize(
    "query",
    [
        "見本",
        "花子",
        "みほん",
        "ミホン",
        "ﾐﾎﾝ",
        "みほんは",
        "ﾊﾅｺ",
        "さんぷる社",
        "サンプル社",
        "Ａ０１２３",
        "a-0123",
        "A0123",
        "HANAKO",
        "ｈａｎａｋｏ＠",
        "example.com",
        "090-1234",
        "０９０ー１２３４",
        "1234 5678",
        "高見",
        "髙見",
        "せんた",
        "ｾﾝﾀｰ",
        "見　本",
    ],
)
def test_any_part_is_found_in_any_width_and_kana(query: str) -> None:
    key = search_key(
        "見本 花子", "みほん はなこ", "（株）サンプル社 センター", "A-0123",
        "hanako@example.com", "090-1234-5678", "髙見",
    )  # fmt: skip
    assert search_term(query) in key


@pytest.mark.parametrize("query", ["花子みほん", "花子\nみほん", "本花", "はな"])
def test_a_match_does_not_cross_parts(query: str) -> None:
    found = search_term(query) in search_key("見本花子", "みほん")
    assert found is (query == "本花")


@given(ANY_TEXT)
def test_a_term_is_brought_into_form_once_and_has_no_line_end(raw: str) -> None:
    term = search_term(raw)
    assert "\n" not in term
    assert search_term(term) == term


@given(st.text(NAME + " 　-ー", max_size=20), st.data())
def test_every_part_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    ends = list(itertools.combinations(range(len(text) + 1), 2))
    start, end = data.draw(st.sampled_from(ends)) if ends else (0, 0)
    assert search_term(text[start:end]) in search_key("x", text)
