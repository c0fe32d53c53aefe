"""The languages: what texts are kept in, and what pages and letters can be read in."""

LOCALES = ("ja", "en")
"""Languages in which texts of the database and of the office are written."""
PLAIN = "easy"
"""やさしい日本語: Japanese in plain words, with readings. For visitors' pages and letters only."""
PAGE_LOCALES = (*LOCALES, PLAIN)
DEFAULT = "ja"
_PLAIN_IN_BABEL = "ja@easy"


def content_language(locale: str) -> str:
    """The language as HTML and mail name it (BCP 47): 'ja' for plain Japanese, too."""
    return DEFAULT if locale == PLAIN else locale


def babel_name(locale: str) -> str:
    """The name by which Babel knows ``locale``: plain Japanese is Japanese with a modifier."""
    return _PLAIN_IN_BABEL if locale == PLAIN else locale
