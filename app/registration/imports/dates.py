"""Days as Japanese offices write them in cells. Pure."""

import re
from datetime import datetime, time, timedelta

from app.base.text import nfkc

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_DAY = re.compile(
    r"(?P<era>令和|平成|昭和|[RHS])?\s*(?P<year>[0-9]{1,4}|元)\s*[年/.-]\s*"
    r"(?P<month>[0-9]{1,2})\s*[月/.-]\s*(?P<day>[0-9]{1,2})\s*日?"
    r"(?:\s*\([^)]*\))?(?:[ T]+(?P<hour>[0-9]{1,2})[:時](?P<minute>[0-9]{1,2})(?:[:分][0-9]*)?)?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel counts days of no zone
CENTURY = 100


def read_day(cell: str | datetime) -> datetime | None:
    """The moment in a cell, of no zone; None where it is none.

    Understood are dates of Excel, their bare numbers, 2026-06-01, 2026/6/1, 2026年6月1日 and
    Japanese years (令和8年6月1日, R8.6.1, 令和元年…), each also with a time. A year of one or two
    digits without its era is not guessed.
    """
    if isinstance(cell, datetime):
        return cell
    text = nfkc(cell).strip()
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + timedelta(days=float(text))
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year = 1 if found["year"] == "元" else int(found["year"])
    era = found["era"]
    if (era is None) == (year < CENTURY):
        return None
    try:
        return datetime(  # noqa: DTZ001  # the caller knows the zone
            year + (_ERAS[era.upper()] if era else 0),
            int(found["month"]),
            int(found["day"]),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
        )
    except ValueError:
        return None


def write_day(moment: datetime) -> str:
    """A moment of no zone as a text in Japanese: 2026年6月1日, with its time unless midnight."""
    told = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{told} {moment.hour}:{moment.minute:02d}" if moment.time() != time() else told
