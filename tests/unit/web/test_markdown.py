"""What the office writes in Markdown: shown as meant, and nothing of it can run or load."""

import pytest

from app.base.furigana import annotate
from app.base.furigana import to_html as with_readings
from app.web.markdown import to_html, to_plain

WRITTEN = """# 総会

一行目
**二行目**

- [議案書](https://example.com/gian)

| 時刻 | 内容 |
|---|---|
| 10:30 | 開会 |
"""


def test_what_is_written_is_shown() -> None:
    made = to_html(WRITTEN)
    assert "<h3>総会</h3>" in made, "pages have their own first and second headings"
    assert "一行目<br>" in made
    assert "<strong>二行目</strong>" in made
    assert (
        '<li><a href="https://example.com/gian" rel="noopener noreferrer">議案書</a></li>' in made
    )
    assert "<td>10:30</td>" in made


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,1)",
        "![x](https://example.com/count.png)",
        '[x](https://example.com "a\\" onclick=\\"b")',
        '<https://example.com/" onclick="alert(1)>',
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_of_it_runs_or_loads(bad: str) -> None:
    made = to_html(bad)
    tags = [part.split(">")[0] for part in made.split("<")[1:]]
    assert not any(tag.startswith(("script", "img", "style", "iframe")) for tag in tags)
    assert not any("javascript:" in tag.lower() or "data:" in tag for tag in tags)
    assert not any('" onclick="' in tag for tag in tags)


def test_readings_come_through() -> None:
    made = with_readings(to_html(annotate("- **総会《そうかい》** です")))
    assert "<strong><ruby>総会<rp>(</rp><rt>そうかい</rt>" in made


def test_the_words_alone() -> None:
    assert to_plain(WRITTEN) == "総会 一行目 二行目 議案書 時刻 内容 10:30 開会"
    assert to_plain("A & B < C") == "A & B < C"
