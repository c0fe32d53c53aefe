"""The texts of each language: compiled catalogues, and plain Japanese from its own file.

Flask-Babel asks for context, domain and catalogue anew at every word, and a page has a hundred of
them. What a catalogue says never changes while we run, so each word is found by one look-up.
"""

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, has_app_context
from flask_babel import Domain, get_locale, get_translations

from app.base.furigana import annotate
from app.base.postal import one_title

FOLDER = Path(__file__).resolve().parent.parent / "translations"
PLAIN_WORDS = FOLDER / "ja/LC_MESSAGES/easy.po"
MOST_MESSAGES = 8192


class Texts(Domain):  # type: ignore[misc]  # Flask-Babel comes without types
    """Flask-Babel's catalogues, and the one in plain words for the locale ``ja@easy``."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language under way."""
        locale = get_locale()
        if locale is not None and locale.modifier:
            return plain_words()
        found: NullTranslations = super().get_translations()
        return found

    def gettext(self, string: str, **variables: object) -> str:
        """``string`` in the language under way, ``%(name)s`` filled in."""
        text = text_in(language_under_way(), string)
        if not variables:
            return text
        return one_title(text % variables, [v for v in variables.values() if isinstance(v, str)])


def language_under_way() -> str:
    """The language of the page or letter under way, for ``text_in``; '' where there is none."""
    if not has_app_context():
        return ""
    locale = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return "" if locale is None else f"{locale.language}{locale.modifier or ''}"


@lru_cache(MOST_MESSAGES)
def text_in(_language: str, message: str) -> str:
    """``message`` in the language under way, which is ``_language``."""
    return str(get_translations().gettext(message))


@lru_cache(1)
def plain_words() -> Translations:
    """The texts in plain Japanese, readings marked; whatever is missing is said in Japanese.

    Read as it is written, so that there is nothing to compile: 30 ms once in a process.
    """
    with PLAIN_WORDS.open("rb") as file:
        catalogue = read_po(file, locale="ja")
    for message in catalogue:
        if message.id and isinstance(message.string, str):
            message.string = annotate(message.string)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    texts = Translations(compiled)
    texts.add_fallback(Translations.load(FOLDER, ["ja"]))
    return texts
