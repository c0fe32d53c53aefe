"""Every code has its words, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.mail import words

SOURCES = [Path("app/mail") / name for name in ("replies.py", "message.py", "delivery.py")]
SAID = re.compile(r'(?:SettingsFault|Temporary|FinalRefusal)\(\s*"(\w+)"')


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    made = Flask(__name__)
    Babel(made, default_translation_directories=str(Path("app/translations").resolve()))
    with made.app_context():
        yield made


def test_codes_have_words() -> None:
    codes = {code for path in SOURCES for code in SAID.findall(path.read_text())}
    assert "address_broken" in codes
    assert codes - set(words._REASONS) == set()


@pytest.mark.parametrize("code", [*words._REASONS, "never heard of"])
def test_words_in_both_languages(code: str) -> None:
    with force_locale("ja"):
        ja = words.reason_words(code)
    with force_locale("en"):
        en = words.reason_words(code)
    assert en.isascii()
    assert not ja.isascii()
    assert "届" not in ja


def test_no_code_no_words() -> None:
    assert words.reason_words("") == ""
