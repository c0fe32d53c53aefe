"""In which encoding a text is: those that Japanese programs write. Pure.

Nothing in a file says it, so each is tried strictly. Shift_JIS and EUC-JP can often be read as each
other; what is read wrongly is full of half-width kana.
"""

import re

UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FAMILIES = {
    "utf-8": ("utf-8-sig",),
    "utf-16": ("utf-16",),
    "cp932": ("cp932",),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
    "iso2022_jp": ("iso2022_jp", "iso2022_jp_ext"),
}
"""Each with the codecs that read it, the plainest first."""
_SHIFTS_OF_JIS = (b"\x1b$", b"\x1b(")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_KANA_AND_KANJI = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_NO_CHARACTERS = re.compile("[\x80\uf8f0-\uf8f3]")
"""What Python makes of octets that stand for nothing in Shift_JIS."""
_LOOKED_AT = 200_000
"""Characters by which two readings are compared."""


def decode(data: bytes) -> tuple[str, str] | None:
    """The text and its encoding, a key of ``_FAMILIES``; None where it is in none of them."""
    if data.startswith(UTF16):
        return _read(data, "utf-16")
    if data.isascii() and any(shift in data for shift in _SHIFTS_OF_JIS):
        return _read(data, "iso2022_jp")
    if told := _read(data, "utf-8"):
        return told
    found = [told for family in ("cp932", "euc_jp") if (told := _read(data, family))]
    return max(found, key=lambda told: _likeness(told[0]), default=None)


def _read(data: bytes, family: str) -> tuple[str, str] | None:
    for codec in _FAMILIES[family]:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if family != "cp932" or not _NO_CHARACTERS.search(text):
            return text, family
    return None


def _likeness(text: str) -> tuple[int, int]:
    """The greater, the more it looks as if people had written it."""
    some = text[:_LOOKED_AT]
    return -len(_HALF_WIDTH.findall(some)), len(_KANA_AND_KANJI.findall(some))
