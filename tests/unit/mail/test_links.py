"""Only our own addresses can be pressed in a letter that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.views import own_links

ORIGIN = "http://127.0.0.1:8000"


def links(text: str) -> list[str]:
    return [part for part, is_link in own_links(text, ORIGIN) if is_link]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{ORIGIN}/r/abc234?lang=en", [f"{ORIGIN}/r/abc234?lang=en"]),
        (f"見る: {ORIGIN}/r/abc。次", [f"{ORIGIN}/r/abc"]),
        (f"See {ORIGIN}/r/abc.", [f"{ORIGIN}/r/abc"]),
        (f"({ORIGIN}/)\n{ORIGIN}", [f"{ORIGIN}/", ORIGIN]),
        (f"{ORIGIN}.evil.example/r/abc", []),
        (f"{ORIGIN}0/r/abc", []),
        (f"{ORIGIN}@evil.example/", []),
        ("https://evil.example/", []),
        ("javascript:alert(1)", []),
    ],
)
def test_links(text: str, found: list[str]) -> None:
    assert links(text) == found


@given(st.lists(st.sampled_from([ORIGIN, "/r/a", "?", ".", " ", "<", '"', "あ", "@", "x"])))
def test_nothing_is_lost_and_every_link_is_ours(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(part for part, _ in own_links(text, ORIGIN)) == text
    for link in links(text):
        assert link == ORIGIN or link[len(ORIGIN)] in "/?"
        assert not set(link) & set('<"')
