"""A forgotten password, and the link of an invitation or of a reset."""

from http import HTTPStatus

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.auth import inviting
from app.auth.account_forms import ForgotForm, NewPasswordForm
from app.auth.csrf import came_too_late
from app.auth.door.blueprint import blueprint
from app.base.errors import Busy, Gone
from app.web.headers import keep_private
from app.web.limits import TooMany
from app.web.locale import current_locale

LINK = "/set-password/<token:token>"


@blueprint.get("/forgot")
def forgot() -> Response:
    """Where the link is to go."""
    return keep_private(_ask(ForgotForm()))


@blueprint.post("/forgot")
def ask_reset() -> AnyResponse:
    """Send it, where there is such an account; the answer does not tell."""
    form = ForgotForm(request.form)
    if not form.validate():
        return _ask(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        inviting.ask_reset(form.email.data or "", current_locale())
    except TooMany as refused:
        told = _("There were too many attempts. Please wait a little and try again")
        answer = _ask(form, HTTPStatus.TOO_MANY_REQUESTS, told)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    except Busy:
        told = _("We are very busy just now. Please try again in a minute")
        return _ask(form, HTTPStatus.SERVICE_UNAVAILABLE, told)
    return redirect(url_for(".reset_sent"), HTTPStatus.SEE_OTHER)


@blueprint.get("/forgot/sent")
def reset_sent() -> Response:
    """What happens next; the same for everybody."""
    return keep_private(make_response(render_template("account/reset_sent.html")))


@blueprint.get(LINK)
def choose_password(token: str) -> Response:
    """The form behind a link; looking at it uses nothing up."""
    _account_id, email = inviting.check_link(token)
    return keep_private(_choose(token, email, NewPasswordForm()))


@blueprint.post(LINK)
def set_password(token: str) -> AnyResponse:
    """Set the password; the link is used up then."""
    _account_id, email = inviting.check_link(token)
    form = NewPasswordForm(request.form)
    form.email = email
    if came_too_late():
        told = _("This page was open for too long. Please enter it again")
        return _choose(token, email, form, HTTPStatus.UNPROCESSABLE_ENTITY, told)
    if not form.validate():
        return _choose(token, email, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        inviting.set_password(token, form.new_password.data or "")
    except Busy:
        told = _("We are very busy just now. Please try again in a minute")
        return _choose(token, email, form, HTTPStatus.SERVICE_UNAVAILABLE, told)
    flash(_("Your password is set. Please log in with it."), "success")
    return redirect(url_for("security.login"), HTTPStatus.SEE_OTHER)


@blueprint.errorhandler(Gone)
def say_gone(_error: Gone) -> Response:
    """What to do instead of a link that was used or is too old: it was for the office alone."""
    page = render_template("account/link_gone.html")
    return keep_private(make_response(page, HTTPStatus.GONE))


def _ask(form: ForgotForm, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> Response:
    page = render_template("account/forgot.html", form=form, problem=problem)
    return make_response(page, status)


def _choose(
    token: str,
    email: str,
    form: NewPasswordForm,
    status: HTTPStatus = HTTPStatus.OK,
    problem: str = "",
) -> Response:
    page = render_template(
        "account/set_password.html", form=form, token=token, email=email, problem=problem
    )
    return make_response(page, status)
