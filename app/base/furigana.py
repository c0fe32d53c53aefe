"""Furigana: readings of kanji, from how texts are written to how pages and letters show them.

Written 漢字《かんじ》, or ``|`` before the base where it is more than the kanji just before:
|6月《がつ》. Inside the program the characters that Unicode keeps for it stand around base and
reading (U+FFF9 to U+FFFB, interlinear annotation): nobody can type them (``has_control``), and they
come through escaping, so that only the very last step makes markup, and only this one kind.
"""

import re

BASE, READING, END = "\ufff9", "\ufffa", "\ufffb"
MARKS = frozenset((BASE, READING, END))

_KANJI = "々〆ヶ〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WRITTEN = re.compile(f"(?:[|｜]([^|｜《》\n]+)|([{_KANJI}]+))《([^《》\n]+)》")
_MARKED = re.compile(f"{BASE}([^{BASE}-{END}<>]*){READING}([^{BASE}-{END}<>]*){END}")
_LEFT_OVER = re.compile(f"[{BASE}-{END}]")
# What holds no markup, and tags: both show the base alone. Possessive, so in linear time.
_UNMARKED = re.compile(
    r"<(title|textarea|option|script|style)\b[^<>]*+>.*?</\1>"
    f"|<[^<>{BASE}]*+{BASE}[^<>]*+>",
    re.DOTALL,
)
_IN_JSON = re.compile(r"\\ufff9(.*?)\\ufffa.*?\\ufffb")
_RUBY = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"


def annotate(written: str) -> str:
    """From the written form to the marked one; a text without 《 stays as it is."""
    if "《" not in written:
        return written
    return _WRITTEN.sub(
        lambda found: f"{BASE}{found[1] or found[2]}{READING}{found[3]}{END}", written
    )


def to_html(page: str) -> str:
    """A whole page with <ruby> in its text; attributes, titles and choices show the base alone."""
    if BASE not in page and r"\ufff9" not in page:
        return _swept(page)
    page = _UNMARKED.sub(lambda found: bare(found[0]), page)
    return _swept(_MARKED.sub(_RUBY, page))


def in_brackets(text: str) -> str:
    """For plain text: 漢字(かんじ)."""
    return _swept(_MARKED.sub(r"\1(\2)", text))


def bare(text: str) -> str:
    """The base alone, as for subjects and calendars; marks escaped in JSON are found, too."""
    return _swept(_MARKED.sub(r"\1", _IN_JSON.sub(r"\1", text)))


def _swept(text: str) -> str:
    """Marks that have lost their partners go."""
    return _LEFT_OVER.sub("", text) if any(mark in text for mark in MARKS) else text
