"""Logging in and changing the password: shape, limits, and words that say what to do."""

from typing import Any

from flask import after_this_request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_security import forms as library
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, Field, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from app.auth import passwords, service
from app.auth.account_forms import new_password_field, new_password_once_more
from app.auth.csrf import came_too_late
from app.auth.models import Account
from app.auth.rights import RECEPTION
from app.base.errors import Busy
from app.web import limits

LONGEST_ADDRESS = 254


def answer(status: int, retry_after: int = 0) -> None:
    """Give the page that shows this form another status than 200."""

    @after_this_request
    def set_status(response: Response) -> Response:
        response.status_code = status
        if retry_after:
            response.headers["Retry-After"] = str(retry_after)
        return response


def go_to(address: str) -> None:
    """Decide ourselves where logging in leads: the library reads the address as it was sent."""

    @after_this_request
    def set_location(response: Response) -> Response:
        if response.location:
            response.location = address
        return response


def office_page(wanted: str | None) -> str:
    """An address that somebody asked for, where it is one of the office; else ''."""
    page = wanted or ""
    good = page.startswith("/office/") and "\\" not in page and page.isprintable()
    return page if good else ""


def first_page(account: Account) -> str:
    """Where logging in leads whoever did not ask for a page."""
    return url_for("desk.desks" if account.role == RECEPTION else "organiser.index")


class LoginForm(library.LoginForm):
    """Address and password. Every refusal reads the same, whether or not there is an account."""

    email = EmailField(
        _("E-mail address"),
        filters=[lambda raw: (raw or "").strip()],
        validators=[
            InputRequired(_("Please enter your e-mail address")),
            Length(max=LONGEST_ADDRESS, message=_("Please look at the e-mail address again")),
        ],
        render_kw={"maxlength": LONGEST_ADDRESS},
    )
    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Please enter your password")),
            Length(max=passwords.LONGEST, message=_("Please enter your password again")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.remember  # a session of the office ends with its browser

    def validate(self, **_kwargs: Any) -> bool:
        """Check shape, limits and password; what is wrong stands in ``form_errors``."""
        if came_too_late():
            return self._refuse(422, _("This page was open for too long. Please log in again"))
        if not FlaskForm.validate(self):
            answer(422)
            return False
        try:
            self.user = service.log_in(self.email.data or "", self.password.data or "")
        except service.WrongLogin:
            return self._refuse(422, _("The e-mail address or the password is not right"))
        except limits.TooMany as refused:
            words = _("There were too many attempts. Please wait a little and try again")
            return self._refuse(429, words, refused.retry_after)
        except Busy:
            return self._refuse(503, _("We are very busy just now. Please try again in a minute"))
        if not self.user.has_second_step:
            go_to(self.next.data or first_page(self.user))
        return True

    def validate_next(self, field: Field) -> None:
        """Only pages of the office are gone to; anything else is passed over without a word."""
        field.data = office_page(field.data)

    def _refuse(self, status: int, words: Any, retry_after: int = 0) -> bool:
        answer(status, retry_after)
        self.form_errors.append(words)
        return False


class ChangePasswordForm(library.ChangePasswordForm):
    """The present password, and a new one twice."""

    password = PasswordField(
        _("Present password"), validators=[InputRequired(_("Please enter your present password"))]
    )
    new_password = new_password_field()
    new_password_confirm = new_password_once_more()

    @property
    def email(self) -> str:
        """The account's address, which makes no good password."""
        return str(current_user.email)

    def validate(self, **_kwargs: Any) -> bool:
        """Check shape, limits and the present password."""
        if came_too_late():
            answer(422)
            self.form_errors.append(_("This page was open for too long. Please enter it again"))
            return False
        if FlaskForm.validate(self):
            return True
        answer(422)
        return False

    def validate_password(self, field: Field) -> None:
        """The present password must fit; guessing is limited as for logging in."""
        try:
            limits.hit("login", service.login_limit())
        except limits.TooMany:
            words = _("There were too many attempts. Please wait a little and try again")
            raise ValidationError(words) from None
        if not passwords.verify(field.data, current_user.password):
            raise ValidationError(_("The present password is not right"))

    def validate_new_password(self, field: Field) -> None:
        """It must be another one."""
        if field.data == self.password.data:
            raise ValidationError(_("Please choose another password than the present one"))
