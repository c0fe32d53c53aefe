"""Whether a text can be stored: whatever is accepted makes a whole letter for everybody. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.texts.facts import BODY, SUBJECT, Text
from app.texts.kinds import BLOCKS, Kind

Field = Literal["subject", "body"]
Code = Literal["unknown", "braces", "missing", "not_alone", "not_here", "empty", "length", "line"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a text is refused. ``written``: the variable it is about; ``nearest``: what was meant."""

    field: Field
    code: Code
    written: str = ""
    nearest: str = ""


def faults(text: Text, kind: Kind, locale: str) -> tuple[Fault, ...]:
    """All that keeps ``text`` from being stored, in the order of the form."""
    return (*_of_subject(text.subject, kind), *_of_body(text.body, kind, locale))


def _of_subject(subject: str, kind: Kind) -> Iterator[Fault]:
    yield from _of_variables("subject", subject, kind)
    blocks = [one for code, one in kind.words.found(subject).items() if code in BLOCKS]
    for written in blocks:
        yield Fault(field="subject", code="not_here", written=written)
    if not blocks and kind.words.may_be_empty(subject):
        yield Fault(field="subject", code="empty")
    if len(subject) > SUBJECT:
        yield Fault(field="subject", code="length")
    if len(subject.splitlines()) > 1:
        yield Fault(field="subject", code="line")


def _of_body(body: str, kind: Kind, locale: str) -> Iterator[Fault]:
    yield from _of_variables("body", body, kind)
    if not body.strip():
        yield Fault(field="body", code="empty")
    if len(body) > BODY:
        yield Fault(field="body", code="length")
    there = kind.words.found(body)
    for one in kind.must:
        if one.code not in there:
            yield Fault(field="body", code="missing", written=one.written(locale))
    for written in sorted(_beside_words(body, kind)):
        yield Fault(field="body", code="not_alone", written=written)


def _beside_words(body: str, kind: Kind) -> set[str]:
    """Blocks that share their line: a word after a link would become part of its address."""
    return {
        written
        for line in body.split("\n")
        for code, written in kind.words.found(line).items()
        if code in BLOCKS and line.strip() != written
    }


def _of_variables(field: Field, text: str, kind: Kind) -> Iterator[Fault]:
    for one in kind.words.find_problems(text):
        yield Fault(field=field, code=one.kind, written=one.written, nearest=one.nearest)
