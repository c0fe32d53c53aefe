"""The door of “send me my link again”: one field, and the same answer for every address."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.errors import Busy
from app.config import current_settings
from app.registration.again import service as again
from app.registration.again.forms import AgainForm
from app.web import posted
from app.web.limits import TooMany, hit
from app.web.locale import current_locale

blueprint = Blueprint("again", __name__)

FORM = "link-again"


@blueprint.get("/link")
def form() -> Response:
    """The empty form."""
    return _show_form(AgainForm())


@blueprint.post("/link")
def ask() -> Response:
    """Note the address; whatever fails keeps what was typed."""
    problem = posted.find_problem(FORM)
    typed = AgainForm(request.form)
    if "fix_email" in request.form:
        typed.email.data = request.form["fix_email"][:254]
        return _show_form(typed)
    if request.form.get("step") == "edit":
        return _show_form(typed)
    if problem:
        return _show_form(typed, problem=problem, status=422)
    if not typed.validate():
        return _show_form(typed, status=422)
    return _ask(typed)


@blueprint.get("/link/sent")
def sent() -> Response:
    """What happens next: the same whatever is known of the address."""
    return _page("registration/again_sent.html")


def _ask(typed: AgainForm) -> Response:
    try:
        hit("link", current_settings().limit_links)
        again.ask(typed.email.data or "", current_locale())
    except TooMany as refused:
        response = _show_form(typed, problem=posted.too_many(), status=429)
        response.headers["Retry-After"] = str(refused.retry_after)
        return response
    except Busy:
        return _show_form(typed, problem=posted.busy(), status=503)
    return redirect(url_for(".sent"), 303)


def _show_form(typed: AgainForm, *, problem: str = "", status: int = 200) -> Response:
    typed.token.data = posted.kept_token(FORM)
    return _page("registration/again.html", status=status, form=typed, problem=problem)


def _page(template: str, *, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)
