"""Words of templates in the reader's language, escaped once."""

from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.base.postal import one_title
from app.web.catalogues import MOST_MESSAGES, language_under_way, text_in


def init_app(app: Flask) -> None:
    """Let ``_()`` and ``{% trans %}`` of every template look up here."""
    app.jinja_env.globals.update(_=translate, gettext=translate)


@pass_eval_context
def translate(context: EvalContext, message: str, **values: Any) -> str:
    """``message`` in the language under way, ``%(name)s`` filled in; escaped where the page is."""
    language = language_under_way()
    if values:
        text = _text(language, message, escaped=context.autoescape) % values
        names = [str(escape(v)) for v in values.values() if isinstance(v, str)]
        said = one_title(str(text), names)
        return Markup(said) if context.autoescape else said  # noqa: S704  # escaped above
    return _plain(language, message, escaped=context.autoescape)


@lru_cache(MOST_MESSAGES)
def _text(language: str, message: str, *, escaped: bool) -> str:
    text = text_in(language, message)
    return escape(text) if escaped else text


@lru_cache(MOST_MESSAGES)
def _plain(language: str, message: str, *, escaped: bool) -> str:
    """Without values; ``%%`` stands for a percent sign even so."""
    return _text(language, message, escaped=escaped) % {}
