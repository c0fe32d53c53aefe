"""Bodies of requests: of a known length, not too large, in UTF-8."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request
from werkzeug.exceptions import LengthRequired

DRAINED = 160 * 1000 * 1000
CHUNK = 64 * 1024
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Refuse bodies of unknown length (RFC 9110, 15.5.12): their limit could not be told."""

    @app.before_request
    def ask_length() -> None:
        if "Transfer-Encoding" in request.headers and request.content_length is None:
            raise LengthRequired


def takes_up_to(octets: int, *, file: int) -> Callable[[View], View]:
    """Mark a view that takes larger bodies than others, for whoever may use it (auth/guards).

    Args:
        octets: of a body: more than of a file, so that one that is a little too large is told so
            beside its field.
        file: the most octets of a file that is stored, as the page tells them.
    """

    def mark(view: View) -> View:
        view.largest_body = octets  # type: ignore[attr-defined]  # read by largest_body()
        view.largest_file = file  # type: ignore[attr-defined]  # read by largest_file()
        return view

    return mark


def largest_body() -> int | None:
    """What the view asked for takes by its mark; None where it takes what every page does."""
    return _mark("largest_body")


def largest_file() -> int | None:
    """How large a file the view asked for stores; None where it takes none."""
    return _mark("largest_file")


def _mark(name: str) -> int | None:
    return getattr(current_app.view_functions.get(request.endpoint or ""), name, None)


def drain() -> None:
    """Read off a body that nobody wants, so that the browser shows our page, not a broken line."""
    stream, left = request.environ.get("wsgi.input"), min(DRAINED, request.content_length or 0)
    while stream is not None and left > 0:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)


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
