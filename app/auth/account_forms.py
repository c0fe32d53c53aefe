"""Forms about accounts outside of logging in: a name, an address, a new password."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import EmailField, Field, Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from app.auth import passwords
from app.auth.service import normalised
from app.base.text import nfkc
from app.web.fields import NAME, Readable, clean_text

LONGEST_ADDRESS = 254
LONGEST_CODE = 20


class NameForm(Form):
    """How somebody is called in the office."""

    name = StringField(
        _("Name"),
        filters=[clean_text],
        validators=[InputRequired(_("Please enter a name")), Readable(NAME)],
        render_kw={"maxlength": NAME},
    )


class ForgotForm(Form):
    """The address of an account whose password is forgotten."""

    email = EmailField(
        _("E-mail address"),
        filters=[lambda raw: (raw or "").strip()],
        validators=[
            InputRequired(_("Please enter your e-mail address")),
            Length(max=LONGEST_ADDRESS, message=_("Please look at the e-mail address again")),
            Readable(LONGEST_ADDRESS),
        ],
        render_kw={"maxlength": LONGEST_ADDRESS},
    )


def _hard_to_guess(form: Any, field: Field) -> None:
    """Neither the address nor anything that is tried first."""
    if normalised(field.data) == form.email:
        raise ValidationError(_("Please do not use your e-mail address as the password"))
    name, _at, domain = form.email.partition("@")
    if passwords.is_guessable(field.data, name, domain.partition(".")[0]):
        raise ValidationError(_("This password is easily guessed. Please take several words, say"))


def new_password_field() -> Any:
    """A password that somebody chooses."""
    return PasswordField(
        _("New password"),
        validators=[
            InputRequired(_("Please enter the new password")),
            Length(
                min=passwords.SHORTEST,
                max=passwords.LONGEST,
                message=_("Please choose a password of %(min)s to %(max)s characters"),
            ),
            _hard_to_guess,
        ],
    )


def new_password_once_more() -> Any:
    """The same, so that a slip of the hand is noticed."""
    return PasswordField(
        _("New password, once more"),
        validators=[InputRequired(_("Please enter the new password once more")), _same],
    )


def _same(form: Any, field: Field) -> None:
    if field.data != form.new_password.data:
        raise ValidationError(_("The two new passwords differ. Please enter both again"))


class NewPasswordForm(Form):
    """A password twice, for whoever came by a link. ``email`` is the account's."""

    email = ""
    new_password = new_password_field()
    new_password_confirm = new_password_once_more()


class PasswordForm(Form):
    """One's own password, asked before something that protects the account is changed."""

    password = PasswordField(
        _("Present password"), validators=[InputRequired(_("Please enter your present password"))]
    )


class AppForm(PasswordForm):
    """The first code of an authenticator app, with the password."""

    code = StringField(
        _("Code that the app shows"),
        filters=[lambda raw: "".join(nfkc(raw or "").split())],
        validators=[InputRequired(_("Please enter the code")), Readable(LONGEST_CODE)],
        render_kw={"maxlength": LONGEST_CODE},
    )
