"""Postal addresses: the code is read however it was typed, the rest is left alone."""

import pytest

from app.base.postal import normalise_address, split_address

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
