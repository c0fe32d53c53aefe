"""What stands on a postcard: no link that a stranger could follow, and never more than fits."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.organiser.paper import COLUMNS, ROWS, cards, rows, without_links

MAIL = Path(__file__).resolve().parents[2] / "snapshots/mail"
INSTEAD, INLINE = "お電話ください: 03-0000-0000", "(お電話ください)"


def shown(name: str) -> str:
    text = (MAIL / f"{name}.txt").read_text(encoding="utf-8")
    return without_links(text, INSTEAD, INLINE)


def test_the_paragraph_about_the_personal_link_becomes_the_telephone() -> None:
    for name in ("confirmed-ja-group", "confirmed-en-group", "confirmed-easy-venue", "changed-ja"):
        text = shown(name)
        assert "http" not in text
        assert "/r/" not in text
        assert text.count(INSTEAD) == 1
        assert "伝えないでください" not in text


def test_other_links_go_too_and_their_sentences_stay() -> None:
    text = "資料は https://example.com/a をご覧ください。\n会場は同じです。"
    assert (
        without_links(text, INSTEAD, INLINE)
        == f"資料は {INLINE} をご覧ください。\n会場は同じです。"
    )


def test_what_is_said_only_in_a_mail_is_left_out() -> None:
    text = "見本 花子 様\n\nこのメールは\n\nお待ちしています。\nこのメールは"
    left = without_links(text, INSTEAD, INLINE, ["このメールは"])
    assert left == "見本 花子 様\n\nお待ちしています。"


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
