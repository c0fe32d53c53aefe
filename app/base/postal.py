"""Postal addresses as people type them: the code is read generously, the rest stays as written."""

import re

from app.base.characters import DASHES, clean_block, nfkc

_DIGIT = "[0-9０-９]"
_HYPHEN = f"[{re.escape(DASHES)}－]"
_CODE = re.compile(rf"〒?\s*({_DIGIT}{{3}})\s*{_HYPHEN}?\s*({_DIGIT}{{4}})(?!{_DIGIT})")
WRITTEN = re.compile(rf"〒\s*{_DIGIT}{{3}}\s*{_HYPHEN}?\s*{_DIGIT}{{4}}")
"""A code with its mark, somewhere in a text."""

_TITLES = re.compile(r"(?:(?:\s*(?:御\s*中|様)|\s+(?:さま|さん|殿))\s*)+$")
"""At the end of a name; those that a name itself can end in only after a space."""
_AMID = re.compile(r"(?<=\S)\s*御\s*中(?!主)\s*(?=\S)")
"""Before a department, as in みどり御中 総務部; 天之御中主 is a name."""


def split_address(raw: str) -> tuple[str, str]:
    """The seven digits of the postal code, '' for none, and what follows it.

    '〒２３１ー００００ 横浜市…' gives ('2310000', '横浜市…'); a code counts only at the beginning.
    """
    text = clean_block(raw)
    found = _CODE.match(text)
    if found is None:
        return "", text
    return nfkc(found[1] + found[2]), text[found.end() :].strip(" \u3000,、\n")


def normalise_address(raw: str) -> str:
    """The address with its code as 〒231-0000; building names (①, 髙) stay as they are."""
    code, rest = split_address(raw)
    return f"〒{code[:3]}-{code[3:]} {rest}".strip() if code else rest


def untitled(typed: str) -> str:
    """What was typed without its titles: 虹の会 御中 gives 虹の会; a title alone stays.

    So does みどり御中 総務部 give みどり 総務部: one title comes at the end, or none.
    """
    name = _TITLES.sub("", typed)
    return _AMID.sub(" ", name) or typed


def addressee(
    organisation: str, name: str, *, organisation_only: bool = False, english: bool = False
) -> tuple[str, ...]:
    """The lines of 宛名 with their title: 御中 for an organisation, 様 for a person, never both.

    A title that somebody typed with the name is left out before.

    Args:
        organisation: '' for none.
        name: of a person of it; '' for none.
        organisation_only: write to the organisation as a whole.
        english: a letter in English, whose names bear no title.
    """
    organisation, name = untitled(organisation), untitled(name)
    if organisation and (organisation_only or not name):
        return (organisation if english else f"{organisation} 御中",)
    person = name if english or not name else f"{name} 様"
    return (organisation, person) if organisation and organisation != name else (person,)
