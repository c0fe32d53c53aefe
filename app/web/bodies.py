"""Bodies of requests: of a known length, in UTF-8."""

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import LengthRequired


def init_app(app: Flask) -> None:
    """Refuse bodies of unknown length (RFC 9110, 15.5.12): their limit could not be told."""

    @app.before_request
    def ask_length() -> None:
        if "Transfer-Encoding" in request.headers and request.content_length is None:
            raise LengthRequired


def has_broken_text() -> bool:
    """Whether the form that was sent holds bytes that are no UTF-8. Call it before reading one.

    Werkzeug shows such bytes as %FF; afterwards nobody can tell them from "100%BEEF".
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return False
    try:
        unquote_to_bytes(request.get_data(cache=True)).decode()
    except UnicodeDecodeError:
        return True
    return False
