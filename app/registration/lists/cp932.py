"""Texts for programs that read no Unicode: CP932, and what of them it cannot hold."""

from collections.abc import Sequence

MISSING = "〓"
"""What Japanese printers put where a character is missing."""
# Unicode has two characters where Windows knows one; JIS and Windows chose differently.
_TWINS = str.maketrans("〜−‖—¢£¬¥\u00a0", "～－∥―￠￡￢￥ ")


def as_windows(text: str) -> str:
    """The text with those characters that Windows has in another place of Unicode."""
    return text.translate(_TWINS)


def encode(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The text in CP932, with 〓 for what it cannot hold, and these characters in their order."""
    told = as_windows(text)
    try:
        return told.encode("cp932"), ()
    except UnicodeEncodeError:
        lost = tuple(dict.fromkeys(char for char in told if not _fits(char)))
        return "".join(c if _fits(c) else MISSING for c in told).encode("cp932"), lost


def losses(row: Sequence[str], headings: Sequence[str]) -> list[tuple[str, str]]:
    """(heading, the characters) of every cell of a row that CP932 cannot hold whole."""
    found = []
    for heading, cell in zip(headings, row, strict=True):
        lost = encode(cell)[1]
        if lost:
            found.append((heading, "".join(lost)))
    return found


def _fits(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
