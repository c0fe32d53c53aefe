"""Variables in texts that people write: found, checked and filled in by plain replacement.

Such a text is never given to a template engine, and what is filled in is not looked at again: a
name that reads {{氏名}} stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from app.base.postal import one_title

_TOKEN = re.compile(r"(?P<open>[{｛]{1,3})(?P<name>[^{}｛｝\n]{0,60})(?P<close>[}｝]{1,3})")
_STRAY = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_NEAR, _NEAR_LATIN = 0.5, 0.6
"""How like a name must be; Latin letters meet by chance more often than characters do."""
_DOUBLE = 2


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


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The variables that one kind of text knows.

    ``meant``: what people write for them, where likeness alone would guess badly.
    """

    variables: tuple[Variable, ...]
    meant: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, Variable]:
        return {name: one for one in self.variables for name in (one.ja, one.en)}

    def find_problems(self, text: str) -> tuple[Problem, ...]:
        """Every variable that is unknown or whose braces do not match, each once, in order."""
        found: dict[str, Problem] = {}
        for token in _TOKEN.finditer(text):
            problem = self._judge(token)
            if problem is not None:
                found.setdefault(problem.written, problem)
        for stray in _STRAY.finditer(_TOKEN.sub("", text)):
            written = stray.group()
            found.setdefault(written, Problem(kind="braces", written=written, nearest=""))
        return tuple(found.values())

    def found(self, text: str) -> dict[str, str]:
        """Each variable that stands in a text, by code, as it is first written there."""
        known = ((self._variable(token), token.group()) for token in _TOKEN.finditer(text))
        found: dict[str, str] = {}
        for variable, written in known:
            if variable is not None:
                found.setdefault(variable.code, written)
        return found

    def fill(self, text: str, values: Mapping[str, str]) -> str:
        """Replace each variable by its value (by code); '' takes a line that says no more."""
        return "".join(piece.text for piece in self.pieces(text, values))

    def pieces(self, text: str, values: Mapping[str, str]) -> Iterator[Piece]:
        """``fill`` in pieces, so that a page can mark what is wrong."""
        lines = [line for line in text.split("\n") if not self._says_nothing(line, values)]
        rest = "\n".join(lines)
        at, last = 0, ""
        for token in _TOKEN.finditer(rest):
            variable = self._variable(token)
            wrong = self._judge(token) is not None
            if variable is None and not wrong:
                continue
            yield Piece(text=_behind(last, rest[at : token.start()]))
            told = token.group() if variable is None else values[variable.code]
            yield Piece(text=told, wrong=wrong)
            at, last = token.end(), told
        yield Piece(text=_behind(last, rest[at:]))

    def may_be_empty(self, text: str) -> bool:
        """Whether nothing would be left of ``text`` for a reader without the optional values."""
        values = {one.code: "" if one.optional else one.code for one in self.variables}
        return not self.fill(text, values).strip()

    def _says_nothing(self, line: str, values: Mapping[str, str]) -> bool:
        """Whether a line was there only for values that are empty for this reader."""
        found = [self._variable(token) for token in _TOKEN.finditer(line)]
        return bool(found) and all(v is not None and not values[v.code] for v in found)

    def _variable(self, token: re.Match[str]) -> Variable | None:
        return self._by_name.get(_name(token)) if _is_double(token) else None

    def _judge(self, token: re.Match[str]) -> Problem | None:
        if self._variable(token) is not None:
            return None
        name = _name(token)
        if len(token["open"]) == len(token["close"]) == 1 and name not in self._by_name:
            return None  # {like this}: somebody's own braces
        kind: Literal["unknown", "braces"] = "unknown" if _is_double(token) else "braces"
        return Problem(kind=kind, written=token.group(), nearest=self._nearest(name))

    def _nearest(self, name: str) -> str:
        """The variable most like ``name``, in its language; '' where none is."""

        def likeness(known: str) -> float:
            whole = 0.3 if known in name or (name and name in known) else 0.0
            return SequenceMatcher(None, name, known).ratio() + whole

        best = max(self._by_name, key=likeness)
        if name in self.meant:
            meant = self._by_name[self.meant[name]]
            return meant.written("en" if name.isascii() else "ja")
        least = _NEAR_LATIN if name.isascii() else _NEAR
        return f"{{{{{best}}}}}" if likeness(best) >= least else ""


def correct(text: str, written: str, nearest: str) -> str:
    """Put the right variable where the wrong one stands; what is right stays as it is."""

    def mended(token: re.Match[str]) -> str:
        return nearest if token.group() == written else token.group()

    return _TOKEN.sub(mended, text)


def _name(token: re.Match[str]) -> str:
    """The name between the braces, of any width, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", token["name"]).casefold().split())


def _is_double(token: re.Match[str]) -> bool:
    return len(token["open"]) == len(token["close"]) == _DOUBLE


def _behind(told: str, rest: str) -> str:
    """What follows a value: without the title of {{氏名}} 様 where the name has one of its own."""
    return one_title(told + rest, [told])[len(told) :] if told else rest
