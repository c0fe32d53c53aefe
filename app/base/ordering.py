"""Keys for sorting by reading (五十音順, after JIS X 4061), for searching and for grouping."""

import unicodedata
from hashlib import sha256

from app.base.characters import DASHES, clean_line, nfkc
from app.base.kana import hiragana, to_hiragana_reading

LONGEST_SORT_KEY = 200
"""Characters, all of them ASCII."""
_LONGEST_READING = 50
_GROUP_BEGINNING, _GROUP_DIGEST = 24, 10
LONGEST_SEARCH_PART = 120
"""Characters: the search key stands in an index, whose rows PostgreSQL limits to 2,700 bytes."""

_ROWS = (
    "あいうえお", "かきくけこ", "さしすせそ", "たちつてと", "なにぬねの",
    "はひふへほ", "まみむめも", "や ゆ よ", "らりるれろ", "わゐ ゑを", "ん",
)  # fmt: skip
# Two letters for each kana, row and vowel, so that any collation of letters keeps their order.
_CODES = {
    kana: "abcdefghijk"[row] + "abcde"[vowel]
    for row, line in enumerate(_ROWS)
    for vowel, kana in enumerate(line)
    if kana != " "
}
_VOWELS = "あいうえお"
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_END, _SPACE, _OTHER, _NO_READING = "00", "01", "zz", "zzz"
_LONG, _LITTLE, _AGAIN, _PLAIN = range(4)
_VOICES = {"\u3099": 4, "\u309a": 8}
_OTHER_WEIGHT = "z"

_DROPPED = dict.fromkeys(map(ord, DASHES))
# Forms of one character that stand in names and that people search for in the other form.
_VARIANTS = str.maketrans(
    "髙﨑𠮷濵濱邊邉齋齊澤德廣櫻眞國瀨ゕゖ", "高崎吉浜浜辺辺斎斉沢徳広桜真国瀬かけ"
)


def search_key(*parts: str) -> str:
    """Make the text in which ``search_term`` is looked for as a plain part.

    Each part (name, reading, organisation, number, mail, telephone digits, ...) loses width, case,
    kind of kana, white space, hyphens and long-vowel marks, and older forms of some characters of
    names (髙, 﨑) become the usual ones; parts are joined by newlines, so no match crosses them.
    """
    return "\n".join(map(search_term, parts))


def search_term(raw: str) -> str:
    """Bring what somebody searches for into the form of ``search_key``; it holds no newline.

    ``%`` and ``_`` are left: the query has to escape them for LIKE.
    """
    folded = hiragana(nfkc(nfkc(raw).casefold())).translate(_DROPPED).translate(_VARIANTS)
    told = nfkc("".join(folded.split()))  # once more: what has moved together may compose
    return told[:LONGEST_SEARCH_PART]  # some characters unfold into eighteen


def group_key(text: str) -> str:
    """Make the key that a text shares with all that differ from it in width, kana or space alone.

    It begins as the text does, so that groups stand in an order, and is short enough for an index;
    '' for an empty text.
    """
    folded = search_term(text)
    digest = sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{folded[:_GROUP_BEGINNING]} {digest[:_GROUP_DIGEST]}" if folded else ""


def sort_key(reading: str, name: str) -> str:
    """Make the key by which people and organisations stand in the order of the 五十音.

    First come the plain kana: sound marks and size do not count, ー is the vowel before it, ゝ the
    kana before it, and a space comes before every kana, so that はやし たろう stands before
    はやしだ あい. Then か, が, ぱ and ー, small, large decide (JIS X 4061), then the name. Those
    without a kana in their reading follow, by name. The key holds only digits and small letters
    and at most 200 of them: it sorts alike in every collation, and fits an index.
    """
    kana = to_hiragana_reading(reading)[:_LONGEST_READING]
    units = _units(kana)
    if not any(code in _KANA_CODES for code, _ in units):
        return (_NO_READING + _name_key(name))[:LONGEST_SORT_KEY]
    primary = "".join(code for code, _ in units)
    secondary = "".join(weight for _, weight in units)
    return f"{primary}{_END}{secondary}{_END}{_name_key(name)}"[:LONGEST_SORT_KEY]


def _units(kana: str) -> list[tuple[str, str]]:
    """Give code and weight of each character; marks that follow nothing are passed over."""
    units: list[tuple[str, str]] = []
    before = ""
    for char in kana:
        base, kind, voice = _parts(char, before)
        if base in _CODES:
            units.append((_CODES[base], chr(ord("a") + voice + kind)))
            before = base
        elif char in " ・":
            units.append((_SPACE, "a"))
            before = ""
        elif char != "ー":
            units.append((f"{_OTHER}{ord(char):06x}", _OTHER_WEIGHT))
            before = ""
    return units


def _parts(char: str, before: str) -> tuple[str, int, int]:
    """Take a kana apart: the plain kana, how it is written, and its sound mark."""
    apart = unicodedata.normalize("NFD", char)
    first, voice = apart[0], _VOICES.get(apart[1:], 0)
    if first == "ー":
        return _vowel(before), _LONG, voice
    if first == "ゝ":
        return before, _AGAIN, voice
    if first in _SMALL:
        return _SMALL[first], _LITTLE, voice
    return first, _PLAIN, voice


def _vowel(kana: str) -> str:
    code = _CODES.get(kana, "")
    return kana if kana in {"", "ん"} else _VOWELS["abcde".index(code[1])]


def _name_key(name: str) -> str:
    folded = clean_line(nfkc(nfkc(name).casefold()))
    return folded.encode("utf-8", "surrogatepass").hex()


_KANA_CODES = frozenset(_CODES.values())
