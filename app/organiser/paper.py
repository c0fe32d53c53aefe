"""Letters on paper: what may stand on a postcard, which anybody reads, and how much fits on one.

Pure. Sizes are those of static/css/paper.css: 9 point on 100 x 148 mm.
"""

import re
import unicodedata
from collections.abc import Iterator

COLUMNS, ROWS = 25, 25
"""Full-width characters of a line, lines of a card; each a little less than there is room for."""
LINK_PARAGRAPH = 4
"""The most lines of a paragraph that is only about the link at its end."""
_HALF = 0.5
_URL = re.compile(r"https?://[^\s、。」)]+")
_SENTENCES = re.compile(r"(?<=[。.!?])")


def without_links(text: str, instead: str, inline: str) -> str:
    """A text for a postcard: no link, since a link to one's own page is a key to it.

    Args:
        text: of the letter.
        instead: the sentence in place of a paragraph that ends in a link.
        inline: the words in place of any other link.
    """
    paragraphs: list[str] = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = paragraph.split("\n")
        if _URL.fullmatch(lines[-1].strip()) and len(lines) <= LINK_PARAGRAPH:
            if instead not in paragraphs:
                paragraphs.append(instead)
        else:
            paragraphs.append(_URL.sub(inline, paragraph))
    return "\n\n".join(paragraphs)


def cards(text: str) -> list[list[str]]:
    """The lines of each postcard that ``text`` needs; '' is the space between paragraphs."""
    found: list[list[str]] = [[]]
    used = 0.0
    for line in _pieces(text):
        height = rows(line) if line else _HALF
        if used + height > ROWS:
            found.append([])
            used = 0
        if line or found[-1]:  # no card begins with a space
            found[-1].append(line)
            used += height
    while found[-1] and not found[-1][-1]:
        found[-1].pop()
    return [lines for lines in found if lines]


def rows(line: str) -> int:
    """How many rows a line takes."""
    return max(1, -(-int(2 * _width(line)) // (2 * COLUMNS)))


def _width(line: str) -> float:
    """In full-width characters; Latin letters are reckoned as wide as they get."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in line)
    return wide + (len(line) - wide) * 0.6


def _pieces(text: str) -> Iterator[str]:
    """The lines of a text; what would fill half a card by itself is cut after a sentence."""
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
