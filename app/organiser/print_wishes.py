"""How somebody wants a paper: what the address says. Pure.

Whatever it cannot be is passed over; of labels ``passed_over`` says so.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.base.text import nfkc
from app.web.print_sheets import SHEETS, LabelSheet

EVERYBODY, NEW = "all", "new"
MOST = 500
"""So many labels or certificates make one part; it is marked and printed as a whole."""
_NUMBER = re.compile(r"(?:[A-Za-z]+-?)?([0-9]{1,9})")
_SHOWN = re.compile(r"([0-9]{1,9})-([0-9a-f]{8})")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """``which``: 'new' (not printed yet, or changed since) or 'all'; ``way``, ``state`` '' for any.

    ``number``: of one sign-up; ``typed``: as it was entered. ``start`` and ``part`` from 1.
    ``passed_over``: fields of labels that could not be taken as they were typed.
    """

    sheet: LabelSheet
    start: int
    which: str
    way: str
    state: str
    number: int | None
    typed: str
    part: int
    contacts: bool
    passed_over: tuple[str, ...] = ()

    @property
    def arguments(self) -> dict[str, str]:
        """Of an address that asks for the same, from the first part on."""
        return {
            "sheet": self.sheet.code,
            "start": str(self.start),
            "which": self.which,
            "way": self.way or EVERYBODY,
            "state": self.state or EVERYBODY,
            "number": self.typed,
            **({"contacts": "1"} if self.contacts else {}),
        }


def read_wish(
    asked: Mapping[str, str], ways: Collection[str], states: Collection[str], way: str = ""
) -> Wish:
    """What ``asked`` wants; ``way`` where it names none."""
    sheet = SHEETS.get(asked.get("sheet", ""), SHEETS["10"])
    start = _count(asked.get("start", ""))
    start = start if start <= sheet.places else 1
    typed = " ".join(asked.get("number", "").split())[:20]
    return Wish(
        sheet=sheet,
        start=start,
        which=EVERYBODY if asked.get("which") == EVERYBODY else NEW,
        way=_one_of(asked.get("way"), ways, way),
        state=_one_of(asked.get("state"), states, "confirmed"),
        number=read_number(typed),
        typed=typed,
        part=_count(asked.get("part", "")),
        contacts=asked.get("contacts") == "1",
        passed_over=tuple(_passed_over(asked, start)),
    )


def _passed_over(asked: Mapping[str, str], start: int) -> Iterator[str]:
    """Names of the fields of labels that say something else than was taken."""
    if asked.get("sheet", "") not in {"", *SHEETS}:
        yield "sheet"
    if _plain(asked.get("start", "")) not in {"", str(start)}:
        yield "start"


def _plain(typed: str) -> str:
    figures = nfkc(typed).strip()
    return figures.lstrip("0") or figures


def read_number(typed: str) -> int | None:
    """The number of a sign-up as people write it: A-0123, 123, Ａ０１２３. 0 where it is none."""
    if not typed:
        return None
    found = _NUMBER.fullmatch(nfkc(typed).replace(" ", ""))
    return int(found[1]) if found else 0


def write_shown(stamps: Mapping[int, str]) -> str:
    """Which labels a page shows, as one hidden field."""
    return " ".join(f"{key}-{stamp}" for key, stamp in stamps.items())


def read_shown(field: str) -> dict[int, str]:
    """What ``write_shown`` wrote; at most one part of it."""
    found = (_SHOWN.fullmatch(one) for one in field.split()[:MOST])
    return {int(one[1]): one[2] for one in found if one}


def _one_of(asked: str | None, known: Collection[str], default: str) -> str:
    if asked == EVERYBODY:
        return ""
    return asked if asked in known else default  # type: ignore[return-value]  # None is not known


def _count(typed: str) -> int:
    digits = nfkc(typed).strip()
    return int(digits) if digits.isdecimal() and 0 < len(digits) < 7 and int(digits) else 1  # noqa: PLR2004  # a million parts
