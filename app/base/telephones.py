"""Telephone numbers as people type them (Japanese numbering plan; others by ITU-T E.164)."""

import re

from app.base.characters import DASHES, nfkc

_SEPARATORS = str.maketrans(dict.fromkeys(f"{DASHES}一 .()・", "-"))
# Contacts copied from a phone or from Windows bring these along unseen.
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
# 「内線12」, 「(内12)」, "ext. 12", "x12" at the end.
_EXTENSION = re.compile(
    r"[\s,、。;-]*\(?\s*(?:内線(?:番号)?|\(?内\)?|extension|ext|x)[\s:.-]*([0-9]{1,6})\s*\)?\s*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[1-9][0-9]{1,4}")
"""An extension without a word before it; it never begins like a number with its area code."""
_SHAPE = re.compile(r"\+?[0-9]+(?:-[0-9]+)*")
_JAPAN = re.compile(r"\+81-?(?:0-?)?")
_MOBILE = re.compile(r"0[25-9]0")  # 020, 050, 060, 070, 080 (and 0800), 090
_TWO_DIGIT_AREAS = ("03", "06")
_SHORTEST, _LONGEST = 9, 15
_LENGTH, _MOBILE_LENGTH = 10, 11
_FREE = "0800"
_SERVICES = ("0120", "0170", "0180", "0570", "0990")
# Only the area codes that no longer one begins with: a wrong guess reads worse than none.
_THREE_DIGIT_AREAS = ("011", "044", "045", "052", "075", "078")


def normalise_telephone(raw: str) -> str | None:
    """Give a telephone number in digits and hyphens, or None when it cannot be one.

    An extension follows it as 「03-1234-5678 内線12」, however it was typed.

    Understood are full-width digits, hyphens of every kind, the long-vowel mark, spaces, full stops
    and parentheses. Mobile and service numbers get their usual groups (090-1234-5678,
    0120-000-000); for others the groups as typed stay, and a number typed without any gets them
    where the area code is plain (03-1234-5678). A number from abroad keeps its ``+`` and country.

    Japanese numbers have 10 digits, those of mobile kind 11; others 9 to 15.
    """
    typed = nfkc(raw).translate(_UNSEEN)
    extension = _EXTENSION.search(typed)
    if extension is None:
        return _without_extension(typed)
    number = _without_extension(typed[: extension.start()])
    return None if number is None else f"{number} 内線{extension[1]}"


def read_extension(raw: str) -> str | None:
    """An extension of our own telephones, as 「内線123」; None where it is none.

    Only whoever sits at such a telephone can dial it, so it is taken where the office types it in.
    """
    typed = nfkc(raw).translate(_UNSEEN).strip()
    found = _EXTENSION.fullmatch(typed)
    if found is not None:
        return f"内線{found[1]}"
    return f"内線{typed}" if _ALONE.fullmatch(typed) else None


def outside_number(tel: str) -> str:
    """The number alone, as it is dialled from outside: whoever compares people compares this."""
    return _EXTENSION.sub("", nfkc(tel))


def _without_extension(raw: str) -> str | None:
    typed = raw.strip().translate(_SEPARATORS)
    typed = re.sub("-{2,}", "-", typed).strip("-").replace("+-", "+")
    if _SHAPE.fullmatch(typed) is None:
        return None
    japan = _JAPAN.match(typed)
    if japan is not None:
        inland = _japanese("0" + typed[japan.end() :])
        return None if inland is None else f"+81-{inland[1:]}"
    if typed.startswith("0"):
        return _japanese(typed)
    digits = typed.replace("-", "").lstrip("+")
    fits = _SHORTEST <= len(digits) <= _LONGEST and not digits.startswith("0")
    return typed if fits else None


def telephone_digits(tel: str) -> str:
    """Give only the digits of a number, for searching; ``+81`` becomes the leading 0.

    Those of an extension are left out: they are not dialled with the number.
    """
    text = "".join(c for c in outside_number(tel) if c in "+0123456789")
    if text.startswith("+81"):
        return "0" + text[3:].lstrip("0").replace("+", "")
    return text.replace("+", "")


def _japanese(typed: str) -> str | None:
    digits = typed.replace("-", "")
    mobile = _MOBILE.match(digits) is not None
    if mobile and len(digits) == _MOBILE_LENGTH:
        return _grouped(digits, 4, 3) if digits.startswith(_FREE) else _grouped(digits, 3, 4)
    if len(digits) != _LENGTH or (mobile and not digits.startswith(_TWO_DIGIT_AREAS)):
        return None
    if digits.startswith(_SERVICES):
        return _grouped(digits, 4, 3)
    return typed if "-" in typed else _grouped_by_area(digits)


def _grouped_by_area(digits: str) -> str:
    if digits.startswith(_TWO_DIGIT_AREAS):
        return _grouped(digits, 2, 4)
    return _grouped(digits, 3, 3) if digits.startswith(_THREE_DIGIT_AREAS) else digits


def _grouped(digits: str, first: int, second: int) -> str:
    middle = first + second
    return f"{digits[:first]}-{digits[first:middle]}-{digits[middle:]}"
