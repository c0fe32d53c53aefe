"""The public addresses of a page: its one true one, and itself in each language."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import request, url_for

from app.config import current_settings
from app.web.locale import LOCALES, current_locale, default_locale


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Absolute addresses for ``<link rel=canonical>`` and ``hreflang`` (language → address)."""

    canonical: str
    alternates: dict[str, str]


def absolute(path: str, locale: str) -> str:
    """The address of ``path`` in a language, by PUBLIC_URL; the usual one needs no ``?lang=``."""
    query = "" if locale == default_locale() else f"?lang={locale}"
    return f"{current_settings().origin}{path}{query}"


def absolute_for(endpoint: str, locale: str, **values: Any) -> str:
    """The address of one of our pages in a language, whatever the request asked for."""
    return absolute(url_for(endpoint, lang=None, **values), locale)


def page_addresses() -> Addresses:
    """Those of the page under way; of its query nothing counts but the language."""
    path = "/" + quote(request.path.lstrip("/"), safe="/")
    return Addresses(
        canonical=absolute(path, current_locale()),
        alternates={locale: absolute(path, locale) for locale in LOCALES},
    )
