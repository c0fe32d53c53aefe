"""Characters: what is let in, and how white space is tidied. Names lose nothing else."""

import re
import unicodedata

DASHES = "-‐‑‒–—―−─━ー"
"""What people type for a hyphen or a long vowel, as it stands after NFKC."""

_NEVER_TYPED = "\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff"
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f{_NEVER_TYPED}]")
_CONTROL_IN_BLOCK = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NEVER_TYPED}]|\r(?!\n)",
)
_SOUND_MARKS = str.maketrans("゛゜", "\u3099\u309a")


def nfkc(raw: str) -> str:
    """Give the compatibility form (Unicode UAX 15, NFKC): ＡＢＣ → ABC, ｶﾞ → ガ.

    For readings, telephone numbers, addresses and searching; never for names, since it turns ① into
    1. A sound mark typed on its own (か゛) joins its kana.
    """
    return unicodedata.normalize("NFKC", raw.translate(_SOUND_MARKS))


def has_control(raw: str, *, multiline: bool = False) -> bool:
    """Tell whether a text holds characters that have no place in a form.

    These are control characters (Unicode Cc, so also CR, LF, TAB, NUL), those that turn the writing
    direction (U+202A to U+202E, U+2066 to U+2069), those that mark readings within the program
    (U+FFF9 to U+FFFB) and halves of surrogate pairs. With ``multiline``
    TAB, LF and CR LF (what browsers send from a text area) are let through.
    """
    return (_CONTROL_IN_BLOCK if multiline else _CONTROL).search(raw) is not None


def clean_line(raw: str) -> str:
    """Trim a line and make one space of every run of white space (also U+3000).

    Nothing else is touched: ①, 髙, 𠮷 and emoji stay as typed.
    """
    return " ".join(raw.split())


def clean_block(raw: str) -> str:
    """Tidy a text of several lines: line ends become LF, spaces at their ends go, ends trimmed."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
