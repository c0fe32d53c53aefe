"""How what the office types is cleaned, and fields of one line."""

from typing import Any

from wtforms import StringField

from app.base.text import clean_block, clean_line, nfkc
from app.web.fields import Readable

DIGITS = 9
"""More digits than any number that the office types has."""


def one_line(raw: str | None) -> str:
    """One line without white space around it."""
    return clean_line(raw or "")


def block(raw: str | None) -> str:
    """Several lines."""
    return clean_block(raw or "")


def figures(raw: str | None) -> str:
    """A date, a time or a number, in digits of any width."""
    return nfkc(clean_line(raw or ""))


def is_whole(typed: str, most: int) -> bool:
    """Whether somebody typed a whole number from 0 to ``most``, in plain digits alone.

    The length is looked at first: Python refuses to read a number of thousands of digits.
    """
    plain = typed.isascii() and typed.isdigit() and len(typed) <= DIGITS
    return plain and int(typed) <= most


def text_field(label: Any, limit: int, *needed: Any) -> StringField:
    """One line of at most ``limit`` characters."""
    return StringField(
        label,
        filters=[one_line],
        validators=[*needed, Readable(limit)],
        render_kw={"maxlength": limit},
    )
