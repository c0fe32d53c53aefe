"""Letters on paper: what may stand there, and how much fits on a postcard.

Pure. Sizes are those of static/css/postcard.css: 9 point on 100 x 148 mm.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

COLUMNS, ROWS = 25, 27
"""Full-width characters of a line, lines of a card; each a little less than there is room for."""
LINK_PARAGRAPH = 6
"""The most lines of a paragraph that is only about the link at its end."""
_HALF, _WELL_FILLED = 0.5, 0.5
_URL = re.compile(r"https?://[^\s、。」)]+")
_SENTENCES = re.compile(r"(?<=[。.!?])")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What paper says in place of what is true only in a mail.

    ``instead``: in place of a paragraph about the link at its end. ``inline``: in place of any
    other link. ``lines``: in place of whole lines, '' for none; they speak for the link below them.
    """

    instead: str
    inline: str
    lines: Mapping[str, str] = field(default_factory=dict)


def on_paper(text: str, words: Words, is_secret: Callable[[str], bool]) -> str:
    """The text of a letter as it can stand on paper.

    Args:
        text: of the letter.
        words: in its language.
        is_secret: which links must not stand there: that to one's own page is a key to it.
    """
    paragraphs = (
        _paragraph([line.strip() for line in one.split("\n")], words, is_secret)
        for one in re.split(r"\n{2,}", text.strip())
    )
    return "\n\n".join(dict.fromkeys(one for one in paragraphs if one))


def _paragraph(lines: list[str], words: Words, is_secret: Callable[[str], bool]) -> str:
    own = [words.lines[line] for line in lines if words.lines.get(line)]
    if _URL.fullmatch(lines[-1]) and is_secret(lines[-1]) and len(lines) <= LINK_PARAGRAPH:
        return "\n".join(own) or words.instead
    kept: list[str] = []
    for line in lines:
        if not (_URL.fullmatch(line) and is_secret(line) and kept and kept[-1] in own):
            kept.append(words.lines.get(line, line))
    said = "\n".join(line for line in kept if line)
    return _URL.sub(lambda link: words.inline if is_secret(link[0]) else link[0], said)


def cards(text: str) -> list[list[str]]:
    """The lines of each postcard that ``text`` needs; '' is the space between paragraphs.

    A paragraph goes on the next card as a whole where it fits there and this one is well filled.
    """
    found: list[list[str]] = [[]]
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = list(_pieces(paragraph))
        space = [""] if found[-1] else []
        whole = _height(found[-1] + space + lines) <= ROWS
        if not whole and _height(lines) <= ROWS and _height(found[-1]) >= ROWS * _WELL_FILLED:
            found.append([])
            space = []
        for line in space + lines:
            if _height([*found[-1], line]) > ROWS:
                found.append([])
            if line or found[-1]:  # no card begins with a space
                found[-1].append(line)
    trimmed = (lines[:-1] if lines and not lines[-1] else lines for lines in found)
    return [lines for lines in trimmed if lines]


def _height(lines: Iterable[str]) -> float:
    return sum(rows(line) if line else _HALF for line in lines)


def rows(line: str) -> int:
    """How many rows a line takes."""
    return max(1, -(-int(2 * _width(line)) // (2 * COLUMNS)))


def _width(line: str) -> float:
    """In full-width characters; Latin letters are reckoned as wide as they get."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in line)
    return wide + (len(line) - wide) * 0.6


def _pieces(text: str) -> Iterator[str]:
    """The lines of a paragraph; what would fill half a card by itself is cut after a sentence."""
    longest = COLUMNS * ROWS // 2
    for line in text.strip().split("\n"):
        piece = ""
        for sentence in _SENTENCES.split(line.strip()):
            if piece and _width(piece + sentence) > longest:
                yield piece
                piece = ""
            piece += sentence
            while _width(piece) > longest:
                yield piece[:longest]
                piece = piece[longest:]
        yield piece
