"""Subject and body of a letter: the office's text, or the default, with its variables filled in.

The default text is a template like any other; a letter is always that text filled in, whoever
wrote it, so that the office starts from exactly what would have been sent.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from app.texts.facts import Text
from app.texts.kinds import KINDS, Kind
from app.web.association import speaker
from app.web.plaintext import render_text

Texts = Mapping[tuple[str, str], Text]
"""The office's texts of one series, by kind and language."""
NONE: Texts = {}
"""Every letter as it reads by default."""
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
SAMPLE = "sample"
_PARTS = {"title": "which"}
"""Parts that are not called as their variable."""


def compose(code: str, locale: str, texts: Texts, facts: Mapping[str, object]) -> Text:
    """A letter of kind ``code`` for a reader of ``locale``.

    Args:
        code: of ``KINDS``.
        locale: 'ja', 'en' or 'easy'.
        texts: the office's, of the series.
        facts: what the parts of the letter are made of (``templates/mail``).
    """
    kind = KINDS[code]
    text = texts.get((code, locale)) or default_text(code, locale)
    used = {**kind.words.found(text.subject), **kind.words.found(text.body)}
    return filled(kind, text, values_of(kind, locale, facts, used))


def filled(kind: Kind, text: Text, values: Mapping[str, str]) -> Text:
    """``text`` with these values in place of its variables; a sample always says that it is one."""
    subject, body = kind.words.fill(text.subject, values), kind.words.fill(text.body, values)
    return Text(subject=" ".join(subject.split()), body=tidy(f"{values[SAMPLE]}\n\n{body}"))


def values_of(
    kind: Kind, locale: str, facts: Mapping[str, object], codes: Iterable[str] | None = None
) -> dict[str, str]:
    """The value of each variable, or of those in ``codes``, in the language of the reader."""
    wanted = {one.code for one in kind.words.variables} if codes is None else codes
    return {code: _value(kind, code, locale, facts) for code in (*wanted, SAMPLE)}


@cache
def default_text(code: str, locale: str) -> Text:
    """What is sent while the office has no text of its own."""
    variables = {one.code: one.written(locale) for one in KINDS[code].words.variables}
    subject = render_text(f"mail/{code}/subject.txt", locale, **variables)
    body = render_text(f"mail/{code}/body.txt", locale, **variables)
    return Text(subject=" ".join(subject.split()), body=tidy(body))


def tidy(text: str) -> str:
    """Paragraphs one empty line apart, whatever was left out."""
    return _EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n")).strip() + "\n"


def _value(kind: Kind, code: str, locale: str, facts: Mapping[str, object]) -> str:
    if code in {"name", "number"}:
        return str(facts[code])
    if code == "telephone":
        return speaker(facts).telephone
    part = _PARTS.get(code, code)
    own = (f"mail/{kind.code}/{part}.txt", f"mail/parts/{part}.txt")
    return tidy(render_text(own, locale, **facts)).strip()
