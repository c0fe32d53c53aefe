"""Forms about accounts outside of logging in: a name, an address, a new password."""

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


class NewPasswordForm(Form):
    """A password twice, for whoever came by a link. ``email`` is the account's."""

    email = ""
    new_password = PasswordField(
        _("New password"),
        validators=[
            InputRequired(_("Please enter the new password")),
            Length(
                min=passwords.SHORTEST,
                max=passwords.LONGEST,
                message=_("Please choose a password of %(min)s to %(max)s characters"),
            ),
        ],
    )
    new_password_confirm = PasswordField(
        _("New password, once more"),
        validators=[InputRequired(_("Please enter the new password once more"))],
    )

    def validate_new_password(self, field: Field) -> None:
        """Not the address."""
        if normalised(field.data) == self.email:
            raise ValidationError(_("Please do not use your e-mail address as the password"))

    def validate_new_password_confirm(self, field: Field) -> None:
        """Both must be the same."""
        if field.data != self.new_password.data:
            raise ValidationError(_("The two new passwords differ. Please enter both again"))


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
