"""Who may open a page of the office."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app.auth.csrf import came_too_late
from app.auth.facts import Actor
from app.auth.service import ROLES
from app.base.errors import Busy, Forbidden
from app.db import dialect
from app.web.bodies import drain, largest_body
from app.web.headers import keep_private

View = Callable[..., Any]


def office(view: View) -> View:
    """Let in only people of the office; everything typed is kept when their session has ended.

    The view carries ``guard = "office"``, so that a test can list every address with its guard.
    Its answers to GET and HEAD are not stored anywhere.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _log_in_first()
        if not any(current_user.has_role(role) for role in ROLES):
            raise Forbidden("role")
        if came_too_late():
            return _again(HTTPStatus.UNPROCESSABLE_ENTITY)
        if request.method == "POST":
            return _act(view, *args, **kwargs)
        return keep_private(make_response(view(*args, **kwargs)))

    guarded.guard = "office"  # type: ignore[attr-defined]  # read by the test of guards
    return guarded


def open_to_large_bodies() -> Response | None:
    """Let people of the office, and nobody else, send as much as the view is marked to take.

    To be asked before anything reads the form, so before the check of its token. What a stranger
    sends is not even looked at; whoever was logged out meanwhile is sent to the login.
    """
    largest = largest_body()
    if largest is None or request.method != "POST":
        return None
    if current_user.is_authenticated:
        request.max_content_length = largest
    elif (request.content_length or 0) > (request.max_content_length or 0):
        drain()
        # What GET shows at this address is the page with the form.
        return redirect(url_for("security.login", next=request.path), HTTPStatus.SEE_OTHER)
    return None


def actor() -> Actor:
    """Who is acting; call it only behind a guard."""
    return Actor(
        account_id=current_user.id,
        email=current_user.email,
        name=current_user.name or current_user.email,
    )


def _act(view: View, *args: Any, **kwargs: Any) -> Any:
    """Call a view that writes; where the database cannot be had, what was typed is kept."""
    try:
        return view(*args, **kwargs)
    except Busy:
        return _again(HTTPStatus.SERVICE_UNAVAILABLE)
    except DBAPIError as error:
        if not (dialect.is_busy(error) or dialect.is_unreachable(error)):
            raise
        return _again(HTTPStatus.SERVICE_UNAVAILABLE)


def _log_in_first() -> Response:
    if request.method == "POST":
        return _again(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _again(status: HTTPStatus) -> Response:
    """All that was typed, hidden in a form with a fresh token, and one button to send it again."""
    values = [(name, value) for name, value in request.form.items(multi=True)]
    kept = [(name, value) for name, value in values if name != "csrf_token"]
    page = render_template(
        "security/again.html", kept=kept, address=request.full_path, status=int(status)
    )
    return make_response(page, status)
