"""The office's guides say what the pages say, and their pictures are those that are taken."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/office").glob("*.md"))
PICTURES = ROOT / "docs/office/pictures"
QUOTED = re.compile("「([^」]+)」")
SHOWN = re.compile(r"pictures/([a-z0-9-]+)\.png")
LINKED = re.compile(r"\(([a-z0-9-]+\.md)\)")
CATALOGUE = ROOT / "app/translations/ja/LC_MESSAGES/messages.po"


def texts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in GUIDES}


def test_every_quoted_word_stands_on_a_page() -> None:
    with CATALOGUE.open("rb") as file:
        known = [str(one.string) for one in read_po(file, locale="ja") if one.id]
    quoted = {
        (name, word) for name, text in texts().items() for word in re.findall("「([^」]+)」", text)
    }
    assert len(quoted) > 30
    missing = sorted((n, w) for n, w in quoted if w.strip() and w not in known)
    assert missing == []


def test_every_picture_is_shown_and_is_taken_by_a_test() -> None:
    shown = {
        one for text in texts().values() for one in re.findall(r"pictures/([a-z0-9-]+)\.png", text)
    }
    kept = {path.stem for path in PICTURES.glob("*.png")}
    taken = set(
        re.findall(
            r'picture\(\w+, "([a-z0-9-]+)"',
            (ROOT / "tests/browser/test_guides.py").read_text(encoding="utf-8"),
        )
    )
    assert shown == kept == taken


def test_the_guides_lead_to_each_other() -> None:
    names = set(texts())
    linked = {one for text in texts().values() for one in LINKED.findall(text)}
    assert linked == names - {"README.md"}


def test_pictures_are_small() -> None:
    assert [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > 150_000] == []
