"""The house's own rules: who may import whom, what must exist, which words are kept out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.config import Settings
from app.organiser.words import ACTIONS

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "app/translations/ja/LC_MESSAGES/messages.po"
FORBIDDEN = ("イベント", "チケット", "チェックイン", "キャンペーン", "セグメント", "ダッシュボード")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "{% extends" in path.read_text(encoding="utf-8")]


def catalogue() -> list[object]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="ja") if message.id]


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def joined(text: str | tuple[str, ...]) -> str:
    """One text of the catalogue, or the singular and plural of one."""
    return text if isinstance(text, str) else " ".join(text)


def test_every_english_text_has_its_japanese() -> None:
    missing = [one.id for one in catalogue() if not joined(one.string).strip() or one.fuzzy]
    assert missing == []


def test_the_catalogue_holds_every_text_of_the_code(tmp_path: Path) -> None:
    pot = tmp_path / "messages.pot"
    program = Path(sys.executable).with_name("pybabel")
    words = ["-k", "lazy_gettext", "-k", "_"]
    command = [program, "-q", "extract", "-F", "babel.cfg", *words, "-o", pot, "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with pot.open("rb") as file:
        used = {message.id for message in read_po(file) if message.id}
    known = {message.id for message in catalogue()}
    assert used - known == set(), "run: make translations"
    assert known - used == set(), "texts that nothing uses any more"


def test_placeholders_are_the_same_in_both_languages() -> None:
    names = re.compile(r"%\((\w+)\)s")
    differing = [
        message.id
        for message in catalogue()
        if set(names.findall(joined(message.id))) != set(names.findall(joined(message.string)))
    ]
    assert differing == []


def test_words_of_ticket_shops_are_kept_out_of_japanese() -> None:
    texts = [joined(message.string) for message in catalogue()]
    texts += [path.read_text(encoding="utf-8") for path in TEMPLATES]
    texts += [(ROOT / "app/events/samples.toml").read_text(encoding="utf-8")]
    found = [word for word in FORBIDDEN if any(word in text for text in texts)]
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_page_has_a_title(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    if page.is_relative_to(ROOT / "templates/layout"):
        return
    assert re.search(r"{%-?\s*block title", source), "a page needs a title block"


def test_pages_have_no_inline_script_or_style() -> None:
    # A script of this one type is data: browsers do not run it, whatever the policy says.
    data = r'<script type="application/ld\+json">'
    script = rf"(?!{data})<script(?![^>]*\bsrc=)"
    inline = re.compile(rf"{script}|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    found = [str(path) for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_paper_leaves_the_browser_a_margin_to_print_the_address_in() -> None:
    rules = [
        rule
        for path in (ROOT / "static/css").glob("*.css")
        for rule in re.findall(r"@page[^{]*\{[^}]*\}", path.read_text(encoding="utf-8"))
    ]
    assert len(rules) > 4
    assert [rule for rule in rules if not re.search(r"margin:\s*0;", rule)] == []


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`{name.upper()}`" not in documented]
    assert missing == []


def test_every_action_of_the_audit_log_has_its_words() -> None:
    noted = re.compile(
        r'(?:action=|\b_?(?:record|entry|note)\((?:[^()"]|\([^()]*\))*)"([a-z_]+\.[a-z_]+)"'
    )
    sources = sorted((ROOT / "app").rglob("*.py"))
    found = {one for path in sources for one in noted.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 40, "the places where entries are written have moved"
    assert found - ACTIONS.keys() == set()


def test_locks_name_no_addresses() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def _imported(path: Path) -> set[str]:
    """Names that a template takes from others, as it calls them."""
    found = re.findall(r"import ([^%]+?)(?: with context)? -?%}", path.read_text(encoding="utf-8"))
    return {one.split(" as ")[-1].strip() for names in found for one in names.split(",")}


def _given(path: Path) -> set[str]:
    """Names that a page says its view gives it."""
    told = re.search(r"{#-? Context: (.*?)-?#}", path.read_text(encoding="utf-8"), re.DOTALL)
    plain = re.sub(r"\([^)]*\)|:[^,;.]*", "", told[1]) if told else ""
    return set(re.findall(r"(?:^|[,;.]\s*)([a-z_]+)", plain))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_layout_takes_a_name_that_its_page_is_given(page: Path) -> None:
    layout, shadowed = page, set[str]()
    while found := re.search(r"{% extends '([^']+)' %}", layout.read_text(encoding="utf-8")):
        layout = ROOT / "templates" / found[1]
        shadowed |= _imported(layout)
    assert _given(page) & shadowed == set()
