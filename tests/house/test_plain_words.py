"""Every text of the attendees' way has its plain Japanese, and every kanji in it a reading."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "app/translations/ja/LC_MESSAGES"
PLACES = (
    *("templates/layout/base.html", "templates/layout/public.html", "templates/errors/*.html"),
    *("templates/components/*.html", "templates/registration/**/*.html"),
    *("templates/public/*.html", "templates/interest/**/*.html", "templates/mail/*/*.txt"),
    *("app/registration/forms/*.py", "app/registration/door/*.py"),
    *("app/registration/again/*.py",),
    *("app/interest/forms.py", "app/interest/views.py"),
    *("app/web/errors.py", "app/web/association.py"),
)
OFFICE = {"account_invite", "account_reset", "arranged", "rule_unseen"}
# Of the office, in components that both sides use.
ONLY_FOR_THE_OFFICE = {
    *("Accepted by the mail server", "Again at %(at)s", "Will be sent again"),
    *(
        "Could not be sent",
        "To be told by telephone",
        "Told by telephone or post",
        "Not sent, out of date",
    ),
    *("Being sent", "In the queue", "Signed up twice", "No limit", "%(taken)s of %(limit)s places"),
    *("Being written anew", "Paused", "Told by us", "Not said"),
    "%(done)s of %(total)s letters were accepted by the mail server",
}
# Only signs: nothing to say in other words.
SIGNS = {".", "; ", "%(day)s, %(hours)s", "%(name)s", "Fax %(fax)s"}
KANJI = "々〆ヶ〇\u3400-\u4dbf\u4e00-\u9fff"
READ = re.compile(f"[|][^|《》]+《[^《》]+》|[{KANJI}]+《[ぁ-ゖー]+》")


def texts(name: str) -> dict[str, str]:
    with (FOLDER / name).open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="ja") if each.id}


EASY = texts("easy.po")


def used() -> Iterator[tuple[str, str]]:
    """Every text in its file."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "trimmed": "true"}
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    for path in (path for place in PLACES for path in sorted(ROOT.glob(place))):
        if path.name.startswith("office") or path.parent.name in OFFICE:
            continue
        method = "python" if path.suffix == ".py" else babel_extract
        with path.open("rb") as file:
            found = extract(method, file, keywords, options=options)
            yield from ((str(path.relative_to(ROOT)), str(each[1])) for each in found)


def test_every_text_of_the_attendees_way_is_said_in_plain_words() -> None:
    found = list(used())
    assert len(found) > 200, "the places where texts stand have moved"
    passed_over = EASY.keys() | ONLY_FOR_THE_OFFICE | SIGNS
    missing = sorted({(file, text) for file, text in found if text not in passed_over})
    told = "\n".join(f"{file}: {text}" for file, text in missing)
    assert not missing, f"to be said in {FOLDER.name}/easy.po:\n{told}"


def test_nothing_is_said_that_nobody_asks_for() -> None:
    assert EASY.keys() - texts("messages.po").keys() == set()


def test_placeholders_are_the_same_in_plain_words() -> None:
    names = re.compile(r"%\((\w+)\)s")
    differing = [
        text for text, easy in EASY.items() if set(names.findall(text)) != set(names.findall(easy))
    ]
    assert differing == []


def _samples() -> Iterator[str]:
    data = tomllib.loads((ROOT / "app/events/samples.toml").read_text(encoding="utf-8"))
    for series in data["series"]:
        for event in series["event"]:
            yield from (
                text["easy"] for text in event.values() if isinstance(text, dict) and "easy" in text
            )


@pytest.mark.parametrize("said", [*EASY.values(), *_samples()])
def test_every_kanji_has_its_reading(said: str) -> None:
    assert re.findall(f"[{KANJI}]+", READ.sub("", said)) == []
    assert "《" not in READ.sub("", said), "a reading without its kanji"
