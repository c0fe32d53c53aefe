"""Error pages: what happened, what is kept, what to do next. Never a bare status line."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask, Response, current_app, make_response, request
from flask.globals import request_ctx
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.base.errors import Refusal
from app.db import dialect
from app.web.association import association
from app.web.bodies import drain, largest_file
from app.web.csrf import ForeignForm
from app.web.filters import KILOBYTE, MEGABYTE
from app.web.page import page_facts

log = logging.getLogger(__name__)


class ErrorText(NamedTuple):
    """The three sentences of an error page."""

    title: str
    message: str
    advice: str


TEXTS: dict[int, ErrorText] = {
    400: ErrorText(
        _("This request could not be read"),
        _("Something was missing from what your browser sent, or was garbled on the way."),
        _("Please go back one page and try again."),
    ),
    403: ErrorText(
        _("This page may not be opened from here"),
        _("The form came from another site, or this account may not do this."),
        _("Please open the page again from the list of meetings."),
    ),
    404: ErrorText(
        _("This page was not found"),
        _("The address may be cut off or mistyped."),
        _("Please look at the list of meetings, or telephone us."),
    ),
    405: ErrorText(
        _("This page cannot be used in that way"),
        _("The address exists, but not for what your browser asked of it."),
        _("Please go back one page and try again."),
    ),
    409: ErrorText(
        _("Something has changed meanwhile"),
        _("Somebody changed this while you had it open."),
        _("Please open the page again and look at what is there now."),
    ),
    410: ErrorText(
        _("This link is no longer in use"),
        _("It has been replaced by a newer one."),
        _(
            "Please use the link in our latest letter. "
            "We send it to you again: see the foot of this page. You can also telephone us."
        ),
    ),
    413: ErrorText(
        _("That was too much at once"),
        _("What was sent is larger than this page can take. Nothing was stored."),
        _("Please go back, shorten what you wrote or choose a smaller file, and send it again."),
    ),
    422: ErrorText(
        _("Something needs to be put right"),
        _("Some of what was sent could not be used. Nothing was stored."),
        _("Please go back, look it over and send it again."),
    ),
    429: ErrorText(
        _("Please wait a little"),
        _("There were very many requests from your network in a short time."),
        _("Please try again in a while. You can also telephone us."),
    ),
    500: ErrorText(
        _("Something went wrong on our side"),
        _("We are sorry. The fault has been recorded."),
        _("Please try again in a while. You can also telephone us."),
    ),
    503: ErrorText(
        _("We are very busy just now"),
        _("Nothing was stored."),
        _("Please try again in a minute. You can also telephone us."),
    ),
}


OwnPage = Callable[[int, ErrorText], str | None]
BARE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>エラー {code}</title>
<p>開けませんでした。アドレスをお確かめのうえ、しばらくしてからもう一度お試しください。</p>
<p lang="en">This could not be opened. Please check the address, and try again in a while.</p>
"""


def error_page(code: int) -> Response:
    """The page for ``code``; an unlisted 4xx looks like 400, anything else like 500."""
    if request_ctx.url_adapter is None:  # a host that is not ours: no link can be made
        return make_response(BARE.format(code=code), code)
    try:
        return make_response(_render(code), code)
    except Exception:
        log.exception("the page of error %s could not be made", code)
        return make_response(BARE.format(code=code), code)


def serve(app: Flask, prefix: str, page: OwnPage) -> None:
    """Answer what goes wrong below an address with a page of its door.

    Args:
        app: the application.
        prefix: where the addresses of the door begin.
        page: gives the page for a code, or None where the one for everybody is right.
    """
    app.extensions.setdefault("error_pages", {})[prefix] = page


def _render(code: int) -> str:
    fallback = 400 if _is_refusal(code) else 500
    text = _file_too_large(code) or TEXTS.get(code) or TEXTS[fallback]
    own: dict[str, OwnPage] = current_app.extensions.get("error_pages", {})
    pages = (page(code, text) for at, page in own.items() if request.path.startswith(at))
    found = next(filter(None, pages), None) if _is_refusal(code) else None
    return found or _for_everybody(code, text)


def _file_too_large(code: int) -> ErrorText | None:
    """What to say where a form for a file was sent one far too large; None for anything else."""
    most = largest_file() if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else None
    if most is None:
        return None
    size = f"{most // MEGABYTE} MB" if most >= MEGABYTE else f"{most // KILOBYTE} kB"
    return ErrorText(
        _("This file is too large"),
        _("A file sent here can have up to %(size)s. Nothing was stored.", size=size),
        _("Please go back, choose a smaller file, and send it again."),
    )


def _is_refusal(code: int) -> bool:
    """Whether all is well on our side, so that the database may be asked."""
    return 400 <= code < 500  # noqa: PLR2004


def _for_everybody(code: int, text: ErrorText) -> str:
    """Only from what needs no database: who is logged in is not asked."""
    facts = {**page_facts(), "association": association()}
    template = current_app.jinja_env.get_template("errors/error.html")
    return template.render(code=code, kept=_kept(code), **facts, **text._asdict())


def _kept(code: int) -> list[tuple[str, str]]:
    """What was typed into a form that could not be stored just now; never a password."""
    if code != HTTPStatus.SERVICE_UNAVAILABLE or request.method != "POST":
        return []
    pairs = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if "password" not in name]


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refusal, lambda error: error_page(error.status))
    app.register_error_handler(CSRFError, lambda _error: error_page(400))
    app.register_error_handler(ForeignForm, lambda _error: error_page(403))
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:  # noqa: PLR2004  # redirects are raised, too
        return error
    if isinstance(error, RequestEntityTooLarge):
        drain()
    response = error_page(code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: DBAPIError) -> Response:
    if not (dialect.is_busy(error) or dialect.is_unreachable(error)):
        return _unexpected(error)
    log.error("the database is out of reach: %s", type(error.orig).__name__)
    return error_page(503)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected %s at %s", type(error).__name__, request.endpoint, exc_info=error)
    return error_page(500)
