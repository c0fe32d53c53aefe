"""What stands on a postcard: no link that a stranger could follow, and never more than fits."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organiser.paper import COLUMNS, LINK_PARAGRAPH, ROWS, Words, cards, on_paper, rows

MAIL = Path(__file__).resolve().parents[2] / "snapshots/mail"
INSTEAD, INLINE = "お電話ください: 03-0000-0000", "(お電話ください)"


WORDS = Words(
    instead=INSTEAD,
    inline=INLINE,
    lines={"このメールは": "", "こちらから": "お電話ください。", "当日開く": "お尋ねください。"},
)


def card(text: str) -> str:
    return on_paper(text, WORDS, lambda _link: True)


def fax(text: str) -> str:
    return on_paper(text, WORDS, lambda link: "/r/" in link)


def shown(name: str) -> str:
    return card((MAIL / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("written", [card, fax])
def test_the_paragraph_about_the_personal_link_becomes_the_telephone(
    written: Callable[[str], str],
) -> None:
    for name in ("confirmed-ja-group", "confirmed-en-group", "confirmed-easy-venue", "changed-ja"):
        text = written((MAIL / f"{name}.txt").read_text(encoding="utf-8"))
        assert "/r/" not in text
        assert text.count(INSTEAD) == 1
        assert "伝えないでください" not in text


def test_other_links_go_from_a_card_and_their_sentences_stay() -> None:
    text = "資料は https://example.com/a をご覧ください。\n会場は同じです。"
    assert card(text) == f"資料は {INLINE} をご覧ください。\n会場は同じです。"
    assert fax(text) == text


def test_what_is_said_only_in_a_mail_is_left_out_or_said_otherwise() -> None:
    text = "見本 花子 様\n\nこのメールは\n\nお待ちしています。\nこのメールは"
    assert card(text) == "見本 花子 様\n\nお待ちしています。"
    assert card("こちらから\nhttps://example.com/r/x") == "お電話ください。"
    lines = [f"{n}行目" for n in range(LINK_PARAGRAPH)]
    online = "\n".join([*lines, "当日開く", "https://example.com/zoom", "参加費: 無料"])
    assert card(online) == "\n".join([*lines, "お尋ねください。", "参加費: 無料"])


def test_a_short_letter_is_one_card_and_a_long_one_several() -> None:
    assert len(cards("見本 花子 様\n\nお待ちしています。")) == 1
    several = cards(shown("confirmed-ja-group"))
    assert len(several) == 2
    assert several[1][0].startswith("会合: 見本連合会"), "a meeting goes over as a whole"
    assert several[0][0].startswith("【受付完了】")


def height(lines: list[str]) -> float:
    return sum(rows(line) if line else 0.5 for line in lines)


@given(st.text(st.sampled_from("見本。あaA1 \n\n,.#<"), max_size=3000))
def test_no_card_holds_more_than_fits_and_nothing_is_lost(text: str) -> None:
    made = cards(text)
    assert all(height(lines) <= ROWS for lines in made)
    assert all(lines[0] and lines[-1] for lines in made)
    kept = "".join("".join(lines) for lines in made)
    assert "".join(kept.split()) == "".join(text.split())


def test_one_endless_line_is_cut() -> None:
    made = cards("見" * COLUMNS * ROWS * 2)
    assert len(made) > 1
    assert all(height(lines) <= ROWS for lines in made)
