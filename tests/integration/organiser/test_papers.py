"""No paper speaks of what only a mail has: links, replies, letters that come to an address."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.organiser.paper import Words, on_paper
from app.organiser.paper_words import fax_words, postcard_words
from app.reminders import letters
from app.reminders.facts import Order, Target

MAIL = Path(__file__).resolve().parents[2] / "snapshots/mail"
KINDS = (
    *("already", "called-off", "cancelled", "changed", "confirmed", "moved-up", "new-link"),
    *("office", "queue-ended", "waiting"),
)
ONLY_IN_MAIL = {
    "ja": ("このメール", "メールで", "このリンク", "返信", "「いいえ」", "こちら", "このアドレス"),
    "en": ("this link", "reply", "write to you", "calendar does not", "press", " here."),
}


def texts(locale: str) -> list[str]:
    """Every letter about a sign-up as it is mailed, and the reminders."""
    found = [
        path.read_text(encoding="utf-8")
        for kind in KINDS
        for path in sorted(MAIL.glob(f"{kind}*-{locale}*.txt"))
    ]
    for asks in (True, False):
        order = Order(target=Target(), text=letters.default_text(), asks_coming=asks)
        said = letters.default_text(order)
        body = said.body_en if locale == "en" else said.body
        link = "http://127.0.0.1:8000/r/abc"
        found.append(body.replace("{{確認のリンク}}", link).replace("{{link}}", link))
    return found


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("words", [fax_words, postcard_words])
def test_papers_say_only_what_is_true_on_paper(
    app: Flask, locale: str, words: Callable[[str], Words]
) -> None:
    with app.test_request_context():
        mailed = texts(locale)
        said = words(locale)
    assert len(mailed) >= 12
    on_card = words is postcard_words
    for text in mailed:
        paper = on_paper(text, said, lambda link: on_card or "/r/" in link or "/another/" in link)
        for told in ONLY_IN_MAIL[locale]:
            if told == "このアドレス" and not on_card:
                continue  # of the meeting online, which stands on the sheet
            assert told not in paper, paper
        assert "/r/" not in paper
        assert "http" not in paper or not on_card
