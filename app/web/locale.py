"""The language of a page: ``?lang=`` in the address, kept in every link; no cookie is set."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from babel import Locale
from flask import Blueprint, Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale
from flask_babel import gettext as untyped_gettext

from app.base.furigana import annotate
from app.base.languages import (
    DEFAULT,
    LOCALES,
    PAGE_LOCALES,
    PLAIN,
    babel_name,
    content_language,
)
from app.config import current_settings
from app.web import catalogues

__all__ = [
    "DEFAULT",
    "LOCALES",
    "PLAIN",
    "Language",
    "asked_locale",
    "content_language",
    "current_locale",
    "default_locale",
    "force",
    "gettext",
    "in_language",
    "offer_plain_words",
    "other_languages",
    "prefer_locale",
]


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language that a page can be shown in, as the switch names it."""

    code: str
    words: str

    @property
    def html(self) -> str:
        """For ``lang`` and ``hreflang``."""
        return content_language(self.code)


_LANGUAGES = (
    Language(code="ja", words="日本語"),
    Language(code="en", words="English"),
    Language(code=PLAIN, words="やさしい日本語"),
)
_ORDINARY = Language(code="ja", words=annotate("ふつうの日本語《にほんご》"))


def current_locale() -> str:
    """'ja', 'en' or 'easy': what the address asks for, the page chose, or the office has set."""
    if not has_request_context():
        return DEFAULT
    return asked_locale() or g.get("locale") or default_locale()


def default_locale() -> str:
    """The language of pages for which nobody asks for one; their addresses need no ``?lang=``."""
    return current_settings().default_language


def asked_locale() -> str | None:
    """The language that the address asks for, if any; plain words only where they are offered."""
    if "lang" not in request.args:  # asked at every link; a missing key is a dear exception
        return None
    asked = request.args["lang"]
    if asked == PLAIN:
        return PLAIN if _has_plain_words() else None
    return asked if asked in LOCALES else None


def prefer_locale(locale: str) -> None:
    """Show this page in ``locale`` unless its address asks for another language."""
    g.locale = locale if locale in PAGE_LOCALES else DEFAULT


def offer_plain_words(app: Flask, blueprint: Blueprint) -> None:
    """Let the pages of ``blueprint`` be read in plain words; error pages always can."""
    app.extensions.setdefault("plain_words", set()).add(blueprint.name)


def force(locale: str) -> AbstractContextManager[None]:
    """Texts in ``locale`` ('ja', 'en' or 'easy') within the block, whatever the page is in."""
    forced: AbstractContextManager[None] = force_locale(_babel_locale(locale))
    return forced


@cache
def _babel_locale(locale: str) -> Locale:
    return Locale.parse(babel_name(locale))


def gettext(text: str, **values: object) -> str:
    """``text`` (English, in the code) in the language of the page or letter under way."""
    return str(untyped_gettext(text, **values))


def other_languages(locale: str) -> tuple[Language, ...]:
    """What the switch of a page in ``locale`` offers, the nearest first."""
    if locale == PLAIN:
        return (_ORDINARY, _LANGUAGES[1])
    return tuple(language for language in _LANGUAGES if language.code != locale)


def in_language(address: str, locale: str) -> str:
    """``address`` (a path of ours, query and all) in another language."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name != "lang"]
    return f"{parts.path}?{urlencode([*kept, ('lang', locale)])}"


def this_page(locale: str) -> str:
    """The address of this page, query and all, in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # One slash at the beginning: two would lead to another host.
    path = "/" + quote(request.path.lstrip("/"), safe="/")
    return f"{path}?{urlencode([*kept, ('lang', locale)])}"


def _has_plain_words() -> bool:
    """Whether this is a page for visitors, or none at all; the office has two languages."""
    name = request.blueprint
    return name is None or name in current_app.extensions.get("plain_words", ())


def init_app(app: Flask) -> None:
    """Set up translations and the language of links."""
    babel = Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Tokyo",
        default_translation_directories=str(catalogues.FOLDER),
        locale_selector=lambda: _babel_locale(current_locale()),
    )
    babel.domain_instance = catalogues.Texts()
    app.add_template_filter(in_language)
    app.add_template_filter(other_languages)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" or "lang" in values or not has_request_context():
            return
        asked = asked_locale()
        if asked is not None:
            values["lang"] = asked
