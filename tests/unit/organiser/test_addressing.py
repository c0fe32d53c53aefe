"""宛名: one title, never two."""

from typing import Any

import pytest

from app.organiser.addressing import addressee


@pytest.mark.parametrize(
    ("organisation", "name", "more", "lines"),
    [
        ("", "見本 花子", {}, ("見本 花子 様",)),
        ("見本協同組合", "見本 花子", {}, ("見本協同組合", "見本 花子 様")),
        ("見本協同組合", "", {}, ("見本協同組合 御中",)),
        ("見本協同組合", "見本 花子", {"organisation_only": True}, ("見本協同組合 御中",)),
        ("", "見本 花子", {"organisation_only": True}, ("見本 花子 様",)),
        ("Sample", "Ann Example", {"english": True}, ("Sample", "Ann Example")),
    ],
)
def test_each_addressee_has_one_title(
    organisation: str, name: str, more: dict[str, Any], lines: tuple[str, ...]
) -> None:
    assert addressee(organisation, name, **more) == lines
