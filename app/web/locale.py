"""The language of a page: ``?lang=`` in the address, kept in every link; no cookie is set."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as untyped_gettext

LOCALES = ("ja", "en")
DEFAULT = "ja"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def current_locale() -> str:
    """'ja' or 'en': what the address asks for, else what the page chose, else Japanese."""
    if not has_request_context():
        return DEFAULT
    return asked_locale() or g.get("locale", DEFAULT)


def asked_locale() -> str | None:
    """The language that the address asks for, if any."""
    asked = request.args.get("lang")
    return asked if asked in LOCALES else None


def prefer_locale(locale: str) -> None:
    """Show this page in ``locale`` unless its address asks for another language."""
    g.locale = locale if locale in LOCALES else DEFAULT


def gettext(text: str, **values: object) -> str:
    """``text`` (English, in the code) in the language of the page or letter under way."""
    return str(untyped_gettext(text, **values))


def other_language_url() -> str:
    """The address of this page, query and all, in the other language."""
    other = "en" if current_locale() == "ja" else "ja"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # One slash at the beginning: two would lead to another host.
    path = "/" + quote(request.path.lstrip("/"), safe="/")
    return f"{path}?{urlencode([*kept, ('lang', other)])}"


def init_app(app: Flask) -> None:
    """Set up translations and the language of links."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Tokyo",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=current_locale,
    )

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" or "lang" in values or not has_request_context():
            return
        asked = asked_locale()
        if asked is not None:
            values["lang"] = asked
