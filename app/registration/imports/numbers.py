"""受付番号 as people type it. Pure."""

import re

from app.base.characters import DASHES
from app.base.text import nfkc

_NUMBER = re.compile(rf"([A-Za-z]?)\s*[{re.escape(DASHES)}]?\s*([0-9]{{1,9}})")


def read_number(raw: str) -> tuple[str, int] | None:
    """The letter, '' for none, and the number: A-0123, ａ０１２３, 123. None where it is none."""
    found = _NUMBER.fullmatch(nfkc(raw).strip())
    return (found[1].upper(), int(found[2])) if found else None
