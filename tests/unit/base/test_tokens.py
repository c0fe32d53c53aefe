"""Signed links, form keys, digests."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.tokens import FormSigner, FormToken, FormTokenProblem, LinkSigner, content_digest

OLD, NEW = b"old key " * 4, b"new key " * 4
LINKS = LinkSigner([NEW])
FORMS = FormSigner([NEW])
NOW = datetime(2026, 6, 16, 8, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
ANY_TEXT = st.text(st.characters(exclude_categories=()))
NUMBERS = st.lists(st.integers(0, 2**63 - 1), max_size=4)
TOKEN_LETTERS = "abcdefghijklmnopqrstuvwxyz234567ABZ019-=_ "


@given(NUMBERS)
def test_a_link_gives_its_numbers_back(numbers: list[int]) -> None:
    token = LINKS.sign("manage", *numbers)
    assert re.fullmatch("[a-z2-7]+", token)
    assert LINKS.sign("manage", *numbers) == token
    assert LINKS.verify("manage", token, len(numbers)) == tuple(numbers)
    assert LINKS.verify("manage", token, len(numbers) + 1) is None
    assert LINKS.verify("cancel", token, len(numbers)) is None
    assert LinkSigner([OLD]).verify("manage", token, len(numbers)) is None


def test_a_link_is_short() -> None:
    assert len(LINKS.sign("manage", 12345, 1)) <= 32


@given(NUMBERS, st.data())
def test_a_link_with_one_letter_changed_is_refused(numbers: list[int], data: st.DataObject) -> None:
    token = LINKS.sign("manage", *numbers)
    at = data.draw(st.integers(0, len(token)))
    for changed in (
        token[:at] + data.draw(st.sampled_from(TOKEN_LETTERS)) + token[at + 1 :],
        token[:at] + data.draw(st.sampled_from(TOKEN_LETTERS)) + token[at:],
        token[:at],
    ):
        assert changed == token or LINKS.verify("manage", changed, len(numbers)) is None


@given(ANY_TEXT | st.text(TOKEN_LETTERS, max_size=60), st.integers(0, 3))
def test_any_text_is_refused(raw: str, count: int) -> None:
    assert LINKS.verify("manage", raw, count) is None
    assert FORMS.read("signup", raw or "x", NOW, DAY) is FormTokenProblem.FORGED


def test_only_one_spelling_is_good() -> None:
    token = LINKS.sign("manage", 7, 1)
    others = {letter for letter in "abcdefghijklmnopqrstuvwxyz234567" if letter != token[-1]}
    wrong = [token.upper(), token + "=", f" {token}", *(token[:-1] + letter for letter in others)]
    assert [LINKS.verify("manage", text, 2) for text in wrong] == [None] * len(wrong)


@pytest.mark.parametrize("number", [-1, 2**63])
def test_numbers_outside_the_range_are_not_signed(number: int) -> None:
    with pytest.raises(ValueError, match="63 bits"):
        LINKS.sign("manage", number)


def test_keys_can_be_changed() -> None:
    old_link, old_form = LinkSigner([OLD]).sign("m", 1), FormSigner([OLD]).issue("f", NOW)
    assert LinkSigner([NEW, OLD]).verify("m", old_link, 1) == (1,)
    assert LinkSigner([NEW, OLD]).sign("m", 1) == LinkSigner([NEW]).sign("m", 1) != old_link
    assert isinstance(FormSigner([NEW, OLD]).read("f", old_form, NOW, DAY), FormToken)
    assert FormSigner([NEW]).read("f", old_form, NOW, DAY) is FormTokenProblem.FORGED


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b""]])
def test_keys_must_be_strong(keys: list[bytes]) -> None:
    for signer in (LinkSigner, FormSigner):
        with pytest.raises(ValueError, match="key"):
            signer(keys)


def test_a_form_gives_its_key_and_moment_back() -> None:
    first, second = (FORMS.read("f", FORMS.issue("f", NOW), NOW + DAY, DAY) for _ in range(2))
    assert isinstance(first, FormToken)
    assert isinstance(second, FormToken)
    assert first.issued_at == NOW
    assert re.fullmatch("[0-9a-f]{32}", first.key)
    assert first.key != second.key


def test_the_same_form_sent_twice_has_one_key() -> None:
    raw = FORMS.issue("f", NOW)
    assert FORMS.read("f", raw, NOW, DAY) == FORMS.read("f", raw, NOW + timedelta(hours=1), DAY)


def test_what_can_be_wrong_with_a_form() -> None:
    raw = FORMS.issue("f", NOW)
    late = NOW + DAY + timedelta(microseconds=1)
    assert FORMS.read("f", None, NOW, DAY) is FormTokenProblem.MISSING
    assert FORMS.read("f", "", NOW, DAY) is FormTokenProblem.MISSING
    assert FORMS.read("g", raw, NOW, DAY) is FormTokenProblem.FORGED
    assert FORMS.read("g", raw, late, DAY) is FormTokenProblem.FORGED
    assert FORMS.read("f", raw, late, DAY) is FormTokenProblem.EXPIRED
    assert isinstance(FORMS.read("f", raw, NOW - timedelta(seconds=5), DAY), FormToken)


def test_a_link_is_no_form() -> None:
    link = LINKS.sign("f", *[1] * 24)
    assert FORMS.read("f", link, NOW, DAY) is FormTokenProblem.FORGED


@given(st.integers(0, 63), st.sampled_from(TOKEN_LETTERS))
def test_a_form_with_one_letter_changed_is_refused(at: int, letter: str) -> None:
    raw = FORMS.issue("f", NOW)
    changed = raw[:at] + letter + raw[at + 1 :]
    assert changed == raw or FORMS.read("f", changed, NOW, DAY) is FormTokenProblem.FORGED


def test_naive_moments_are_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        FORMS.issue("f", naive)
    with pytest.raises(ValueError, match="aware"):
        FORMS.read("f", FORMS.issue("f", NOW), naive, DAY)


def test_content_digest() -> None:
    digest = content_digest({"name": "見本 花子", "ways": ["venue"], "note": None})
    assert digest == content_digest({"note": None, "ways": ["venue"], "name": "見本 花子"})
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest != content_digest({"name": "見本 太郎", "ways": ["venue"], "note": None})
    assert content_digest({"a": "1"}) != content_digest({"a": 1})


def test_content_digest_takes_plain_json_only() -> None:
    with pytest.raises(TypeError):
        content_digest({"at": NOW})
    with pytest.raises(ValueError, match="JSON"):
        content_digest({"x": float("nan")})


@given(st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_any_texts_have_a_digest(content: dict[str, str]) -> None:
    assert content_digest(content) == content_digest(dict(reversed(content.items())))
