"""The texts of each language: compiled catalogues, and plain Japanese from its own file."""

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

from app.base.furigana import annotate

FOLDER = Path(__file__).resolve().parent.parent / "translations"
PLAIN_WORDS = FOLDER / "ja/LC_MESSAGES/easy.po"


class Texts(Domain):  # type: ignore[misc]  # Flask-Babel comes without types
    """Flask-Babel's catalogues, and the one in plain words for the locale ``ja@easy``."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language under way."""
        locale = get_locale()
        if locale is not None and locale.modifier:
            return plain_words()
        found: NullTranslations = super().get_translations()
        return found


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
