"""What the office may write into a letter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.texts.facts import BODY, SUBJECT, Text
from app.texts.kinds import BLOCKS, KINDS, Kind
from app.texts.letters import filled
from app.texts.rules import Fault, faults

CONFIRMED = KINDS["confirmed"]
BLOCKS_ONLY = "\n".join(one.written("ja") for one in CONFIRMED.must)


def whole(kind: Kind, locale: str = "ja", more: str = "") -> Text:
    """The shortest text that is accepted."""
    blocks = "\n".join(one.written(locale) for one in kind.must)
    return Text(subject="件名", body=f"{blocks}\n{more or 'こんにちは'}")


def found(**changed: str) -> list[tuple[str, str, str]]:
    text = Text(**{"subject": "件名", "body": BLOCKS_ONLY, **changed})
    return [(one.field, one.code, one.written) for one in faults(text, CONFIRMED, "ja")]


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_shortest_text_of_each_kind_is_accepted(code: str, locale: str) -> None:
    assert faults(whole(KINDS[code], locale), KINDS[code], locale) == ()


@pytest.mark.parametrize(
    ("kind", "block"), [(kind, one) for kind in KINDS.values() for one in kind.must]
)
def test_what_the_reader_would_miss_cannot_be_left_out(kind: Kind, block: Any) -> None:
    text = whole(kind)
    without = Text(subject=text.subject, body=text.body.replace(block.written("ja"), ""))
    assert Fault(field="body", code="missing", written=block.written("ja")) in faults(
        without, kind, "ja"
    )


def test_every_letter_with_a_link_must_keep_it() -> None:
    for kind in KINDS.values():
        links = {"link", "other", "leave", "changes"} & {*kind.blocks}
        assert links <= {one.code for one in kind.must}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"subject": "{{内容}}"}, ("subject", "not_here", "{{内容}}")),
        ({"subject": "{{日にち}}"}, ("subject", "empty", "")),
        ({"subject": " "}, ("subject", "empty", "")),
        ({"subject": "a\r\nBcc: x@example.com"}, ("subject", "line", "")),
        ({"subject": "a\u2028b"}, ("subject", "line", "")),
        ({"subject": "あ" * (SUBJECT + 1)}, ("subject", "length", "")),
        ({"subject": "{{お名前}}"}, ("subject", "unknown", "{{お名前}}")),
        ({"body": BLOCKS_ONLY + "\n{{氏明}}"}, ("body", "unknown", "{{氏明}}")),
        ({"body": BLOCKS_ONLY + "\n{{氏名}"}, ("body", "braces", "{{氏名}")),
        ({"body": BLOCKS_ONLY + "\n{{リンク}}です"}, ("body", "not_alone", "{{リンク}}")),
        ({"body": BLOCKS_ONLY + "\n{{署名}}{{リンク}}"}, ("body", "not_alone", "{{リンク}}")),
        ({"body": BLOCKS_ONLY + "\n{{変更点}}"}, ("body", "unknown", "{{変更点}}")),
        ({"body": BLOCKS_ONLY + "あ" * BODY}, ("body", "length", "")),
    ],
)
def test_a_text_that_would_not_do_is_refused(
    changed: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert expected in found(**changed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("お名前", "{{氏名}}"),
        ("日時", "{{日にち}}"),
        ("確認のリンク", "{{リンク}}"),
        ("連絡先", "{{署名}}"),
    ],
)
def test_what_was_meant_is_named(typed: str, meant: str) -> None:
    text = Text(subject="件名", body=f"{BLOCKS_ONLY}\n{{{{{typed}}}}}")
    (fault,) = faults(text, CONFIRMED, "ja")
    assert fault.nearest == meant


def test_width_and_spaces_do_not_matter() -> None:
    assert found(body=BLOCKS_ONLY.replace("{{リンク}}", "  ｛｛ リンク ｝｝ ")) == []


LINES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    st.sampled_from([name for one in BLOCKS.values() for name in (one.written("ja"), "{", "}}")]),
    st.sampled_from(
        ["{{氏名}} 様", "{氏名}", "{{name}}", "{{ 受付番号 }}{", "}{{日にち}}", "%(name)s"]
    ),
)


@given(data=st.data(), kind=st.sampled_from([*KINDS.values()]), subject=LINES)
def test_whatever_is_accepted_is_filled_in_whole(data: Any, kind: Kind, subject: str) -> None:
    blocks = [one.written("ja") for one in kind.must]
    more = data.draw(st.lists(LINES, max_size=5))
    lines = data.draw(st.permutations([*blocks, *more]))
    text = Text(subject=subject, body="\n".join(lines))
    if faults(text, kind, "ja"):
        return
    plain = st.text(st.sampled_from("あいab 。\n"), max_size=20)
    optional = {one.code for one in kind.words.variables if one.optional}
    values = {
        one.code: data.draw(plain) if one.code in optional else f"<{one.code}>"
        for one in kind.words.variables
    }
    made = filled(kind, text, {**values, "sample": ""})
    assert made.subject
    assert "\n" not in made.subject
    for part in (made.subject, made.body):
        assert kind.words.found(part) == {}
        assert "{{" not in part
        assert "}}" not in part
    assert all(f"<{one.code}>" in made.body for one in kind.must if one.code not in optional)
