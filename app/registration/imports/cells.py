"""What a row says: each cell brought into the form in which sign-ups are stored. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.base.addresses import BadAddress, parse_email
from app.base.postal import normalise_address
from app.base.text import (
    clean_block,
    clean_line,
    has_control,
    is_latin_name,
    is_reading,
    nfkc,
    normalise_telephone,
    read_extension,
    to_hiragana_reading,
)
from app.registration.imports.dates import read_day, write_day
from app.registration.imports.rows import FORMULA, MERGED, RawRow
from app.registration.lists.export import harmless

LIMITS: Mapping[str, int] = {
    "name": 80,
    "reading": 80,
    "organisation": 100,
    "role": 60,
    "email": 254,
    "telephone": 30,
    "fax": 30,
    "postal_address": 200,
    "note": 1000,
}
"""The most characters of a field, as everywhere in the house."""
OF_QUESTION = re.compile(r"q[0-9]{1,10}")
"""A column of answers: the question's id."""
REPLACEMENT = "\ufffd"
SHOWN = 80
_BARE = re.compile(r"[1-9][0-9]{8,9}")
CODE_DIGITS = 7
_BARE_CODE = re.compile(r"[1-9][0-9]{4,5}")
_WAYS = {
    "venue": ("会場", "会場参加", "来場", "現地", "対面", "リアル", "at the venue", "venue"),
    "online": ("オンライン", "オンライン参加", "online", "zoom", "web", "ウェブ", "リモート"),
}
_STANDINGS = {
    "member": ("会員・代議員", "会員", "代議員", "組合員", "正会員", "代表", "member", "delegate"),
    "observer": ("傍聴", "傍聴者", "オブザーバー", "observer"),
    "guest": ("来賓", "招待", "ご来賓", "guest"),
    "government": ("行政", "自治体", "官公庁", "public authority"),
    "press": ("報道", "報道関係", "取材", "マスコミ", "press"),
    "host": ("主催者", "主催", "事務局", "スタッフ", "organiser", "organizer"),
}
_STANDING_OF = {nfkc(word).casefold(): code for code, words in _STANDINGS.items() for word in words}
_WAY_OF = {nfkc(word).casefold(): way for way, words in _WAYS.items() for word in words}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a row: of which field ('' for the whole), a code, and what it is about."""

    field: str
    code: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class RowValues:
    """A row: only what it says. ``created`` of no zone, None where it names no day.

    ``given`` are values by field (``LIMITS``, 'way', 'standing'), ``looked`` texts that are only
    compared, ``answers`` cells by question.
    """

    line: int
    given: Mapping[str, str]
    looked: Mapping[str, str]
    created: datetime | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    problems: Sequence[Problem] = field(default=())


class Bad(Exception):
    """A cell that cannot be read; the code says why."""


def read_row(row: RawRow, matching: Sequence[str]) -> RowValues:
    """Read the cells of a row by ``matching``: for each column its field, '' for none."""
    cells: dict[str, str | datetime] = {}
    problems = []
    for name, cell in zip(matching, row.cells, strict=False):
        if not name or cell == "":
            continue
        if cell in {FORMULA, MERGED}:
            code = "formula" if cell == FORMULA else "merged"
            problems.append(Problem(field=name, code=code))
        else:
            cells[name] = cell
    given, created = {}, None
    for name, read in _READERS.items():
        try:
            told = read({part: _text(cells.get(part, "")) for part in FIELD_PARTS[name]})
            _check(name, told)
        except Bad as bad:
            raw = " ".join(_text(cells.get(part, "")) for part in FIELD_PARTS[name])
            problems.append(Problem(field=name, code=str(bad), about=shown(raw)))
        else:
            if told:
                given[name] = told
    if "created" in cells:
        created = read_day(cells["created"])
        if created is None:
            about = shown(_text(cells["created"]))
            problems.append(Problem(field="created", code="date", about=about))
    looked: dict[str, str] = {
        name: shown(_text(cells[name]))
        for name in ("number", "mark", "state", "channel", "contact")
        if name in cells
    }
    return RowValues(
        line=row.line,
        given=given,
        looked=looked,
        created=created,
        answers=_answers(cells),
        problems=tuple(problems),
    )


def _answers(cells: Mapping[str, str | datetime]) -> dict[int, str]:
    """What stands in the columns of questions ('q12')."""
    found = {}
    for name, cell in cells.items():
        if OF_QUESTION.fullmatch(name) and _text(cell).strip():
            found[int(name[1:])] = _text(cell)
    return found


def read_way(raw: str) -> str:
    """'venue' or 'online', by the words that lists use.

    Raises:
        Bad: it is neither.
    """
    way = _WAY_OF.get(nfkc(clean_line(raw)).casefold(), "")
    if raw and not way:
        raise Bad("way")
    return way


def read_standing(raw: str) -> str:
    """One of ``events.models.STANDINGS``, by the words that lists use.

    Raises:
        Bad: it is none.
    """
    told = _STANDING_OF.get(nfkc(clean_line(raw)).casefold(), "")
    if raw and not told:
        raise Bad("standing")
    return told


def _text(cell: str | datetime) -> str:
    """As typed, without the apostrophe that our own export puts before what is risky."""
    if isinstance(cell, datetime):
        return write_day(cell)
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def shown(raw: str) -> str:
    """A cell as a refusal tells it: its beginning, without what no page can show."""
    line = clean_line(raw)
    return "".join(char for char in line if not has_control(char))[:SHOWN]


def _check(name: str, told: str) -> None:
    if name in LIMITS and len(told) > LIMITS[name]:
        raise Bad("too_long")
    if has_control(told, multiline=name in {"note", "postal_address"}) or REPLACEMENT in told:
        raise Bad("unreadable")


def _line(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda parts: clean_line(parts[name])


def _name(parts: Mapping[str, str]) -> str:
    return clean_line(parts["name"] or f"{parts['family']} {parts['given']}")


def _reading(parts: Mapping[str, str]) -> str:
    raw = clean_line(parts["reading"] or f"{parts['family_reading']} {parts['given_reading']}")
    told = to_hiragana_reading(raw)
    if told and not is_reading(told) and not is_latin_name(raw):
        raise Bad("reading")
    return told


def _email(parts: Mapping[str, str]) -> str:
    raw = "".join(parts["email"].split())
    if not raw:
        return ""
    try:
        return parse_email(raw).value
    except BadAddress:
        raise Bad("email") from None


def _extension(raw: str) -> str | None:
    """An extension as an export tells it; digits alone are rather a number that lost some."""
    return None if raw.isdigit() else read_extension(raw)


def _telephone(name: str) -> Callable[[Mapping[str, str]], str]:
    def read(parts: Mapping[str, str]) -> str:
        raw = clean_line(parts[name]).lstrip("'")
        if not raw:
            return ""
        bare = nfkc(raw)
        # A number that Excel has taken for one has lost its zero.
        lost = normalise_telephone(f"0{bare}") if _BARE.fullmatch(bare) else None
        told = lost or normalise_telephone(raw) or _extension(bare)
        if told is None:
            raise Bad("telephone")
        return told

    return read


def _address(parts: Mapping[str, str]) -> str:
    code = nfkc(clean_line(parts["code"])).lstrip("'")
    # As with telephones: 060-0032 that Excel has taken for a number is 600032.
    code = code.zfill(CODE_DIGITS) if _BARE_CODE.fullmatch(code) else parts["code"]
    return normalise_address(f"{code} {parts['address']}".strip())


FIELD_PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "family", "given"),
    "reading": ("reading", "family_reading", "given_reading"),
    "organisation": ("organisation",),
    "role": ("role",),
    "standing": ("standing",),
    "email": ("email",),
    "telephone": ("telephone",),
    "fax": ("fax",),
    "postal_address": ("code", "address"),
    "note": ("note",),
    "way": ("way",),
}
_READERS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "name": _name,
    "reading": _reading,
    "organisation": _line("organisation"),
    "role": _line("role"),
    "standing": lambda parts: read_standing(parts["standing"]),
    "email": _email,
    "telephone": _telephone("telephone"),
    "fax": _telephone("fax"),
    "postal_address": _address,
    "note": lambda parts: clean_block(parts["note"]),
    "way": lambda parts: read_way(parts["way"]),
}
