"""Postal addresses: the code is read however it was typed, the rest is left alone."""

import pytest

from app.base.postal import addressee, normalise_address, one_title, split_address

PLACE = "横浜市見本区見本1-2-3 髙①ビル"


@pytest.mark.parametrize(
    "code",
    [
        "〒231-0000",
        "２３１－００００",
        "〒２３１ー００００",
        "2310000",
        "231 0000",
        " 〒 231−0000　",
        "231‐0000",
    ],
)
def test_codes_of_every_kind_are_understood(code: str) -> None:
    assert split_address(f"{code} {PLACE}") == ("2310000", PLACE)
    assert normalise_address(f"{code}\n{PLACE}") == f"〒231-0000 {PLACE}"


@pytest.mark.parametrize("text", [PLACE, "見本町 231-0000", "12345678 見本", "231-00 見本", ""])
def test_what_is_no_code_stays(text: str) -> None:
    assert split_address(text) == ("", text)
    assert normalise_address(text) == text


def test_normalising_again_changes_nothing() -> None:
    once = normalise_address(f"２３１００００{PLACE}\r\n見本会館 気付 ")
    assert once == f"〒231-0000 {PLACE}\n見本会館 気付"
    assert normalise_address(once) == once


@pytest.mark.parametrize(
    ("organisation", "name", "more", "lines"),
    [
        ("見本食堂", "見本 花子", {}, ("見本食堂", "見本 花子 様")),
        ("", "見本 花子", {}, ("見本 花子 様",)),
        ("見本食堂", "", {}, ("見本食堂 御中",)),
        ("見本食堂", "見本 花子", {"organisation_only": True}, ("見本食堂 御中",)),
        ("", "見本 花子", {"organisation_only": True}, ("見本 花子 様",)),
        ("見本食堂", "見本食堂", {}, ("見本食堂 様",)),
        ("Mihon", "Hanako Mihon", {"english": True}, ("Mihon", "Hanako Mihon")),
        ("Mihon", "", {"english": True}, ("Mihon",)),
        ("NPO法人 虹の会 御中", "", {}, ("NPO法人 虹の会 御中",)),
        ("NPO法人 虹の会　御中", "見本 花子 様", {}, ("NPO法人 虹の会", "見本 花子 様")),
        ("虹の会御中", "見本花子様", {"organisation_only": True}, ("虹の会 御中",)),
        ("虹の会様 御中", "", {}, ("虹の会 御中",)),
        ("虹の会 御中", "虹の会", {}, ("虹の会 様",)),
        ("", "見本 花子 さん", {}, ("見本 花子 さん",)),
        ("", "鈴木 先生", {}, ("鈴木 先生",)),
        ("見本大学", "山本教授 様", {}, ("見本大学", "山本教授")),
        ("", "見本 花子 殿", {}, ("見本 花子 殿",)),
        ("", "株式会社みほん", {}, ("株式会社みほん 御中",)),
        ("", "みほん合同会社 様", {}, ("みほん合同会社 御中",)),
        ("みどり生協", "総務部", {}, ("みどり生協", "総務部 御中")),
        ("", "NPO法人 虹の会", {}, ("NPO法人 虹の会 御中",)),
        ("", "ワーカーズ・コレクティブ見本", {}, ("ワーカーズ・コレクティブ見本 御中",)),
        ("", "長谷部", {}, ("長谷部 様",)),
        ("", "服部 課長", {}, ("服部 課長 様",)),
        ("", "先生", {}, ("先生 様",)),
        ("", "例 おさん", {}, ("例 おさん 様",)),
        ("神様の会", "", {}, ("神様の会 御中",)),
        ("御中", "", {}, ("御中 御中",)),
        ("みどり御中 総務部", "", {}, ("みどり 総務部 御中",)),
        ("みどり 御中　総務部御中", "", {}, ("みどり 総務部 御中",)),
        ("みどり御中総務部", "見本 花子", {}, ("みどり 総務部", "見本 花子 様")),
        ("天之御中主の会", "", {}, ("天之御中主の会 御中",)),
    ],
)
def test_an_addressee_has_one_title(
    organisation: str, name: str, more: dict[str, bool], lines: tuple[str, ...]
) -> None:
    assert addressee(organisation, name, **more) == lines


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("田中 実", "田中 実 さん、田中 実様"),
        ("田中 実 様", "田中 実 様、田中 実 様"),
        ("鈴木 先生", "鈴木 先生、鈴木 先生"),
        ("株式会社みほん", "株式会社みほん、株式会社みほん御中"),
    ],
)
def test_a_text_gives_a_name_one_title(name: str, said: str) -> None:
    assert one_title(f"{name} さん、{name}様", [name, "", "A-0001"]) == said
