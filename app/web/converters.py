"""Shapes of the parts of our addresses; anything else is 404 before it reaches a query."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """The name of a meeting in an address."""

    regex = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"


class TokenConverter(BaseConverter):
    """A signed token in an address."""

    regex = r"[a-z0-9-]{1,120}"


def init_app(app: Flask) -> None:
    """Make the shapes known to routes as ``<slug:…>`` and ``<token:…>``."""
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["token"] = TokenConverter
