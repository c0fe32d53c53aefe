"""Words of templates in the reader's language, each found by one look-up.

Flask-Babel asks for context, domain and catalogue anew at every word, and a page has fifty of
them. What a catalogue says never changes while we run.
"""

from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import escape

MOST_MESSAGES = 4096


def init_app(app: Flask) -> None:
    """Let ``_()`` and ``{% trans %}`` of every template look up here."""
    app.jinja_env.globals.update(_=translate, gettext=translate)


@pass_eval_context
def translate(context: EvalContext, message: str, **values: Any) -> str:
    """``message`` in the language under way, ``%(name)s`` filled in; escaped where the page is."""
    locale = get_locale()
    language = "" if locale is None else locale.language + (locale.modifier or "")
    if values:
        return _text(language, message, escaped=context.autoescape) % values
    return _plain(language, message, escaped=context.autoescape)


@lru_cache(MOST_MESSAGES)
def _text(_language: str, message: str, *, escaped: bool) -> str:
    text: str = get_translations().gettext(message)
    return escape(text) if escaped else text


@lru_cache(MOST_MESSAGES)
def _plain(language: str, message: str, *, escaped: bool) -> str:
    """Without values; ``%%`` stands for a percent sign even so."""
    return _text(language, message, escaped=escaped) % {}
