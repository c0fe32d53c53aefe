"""Flask-Security: log in by one step or two, log out, change the password, all under /office."""

import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, flash, request, session
from flask_babel import gettext as _
from flask_login import user_logged_in, user_logged_out
from flask_security import Security, password_changed

from app.auth import guards, service
from app.auth.csrf import OfficeProtect
from app.auth.datastore import AccountDatastore
from app.auth.forms import ChangePasswordForm, LoginForm
from app.auth.guards import open_to_large_bodies
from app.auth.models import Account
from app.auth.passkeys import OwnOrigin
from app.auth.second_forms import (
    CodeForm,
    NoRescueForm,
    PasskeyForm,
    PasskeyMade,
    PasskeyUsed,
    RecoveryForm,
)
from app.auth.two_step import OnceTotp, UsedUp, wallet_secrets
from app.base.clock import now
from app.base.errors import Busy
from app.config import Settings, current_settings
from app.web.headers import keep_private

log = logging.getLogger(__name__)

csrf = OfficeProtect()

UNUSED = (
    *("two_factor_setup", "two_factor_setup_validate", "two_factor_rescue"),
    *("mf_recovery_codes", "wan_delete"),
)
"""Views of the library that set up what our own pages set up, or that write mail of their own."""


def init_app(app: Flask, settings: Settings) -> None:
    """Set up accounts, sessions and the forms' tokens."""
    app.config.update(_configuration(app, settings))
    app.before_request(_refuse_json)
    app.before_request(open_to_large_bodies)
    app.after_request(_keep_private)
    csrf.init_app(app)
    security = Security(
        app,
        AccountDatastore(),
        totp_cls=OnceTotp,
        mf_recovery_codes_util_cls=UsedUp,
        webauthn_util_cls=OwnOrigin,
        login_form=LoginForm,
        change_password_form=ChangePasswordForm,
        two_factor_verify_code_form=CodeForm,
        two_factor_rescue_form=NoRescueForm,
        mf_recovery_form=RecoveryForm,
        wan_register_form=PasskeyForm,
        wan_register_response_form=PasskeyMade,
        wan_signin_response_form=PasskeyUsed,
    )
    _leave_only_pages(app, security)
    password_changed.connect(_password_changed, app)
    user_logged_in.connect(_logged_in, app)
    user_logged_out.connect(_logged_out, app)


def _refuse_json() -> None:
    """The library would build its forms of any JSON that comes; pages send forms."""
    if request.path.startswith("/office/") and request.is_json:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _keep_private(response: Response) -> Response:
    """The library's pages are stored nowhere, as all others of the office."""
    if request.blueprint == "security" and request.method in {"GET", "HEAD"}:
        keep_private(response)
    return response


def _leave_only_pages(app: Flask, security: Security) -> None:
    """The library also answers in JSON and takes tokens in addresses; nobody here needs either."""
    security.want_json(lambda _request: False)
    for endpoint in UNUSED:
        app.view_functions[f"security.{endpoint}"] = _no_such_page
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]


def _no_such_page(**_values: Any) -> Response:
    """What the library offers and we do with pages of our own, or not at all."""
    abort(HTTPStatus.NOT_FOUND)


def _configuration(app: Flask, settings: Settings) -> dict[str, Any]:
    life = app.config["PERMANENT_SESSION_LIFETIME"]
    cookie = {"httponly": True, "samesite": "Lax", "secure": settings.is_https}
    return {
        "WTF_CSRF_TIME_LIMIT": int(life.total_seconds()),
        "WTF_CSRF_SSL_STRICT": False,  # web/csrf.py checks where every form comes from
        "SECURITY_URL_PREFIX": "/office",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_POST_LOGIN_VIEW": "organiser.index",
        "SECURITY_POST_CHANGE_VIEW": "account.own",
        "SECURITY_POST_LOGOUT_VIEW": "security.login",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        # Argon2 salts each hash itself; without a second hash the secret key can be changed.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SALT": "not used",
        "SECURITY_PASSWORD_NORMALIZE_FORM": None,
        "SECURITY_FRESHNESS": timedelta(-1),  # no page asks for the password again
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_DATETIME_FACTORY": now,
        "SECURITY_CACHE_CONTROL": None,  # web/headers.py says it; the library writes "private=True"
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        "SECURITY_TWO_FACTOR_VALIDITY_COOKIE": cookie,
        **_two_step(settings),
    }


def _two_step(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        # The library wants one; all of them are set up by our own pages, and only an app can be.
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["email"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/second",
        "SECURITY_TOTP_SECRETS": wallet_secrets(settings.keys),
        "SECURITY_TOTP_ISSUER": settings.association_short_name,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,
        "SECURITY_WAN_RP_NAME": settings.association_short_name,
        "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SECURITY_WAN_REGISTER_URL": "/account/passkeys/new",
        "SECURITY_WAN_POST_REGISTER_VIEW": "account.two_step",
    }


def _password_changed(_app: Flask, user: Account, **_rest: Any) -> None:
    service.forget_first_login(user.email, current_settings().instance_path)
    flash(_("Your password has been changed."), "success")


def _logged_in(_app: Flask, **_rest: Any) -> None:
    session[guards.JUST_LOGGED_IN] = True


def _logged_out(_app: Flask, user: Account, **_rest: Any) -> None:
    if user.is_authenticated:
        try:
            service.note("account.logged_out", user.id)
        except Busy:  # whoever leaves must get out; only the line in the audit table is missing
            log.warning("the database was busy: a logout could not be noted")
        if request.endpoint == "security.logout":  # whoever ends every session is told that
            flash(_("You are logged out."), "success")
