"""Readings (ふりがな): generous on entry, hiragana in store."""

import re
import unicodedata

import jaconv

from app.base.characters import DASHES, clean_line, nfkc

_DASHES_AFTER_KANA = re.compile(f"(?<=[\u3041-\u309f\u30fc])[{DASHES}]+")
_READING = re.compile("(?=.*[ぁ-ゖ])[ぁ-ゖゝゞー・ \u3000]+")
_ASCII_NAME = re.compile("(?=.*[A-Za-z])[A-Za-z '.-]+")
_NAME_MARKS = frozenset(" \u3000'.-’‘ʼʻ‐‑．－＇")
_COMBINING = re.compile("[\u0300-\u036f]")


def hiragana(text: str) -> str:
    """Turn full-width katakana into hiragana and leave all else."""
    return str(jaconv.kata2hira(text))


def to_hiragana_reading(raw: str) -> str:
    """Bring a reading typed in any kana and width into hiragana.

    ｻﾝﾌﾟﾙ and サンプル become さんぷる; a dash of any kind after a kana becomes ー; white space
    becomes single spaces. What is no kana stays, so that ``is_reading`` can refuse it.
    """
    kana = hiragana(nfkc(raw))
    return clean_line(_DASHES_AFTER_KANA.sub(lambda dashes: "ー" * len(dashes[0]), kana))


def is_reading(text: str) -> bool:
    """Tell whether a text is a reading: hiragana with ー, ・, ゝ, ゞ and spaces, and not empty."""
    return _READING.fullmatch(text) is not None


def is_latin_name(text: str) -> bool:
    """Tell whether a name is written in Latin letters, so that it needs no reading.

    Letters with accents count, also full-width ones; between them spaces, apostrophes, full stops
    and hyphens.
    """
    if text.isascii():
        return _ASCII_NAME.fullmatch(text) is not None
    letters = [c for c in unicodedata.normalize("NFC", text) if c not in _NAME_MARKS]
    return any(map(_is_latin, letters)) and all(
        _is_latin(c) or _COMBINING.match(c) is not None for c in letters
    )


def _is_latin(char: str) -> bool:
    name = unicodedata.name(char, "")
    return char.isalpha() and name.startswith(("LATIN ", "FULLWIDTH LATIN "))
