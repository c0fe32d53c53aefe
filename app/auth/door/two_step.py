"""Setting up two-step login: an app, passkeys, recovery codes. Each asks for the password."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.auth import passkeys
from app.auth import two_step as service
from app.auth.account_forms import AppForm, PasswordForm
from app.auth.door.blueprint import blueprint
from app.auth.guards import account, actor
from app.auth.second_forms import checks_password
from app.base.timezones import OFFICE, to_local
from app.config import current_settings
from app.web.qr import qr_svg

Page = tuple[str, int]
PLACE = "/account/two-step"
SECRET = "new_totp"  # noqa: S105  # where the session keeps it, signed and encrypted


@blueprint.get(PLACE)
@account
def two_step() -> str:
    """What is set up."""
    keys = [(one, to_local(one.lastuse_datetime, OFFICE)) for one in current_user.webauthn]
    return render_template(
        "account/two_step.html",
        app=bool(current_user.tf_totp_secret),
        passkeys=keys,
        possible=passkeys.are_possible(current_settings()),
        codes=len(current_user.mf_recovery_codes or ()),
    )


@blueprint.get(f"{PLACE}/app")
@account
def new_app() -> str:
    """The QR code for the app."""
    session[SECRET] = service.new_secret()
    return _show_app(AppForm())


@blueprint.post(f"{PLACE}/app")
@account
def add_app() -> Response | Page | str:
    """Turn it on once the app shows the right code; the recovery codes are shown once."""
    form, secret = AppForm(request.form), session.get(SECRET)
    if secret is None:
        return redirect(url_for(".new_app"), HTTPStatus.SEE_OTHER)
    if not form.validate() or not checks_password(form.password):
        return _show_app(form), HTTPStatus.UNPROCESSABLE_ENTITY
    found = current_user._get_current_object()  # noqa: SLF001  # as the library documents
    codes = service.turn_on(found, secret, form.code.data or "", actor())
    if codes is None:
        told = _("This code is not right. Please enter the one that the app shows now")
        form.code.errors = [told]
        return _show_app(form), HTTPStatus.UNPROCESSABLE_ENTITY
    session.pop(SECRET)
    return render_template("account/codes.html", codes=codes, is_new=True)


@blueprint.get(f"{PLACE}/<any('app-off', 'codes'):act>")
@account
def ask_two_step(act: str) -> str:
    """The question before the app is taken off, or new recovery codes are made."""
    return render_template("account/two_step_ask.html", act=act, form=PasswordForm())


@blueprint.post(f"{PLACE}/<any('app-off', 'codes'):act>")
@account
def change_two_step(act: str) -> Response | Page | str:
    """Do it, for whoever knows the password."""
    form = PasswordForm(request.form)
    if not form.validate() or not checks_password(form.password):
        page = render_template("account/two_step_ask.html", act=act, form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if act == "codes":
        return render_template("account/codes.html", codes=service.renew_codes(actor()))
    service.turn_off_app(actor())
    flash(_("The app is not asked for any more."), "success")
    return redirect(url_for(".two_step"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{PLACE}/passkeys/<int(max=2147483647):passkey_id>/remove")
@account
def ask_remove_passkey(passkey_id: int) -> Response | str:
    """The question."""
    found = next((one for one in current_user.webauthn if one.id == passkey_id), None)
    if found is None:
        flash(_("It had been removed already."), "success")
        return redirect(url_for(".two_step"), HTTPStatus.SEE_OTHER)
    return render_template("account/remove_passkey.html", passkey=found, form=PasswordForm())


@blueprint.post(f"{PLACE}/passkeys/<int(max=2147483647):passkey_id>/remove")
@account
def remove_passkey(passkey_id: int) -> Response | Page:
    """Take it off, for whoever knows the password."""
    form = PasswordForm(request.form)
    found = next((one for one in current_user.webauthn if one.id == passkey_id), None)
    if found is not None and not (form.validate() and checks_password(form.password)):
        page = render_template("account/remove_passkey.html", passkey=found, form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if passkeys.remove(passkey_id, actor()):
        flash(_("The passkey has been removed."), "success")
    else:
        flash(_("It had been removed already."), "success")
    return redirect(url_for(".two_step"), HTTPStatus.SEE_OTHER)


def _show_app(form: AppForm) -> str:
    uri, key = service.setup_facts(session[SECRET], actor().email)
    return render_template("account/new_app.html", form=form, qr=qr_svg(uri), key=key)
