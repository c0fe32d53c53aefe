"""The variables of a reminder: found, checked and filled in by plain replacement.

What the office writes is never given to a template engine, and what is filled in is not looked at
again: a name that reads {{氏名}} stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"(?P<open>[{｛]{1,3})(?P<name>[^{}｛｝\n]{0,60})(?P<close>[}｝]{1,3})")
_STRAY = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_NEAR = 0.3
DOUBLE = 2


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One thing that differs from letter to letter, with its Japanese and English name."""

    code: str
    ja: str
    en: str
    optional: bool = False
    """Whether some reader or some meeting has nothing to put there."""

    def written(self, locale: str) -> str:
        """As it stands in a text: {{氏名}} or {{name}}."""
        return f"{{{{{self.en if locale == 'en' else self.ja}}}}}"


VARIABLES = (
    Variable(code="name", ja="氏名", en="name"),
    Variable(code="title", ja="会の名前", en="meeting"),
    Variable(code="when", ja="日時", en="date and time", optional=True),
    Variable(code="venue", ja="会場", en="venue", optional=True),
    Variable(code="access", ja="行き方", en="how to get there", optional=True),
    Variable(code="online", ja="オンラインのつなぎ方", en="how to connect", optional=True),
    Variable(code="number", ja="受付番号", en="number"),
    Variable(code="way", ja="参加方法", en="way of taking part"),
    Variable(code="link", ja="確認のリンク", en="link"),
    Variable(code="telephone", ja="事務局の電話", en="office telephone"),
)
_MEANT = {
    **dict.fromkeys(("名前", "お名前", "氏名様", "宛名", "your name", "full name"), "氏名"),
    **dict.fromkeys(("会名", "会合", "会合名", "タイトル", "件名", "title", "event"), "会の名前"),
    **dict.fromkeys(("日付", "時間", "時刻", "開始時刻", "日にち", "date", "time", "when"), "日時"),
    **dict.fromkeys(("場所", "住所", "所在地", "place", "where", "address"), "会場"),
    **dict.fromkeys(("アクセス", "交通", "地図", "directions", "access"), "行き方"),
    **dict.fromkeys(
        ("つなぎ方", "接続方法", "オンライン", "zoom", "online", "connect"), "オンラインのつなぎ方"
    ),
    **dict.fromkeys(("番号", "申込番号", "整理番号"), "受付番号"),
    **dict.fromkeys(("リンク", "url", "変更のリンク", "manage link"), "確認のリンク"),
    **dict.fromkeys(("電話", "電話番号", "事務局電話", "telephone", "phone"), "事務局の電話"),
}
"""What people write for them, where likeness alone would guess badly."""
_BY_NAME = {name: variable for variable in VARIABLES for name in (variable.ja, variable.en)}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in a text that would travel as typed; ``nearest`` is what was meant, if any."""

    kind: Literal["unknown", "braces"]
    written: str
    nearest: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a filled text; ``wrong`` where it is a variable that does not exist."""

    text: str
    wrong: bool = False


def find_problems(text: str) -> tuple[Problem, ...]:
    """Every variable that is unknown or whose braces do not match, each once, in order."""
    found: dict[str, Problem] = {}
    for token in _TOKEN.finditer(text):
        problem = _judge(token)
        if problem is not None:
            found.setdefault(problem.written, problem)
    for stray in _STRAY.finditer(_TOKEN.sub("", text)):
        written = stray.group()
        found.setdefault(written, Problem(kind="braces", written=written, nearest=""))
    return tuple(found.values())


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each variable by its value (by code); '' takes a line with it that says no more."""
    return "".join(piece.text for piece in pieces(text, values))


def pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """``fill`` in pieces, so that a page can mark what is wrong."""
    lines = [line for line in text.split("\n") if not _says_nothing(line, values)]
    rest = "\n".join(lines)
    at = 0
    for token in _TOKEN.finditer(rest):
        variable = _variable(token)
        wrong = _judge(token) is not None
        if variable is None and not wrong:
            continue
        yield Piece(text=rest[at : token.start()])
        told = token.group() if variable is None else values[variable.code]
        yield Piece(text=told, wrong=wrong)
        at = token.end()
    yield Piece(text=rest[at:])


def correct(text: str, written: str, nearest: str) -> str:
    """Put the right variable where the wrong one stands; what is right stays as it is."""

    def mended(token: re.Match[str]) -> str:
        return nearest if token.group() == written else token.group()

    return _TOKEN.sub(mended, text)


def may_be_empty(text: str) -> bool:
    """Whether nothing would be left of ``text`` for a reader without the optional values."""
    values = {one.code: "" if one.optional else one.code for one in VARIABLES}
    return not fill(text, values).strip()


def _says_nothing(line: str, values: Mapping[str, str]) -> bool:
    """Whether a line was there only for values that are empty for this reader."""
    variables = [_variable(token) for token in _TOKEN.finditer(line)]
    return bool(variables) and all(v is not None and not values[v.code] for v in variables)


def _name(token: re.Match[str]) -> str:
    """The name between the braces, of any width, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", token["name"]).casefold().split())


def _is_double(token: re.Match[str]) -> bool:
    return len(token["open"]) == len(token["close"]) == DOUBLE


def _variable(token: re.Match[str]) -> Variable | None:
    return _BY_NAME.get(_name(token)) if _is_double(token) else None


def _judge(token: re.Match[str]) -> Problem | None:
    if _variable(token) is not None:
        return None
    name = _name(token)
    if len(token["open"]) == len(token["close"]) == 1 and name not in _BY_NAME:
        return None  # {like this}: somebody's own braces
    kind: Literal["unknown", "braces"] = "unknown" if _is_double(token) else "braces"
    return Problem(kind=kind, written=token.group(), nearest=_nearest(name))


def _nearest(name: str) -> str:
    """The variable most like ``name``, in its language; '' where none is."""

    def likeness(known: str) -> float:
        whole = 0.3 if known in name or (name and name in known) else 0.0
        return SequenceMatcher(None, name, known).ratio() + whole

    best = max(_BY_NAME, key=likeness)
    if name in _MEANT:
        meant = _BY_NAME[_MEANT[name]]
        return meant.written("en" if name.isascii() else "ja")
    return f"{{{{{best}}}}}" if likeness(best) >= _NEAR else ""
