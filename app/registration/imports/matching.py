"""Which column of a file is which field, by its heading. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from app.base.text import nfkc, normalise_telephone
from app.registration.imports.dates import write_day
from app.registration.imports.rows import FORMULA, MERGED, RawRow

FIELDS = (
    *("number", "mark", "name", "family", "given", "reading", "family_reading", "given_reading"),
    *("organisation", "role", "standing", "email", "telephone", "fax", "code", "address"),
    *("way", "note"),
    *("state", "channel", "created", "contact"),
)
"""What a column can be, answers apart. The last four are only compared for people who are there."""
LOOKED_AT = 10
"""Rows among which the headings are looked for: a title may stand above them."""

_NAMES: dict[str, tuple[str, ...]] = {
    # Nothing else: lists from elsewhere have running numbers of their own (No., 番号, 申込番号).
    "number": ("受付番号", "reception number"),
    "mark": ("目印(変えないでください)", "目印", "mark (please do not change)"),
    "name": (
        "氏名",
        "名前",
        "お名前",
        "参加者名",
        "参加者氏名",
        "参加者",
        "姓名",
        "name",
        "full name",
    ),
    "family": ("姓", "氏", "苗字", "名字", "family name", "last name", "surname"),
    "given": ("名", "下の名前", "given name", "first name"),
    "reading": (
        *(
            "ふりがな",
            "フリガナ",
            "よみがな",
            "読みがな",
            "読み仮名",
            "よみ",
            "カナ",
            "かな",
            "読み",
        ),
        *(
            "氏名(ふりがな)",
            "氏名(フリガナ)",
            "氏名カナ",
            "氏名かな",
            "カナ氏名",
            "お名前(ふりがな)",
        ),
        *("氏名ふりがな", "氏名フリガナ", "reading", "reading of the name", "kana"),
    ),
    "family_reading": (
        *("せい", "セイ", "姓(ふりがな)", "姓(フリガナ)", "姓かな", "姓カナ", "姓ふりがな"),
        *("姓フリガナ", "ふりがな(姓)", "フリガナ(セイ)", "フリガナ(姓)"),
    ),
    "given_reading": (
        *("めい", "メイ", "名(ふりがな)", "名(フリガナ)", "名かな", "名カナ", "名ふりがな"),
        *("名フリガナ", "ふりがな(名)", "フリガナ(メイ)", "フリガナ(名)"),
    ),
    "organisation": (
        *("所属団体", "所属", "団体名", "団体", "会社名", "法人名", "組織名", "所属先", "勤務先"),
        *("組合名", "事業所", "事業所名", "organisation", "organization", "company"),
    ),
    "role": ("役職", "役職名", "肩書", "肩書き", "職名", "role", "title"),
    "standing": ("立場", "参加の立場", "区分", "参加区分", "資格", "出席区分", "standing"),
    "email": (
        *("メールアドレス", "メール", "eメール", "e-mail", "email", "mail", "電子メール"),
        *("e-mail address", "email address", "連絡先メール"),
    ),
    "telephone": (
        *("電話番号", "電話", "tel", "携帯", "携帯電話", "携帯番号", "連絡先電話", "連絡先"),
        *("telephone", "telephone number", "phone", "phone number"),
    ),
    "fax": ("ファクス番号", "ファクス", "ファックス", "fax", "fax番号", "fax number"),
    "code": ("郵便番号", "〒", "postal code", "zip"),
    "address": ("住所", "所在地", "宛先住所", "送付先", "postal address", "address"),
    "way": ("参加方法", "参加形態", "出席方法", "会場/オンライン", "how they take part"),
    "note": ("備考", "連絡事項", "メモ", "コメント", "その他", "remarks", "note", "notes"),
    "state": ("状態", "state"),
    "channel": ("申込方法", "申し込み方法", "how they signed up"),
    "created": ("申込日時", "申込日", "受付日", "受付日時", "申し込み日", "signed up at", "date"),
    "contact": ("申し込んだ人", "申込者", "申込者名", "signed up by"),
}
NO_HEADINGS = -1
"""In place of the row of the headings: the first row is the first person."""
BY_CHANCE = 1
"""So many fields a row of data may name."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BARE = re.compile(r"[1-9][0-9]{8,9}")
"""A telephone number that has lost its zero, as a number."""
_IGNORED = re.compile(r"[\s*※＊:：必須任意]+")
_BRACKETS = str.maketrans("〔〕[]【】", "()()()")


def key_of(heading: str) -> str:
    """By which two headings are the same: without width, case, spaces and marks of what must be."""
    return _IGNORED.sub("", nfkc(heading).casefold().translate(_BRACKETS)).replace("()", "")


_KNOWN = {key_of(name): field for field, names in _NAMES.items() for name in names}


def field_of(heading: str) -> str:
    """The field that a heading names; '' for none that we know."""
    return _KNOWN.get(key_of(heading), "")


def match(headings: Sequence[str]) -> tuple[str, ...]:
    """For each column its field, '' for none. Of two with the same field the first has it."""
    found: list[str] = []
    for heading in headings:
        field = field_of(heading)
        found.append("" if field in found else field)
    return tuple(found)


def find_headings(rows: Sequence[RawRow]) -> int:
    """Which of the first rows holds the headings: the one that names most fields, else the first.

    A row of data names none, or one by chance; so the first of equals is taken. ``NO_HEADINGS``
    where that is somebody's.
    """
    counts = [_known(texts(row)) for row in rows[:LOOKED_AT]]
    at = counts.index(max(counts)) if counts else 0
    if rows and at == 0 and counts[0] <= BY_CHANCE and any(map(_reaches, texts(rows[0]))):
        return NO_HEADINGS
    return at


def may_be_person(headings: Sequence[str]) -> bool:
    """Whether the first row of a file, taken for its headings, names nothing that we know."""
    return not _known(headings)


def _known(headings: Sequence[str]) -> int:
    return sum(1 for field in match(headings) if field)


def _reaches(cell: str) -> bool:
    """Whether it is an e-mail address or a whole telephone number: no heading is one."""
    text = nfkc(cell)
    return bool(_EMAIL.fullmatch(text) or _BARE.fullmatch(text)) or (
        text.startswith(("0", "+")) and normalise_telephone(text) is not None
    )


def texts(row: RawRow) -> list[str]:
    """The cells as headings."""
    return [_text(cell) for cell in row.cells]


def _text(cell: str | datetime) -> str:
    if isinstance(cell, datetime):
        return write_day(cell)
    return "" if cell in {FORMULA, MERGED} else " ".join(cell.split())


def twice(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings that stand more than once, in their order."""
    named = [heading for heading in headings if heading]
    return tuple(dict.fromkeys(one for one in named if named.count(one) > 1))


def is_headings(row: RawRow, headings: Sequence[str]) -> bool:
    """Whether a row further down holds the headings once more, as lists for printing do."""
    pairs = [pair for pair in zip(texts(row), headings, strict=False) if pair[0]]
    return bool(pairs) and all(
        key_of(text) == key_of(heading) or field_of(text) for text, heading in pairs
    )
