"""One's own account: name, password, two-step login, and logging out everywhere."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import logout_user
from werkzeug.wrappers import Response

from app.auth import changing, queries
from app.auth.account_forms import NameForm
from app.auth.door.blueprint import blueprint
from app.auth.guards import account, actor
from app.auth.words import ROLES
from app.base.clock import now

Page = tuple[str, int]


@blueprint.get("/account")
@account
def own() -> str:
    """All about it."""
    return _show(NameForm(data={"name": actor().name}))


@blueprint.post("/account")
@account
def rename() -> Response | Page:
    """Keep another name."""
    form = NameForm(request.form)
    if not form.validate():
        return _show(form), HTTPStatus.UNPROCESSABLE_ENTITY
    if changing.rename(actor().account_id, form.name.data or "", actor()):
        flash(_("Your name has been changed."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


@blueprint.get("/account/log-out-everywhere")
@account
def ask_log_out_everywhere() -> str:
    """The question."""
    return render_template("account/log_out_everywhere.html")


@blueprint.post("/account/log-out-everywhere")
@account
def log_out_everywhere() -> Response:
    """End every session, this one too."""
    changing.log_out_everywhere(actor().account_id, actor())
    logout_user()
    flash(_("You are logged out everywhere."), "success")
    return redirect(url_for("security.login"), HTTPStatus.SEE_OTHER)


def _show(form: NameForm) -> str:
    mine = queries.get_account(actor().account_id, now())
    return render_template("account/own.html", form=form, mine=mine, role=ROLES[mine.role])
