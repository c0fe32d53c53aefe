"""Postal addresses as people type them: the code is read generously, the rest stays as written."""

import re
from collections.abc import Iterable

from app.base.characters import DASHES, clean_block, nfkc

_DIGIT = "[0-9０-９]"
_HYPHEN = f"[{re.escape(DASHES)}－]"
_CODE = re.compile(rf"〒?\s*({_DIGIT}{{3}})\s*{_HYPHEN}?\s*({_DIGIT}{{4}})(?!{_DIGIT})")
WRITTEN = re.compile(rf"〒\s*{_DIGIT}{{3}}\s*{_HYPHEN}?\s*{_DIGIT}{{4}}")
"""A code with its mark, somewhere in a text."""

_TITLES = re.compile(r"(?:(?:\s*(?:御\s*中|様)|\s+(?:さま|さん|殿))\s*)+$")
"""At the end of a name; those that a name itself can end in only after a space."""
_POLITE = re.compile(r"(?:\s*(?:御\s*中|様)|\s+さま)+$")
"""Of those the titles that give way to the one that we write."""
_OWN = re.compile(r"(?<=\S)(?:\s*(?:先生|教授)|\s+(?:殿|氏|さん))$")
"""Titles that somebody is called by, so that nothing is added; some end a name without a space."""
_FORMS = (
    *("株式会社", "有限会社", "合同会社", "合資会社", "合名会社"),
    *("NPO法人", "ＮＰＯ法人", "特定非営利活動法人", "認定特定非営利活動法人", "社会福祉法人"),
    *("一般社団法人", "公益社団法人", "一般財団法人", "公益財団法人", "医療法人", "学校法人"),
    *("生活協同組合", "労働者協同組合", "農業協同組合", "協同組合", "企業組合"),
    *("ワーカーズ・コレクティブ", "ワーカーズコレクティブ"),
)
_ENDS = (
    *("組合", "協会", "生協", "連合会", "委員会", "事務局", "課"),
    *(f"{of}部" for of in ("総務", "経理", "営業", "企画", "広報", "人事", "事業", "組織", "業務")),
    *(f"{of}部" for of in ("運営", "管理", "推進", "編集", "財務", "政策", "店舗", "支")),
)
"""Names of people end in 部 alone, as 服部 and 長谷部 do."""
_HOUSE = re.compile(f"(?:{'|'.join(_FORMS)})\\s*\\S|.*(?:{'|'.join((*_FORMS, *_ENDS))})$")
_TITLED = re.compile("様|さん")
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


def is_house(name: str) -> bool:
    """Whether what stands for a name is by its form an organisation or a part of one."""
    return _HOUSE.match(name) is not None


def titled(name: str) -> str:
    """A name with one title: its own, else 御中 for an organisation and 様 for a person."""
    plain = _POLITE.sub("", name) or name
    if _OWN.search(plain):
        return plain
    plain = untitled(plain)
    return f"{plain} 御中" if is_house(plain) else f"{plain} 様"


def one_title(text: str, names: Iterable[str]) -> str:
    """A text that puts a title behind ``names``, without it where a name brings one already.

    So does an organisation, typed as a name, get 御中 in place of 様.
    """
    if not _TITLED.search(text):
        return text
    for name in names:
        behind = rf"{re.escape(name)}(\s?)(様|さん)"
        if _OWN.search(name) or _POLITE.search(name):
            text = re.sub(behind, lambda _found, name=name: name, text)  # type: ignore[misc]
        elif is_house(name):
            text = re.sub(behind, _of_house, text)
    return text


def _of_house(found: re.Match[str]) -> str:
    """An organisation is 御中 in writing, and is called by its name alone."""
    if found[2] == "様":
        return f"{found[0].removesuffix('様')}御中"
    return found[0].removesuffix(found[1] + found[2])


def addressee(
    organisation: str, name: str, *, organisation_only: bool = False, english: bool = False
) -> tuple[str, ...]:
    """The lines of 宛名 with their title: 御中 for an organisation, 様 for a person, never both.

    A title that somebody typed with the name is left out before, but for one that is their own.

    Args:
        organisation: '' for none.
        name: of a person of it; '' for none.
        organisation_only: write to the organisation as a whole.
        english: a letter in English, whose names bear no title.
    """
    organisation, plain = untitled(organisation), untitled(name)
    if organisation and (organisation_only or not name):
        return (organisation if english else f"{organisation} 御中",)
    person = plain if english or not name else titled(name)
    return (organisation, person) if organisation and organisation != plain else (person,)
