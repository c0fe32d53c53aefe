"""Requests that act must come from our own pages. No cookie is needed for it.

Public forms carry a signed value of their own beside this check (see ``forms.FormSigner``);
the office's forms carry Flask-WTF's token, which is bound to the session.
"""

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from app.config import Settings

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class ForeignForm(Forbidden):
    """A form was sent from another site."""


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse unsafe requests that another site made a browser send."""

    @app.before_request
    def check_source() -> None:
        if request.method in UNSAFE and not _is_our_own(settings):
            raise ForeignForm


def _is_our_own(settings: Settings) -> bool:
    """Judge by Sec-Fetch-Site, else by Origin; a client that sends neither is no browser's form."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin in settings.origins
