"""Readings: from how they are written to pages and plain text, with nothing else touched."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from app.base.furigana import BASE, END, MARKS, READING, annotate, bare, in_brackets, to_html
from app.base.text import has_control

WITHOUT_MARKS = st.text(st.characters(exclude_characters="".join(MARKS), codec="utf-8")).filter(
    lambda text: r"\ufff9" not in text
)
PIECES = st.lists(
    st.sampled_from([BASE, READING, END, "名前", "なまえ", "<", ">", '"', "&", "|", " ", "a"])
).map("".join)
NAME = annotate("名前《なまえ》")
RUBY = "<ruby>名前<rp>(</rp><rt>なまえ</rt><rp>)</rp></ruby>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("お名前《なまえ》を書《か》く", "お名前(なまえ)を書(か)く"),
        (
            "|第30回《だいさんじゅっかい》総会《そうかい》",
            "第30回(だいさんじゅっかい)総会(そうかい)",
        ),
        ("6月《がつ》|20日《はつか》", "6月(がつ)20日(はつか)"),
        ("《》 と 《名》", "《》 と 《名》"),
        ("名前", "名前"),
    ],
)
def test_how_it_is_written(written: str, shown: str) -> None:
    assert in_brackets(annotate(written)) == shown


def test_a_page_shows_ruby_in_its_text_only() -> None:
    page = (
        f"<title>{NAME}</title><label>{NAME}</label>"
        f'<input aria-label="{NAME} {NAME}"><img\n alt="{NAME}">'
        f"<select><option value='1'>{NAME}</option></select><textarea>{NAME}</textarea>"
    )
    assert to_html(page) == (
        f"<title>名前</title><label>{RUBY}</label>"
        '<input aria-label="名前 名前"><img\n alt="名前">'
        "<select><option value='1'>名前</option></select><textarea>名前</textarea>"
    )


def test_data_for_machines_show_no_readings() -> None:
    script = r'<script type="application/ld+json">{"name": "\ufff9名前\ufffaなまえ\ufffb"}</script>'
    assert to_html(script) == '<script type="application/ld+json">{"name": "名前"}</script>'


@given(WITHOUT_MARKS)
def test_a_text_without_marks_passes_unchanged(text: str) -> None:
    assert to_html(text) == in_brackets(text) == bare(text) == text


@given(WITHOUT_MARKS.filter(lambda text: "《" not in text))
def test_a_text_without_readings_is_taken_as_it_is(text: str) -> None:
    assert annotate(text) == text


@given(PIECES, PIECES)
@example(f"{BASE}<b>{READING}x{END}", f'{BASE}a{READING}"{END}')
def test_whatever_is_marked_makes_no_other_markup(text: str, value: str) -> None:
    made = to_html(f'<p title="{escape(value)}">{escape(text)}</p>')
    tag, _end, rest = made.partition(">")
    assert "<" not in tag[1:]
    assert tag.count('"') == 2
    kinds = set(re.findall(r"</?([a-z]+)", rest))
    assert kinds <= {"p", "ruby", "rp", "rt"}
    assert MARKS.isdisjoint(made)


@given(PIECES)
def test_plain_texts_hold_no_marks(text: str) -> None:
    assert MARKS.isdisjoint(in_brackets(text))
    assert MARKS.isdisjoint(bare(text))


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_marks_cannot_be_typed(mark: str) -> None:
    assert has_control(f"見本{mark}花子")
    assert has_control(f"見本{mark}花子", multiline=True)
