"""Everything about text in one place: white space, readings, telephone numbers, sorting, searching.

The rooms import from here; the parts live in ``characters``, ``kana``, ``telephones`` and
``ordering``.
"""

from app.base.characters import clean_block, clean_line, has_control, nfkc
from app.base.kana import is_latin_name, is_reading, to_hiragana_reading
from app.base.ordering import group_key, search_key, search_term, sort_key
from app.base.telephones import (
    normalise_telephone,
    outside_number,
    read_extension,
    telephone_digits,
)

__all__ = [
    "clean_block",
    "clean_line",
    "group_key",
    "has_control",
    "is_latin_name",
    "is_reading",
    "nfkc",
    "normalise_telephone",
    "outside_number",
    "read_extension",
    "search_key",
    "search_term",
    "sort_key",
    "telephone_digits",
    "to_hiragana_reading",
]
