"""The second step of logging in: a code of an app, a recovery code, a passkey. Words and limits."""

from typing import Any

from flask import flash, request, session
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from flask_security import forms as library
from flask_security import recovery_codes, webauthn
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from app.auth import passwords, service, two_step
from app.auth.csrf import came_too_late
from app.auth.forms import answer, first_page, go_to, office_page
from app.auth.models import Account
from app.base.errors import Busy
from app.base.text import nfkc
from app.web import limits
from app.web.fields import Readable, clean_text

_ = lazy_gettext
STEP_LIMIT = "20 per hour"
"""Wrong codes on one account; whoever tries has its password already."""
CODE, NAME = 40, 40


def _figures(raw: str | None) -> str:
    return "".join(nfkc(raw or "").split())


class StepForm:
    """What both forms for a code share: limits, one answer for all that is wrong, the log."""

    code: StringField
    form_errors: list[Any]
    user: Account | None
    by = ""

    def fits(self, account: Account, code: str) -> bool:
        """Whether the code is right; it is used up then."""
        raise NotImplementedError

    def validate(self, **_kwargs: Any) -> bool:
        """Check it; what is wrong stands in ``form_errors``."""
        if came_too_late():
            return self._refuse(422, _("This page was open for too long. Please enter it again"))
        if not FlaskForm.validate(self) or self.user is None:
            answer(422)
            return False
        counter = ("second-step", STEP_LIMIT, str(self.user.id))
        try:
            limits.refuse_if_used_up(*counter)
            if self.fits(self.user, self.code.data or ""):
                service.note("account.logged_in", self.user.id, after={"by": self.by})
                go_to(office_page(request.values.get("next")) or first_page(self.user))
                return True
            limits.hit(*counter)
        except limits.TooMany as refused:
            words = _("There were too many attempts. Please wait a little and try again")
            return self._refuse(429, words, refused.retry_after)
        except Busy:
            return self._refuse(503, _("We are very busy just now. Please try again in a minute"))
        return self._refuse(422, _("This code is not right, or it was used already"))

    def _refuse(self, status: int, words: Any, retry_after: int = 0) -> bool:
        answer(status, retry_after)
        self.form_errors.append(words)
        return False


class CodeForm(StepForm, library.TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """The six figures that the app shows."""

    by = "app"
    code = StringField(
        _("Code"),
        filters=[_figures],
        validators=[InputRequired(_("Please enter the code")), Readable(CODE)],
        render_kw={"maxlength": CODE},
    )

    def fits(self, account: Account, code: str) -> bool:
        """As the app shows it now, or a moment ago."""
        return two_step.fits(account, code)


class RecoveryForm(StepForm, recovery_codes.MfRecoveryForm):  # type: ignore[misc]
    """One of the codes that were printed or written down."""

    by = "recovery"
    code = StringField(
        _("Recovery code"),
        filters=[_figures],
        validators=[InputRequired(_("Please enter the code")), Readable(CODE)],
        render_kw={"maxlength": CODE},
    )

    def fits(self, account: Account, code: str) -> bool:
        """One that has not been used."""
        return two_step.use_recovery_code(account.id, code)


class NoRescueForm(library.TwoFactorRescueForm):
    """Of the library's ways out we offer recovery codes alone, by a link."""

    help_setup = RadioField(choices=[])


class PasskeyForm(webauthn.WebAuthnRegisterForm):
    """A name for a new passkey, and the password."""

    name = StringField(
        _("Name of the passkey"),
        filters=[clean_text],
        validators=[
            InputRequired(_("Please enter a name")),
            Length(max=NAME),
            Readable(NAME),
        ],
        render_kw={"maxlength": NAME},
    )
    password = PasswordField(
        _("Present password"), validators=[InputRequired(_("Please enter your present password"))]
    )

    def validate(self, **_kwargs: Any) -> bool:
        """Check both; passkeys are a second step, never the only one."""
        self.usage.data = "secondary"
        if not FlaskForm.validate(self):
            answer(422)
            return False
        self.clean_name = self.name.data
        if any(one.name == self.name.data for one in current_user.webauthn):
            self.name.errors = [_("There is a passkey of this name already")]
        checks_password(self.password)
        if self.errors:
            answer(422)
        return not self.errors


def checks_password(field: PasswordField) -> bool:
    """Whether it is one's own password; what is wrong stands at the field. Guessing is limited."""
    try:
        limits.hit("login", service.login_limit())
    except limits.TooMany:
        told = _("There were too many attempts. Please wait a little and try again")
        field.errors = [*field.errors, told]
        return False
    if passwords.verify(field.data or "", current_user.password):
        return True
    field.errors = [*field.errors, _("The present password is not right")]
    return False


class PasskeyMade(webauthn.WebAuthnRegisterResponseForm):
    """What the browser answered; the library leads back without a word, so we say what happened."""

    def validate(self, **kwargs: Any) -> bool:
        """Check it."""
        good = bool(super().validate(**kwargs))
        if good:
            flash(gettext("The passkey has been added."), "success")
        else:
            flash(gettext("The passkey was not added. Please try once more."), "error")
        return good


class PasskeyUsed(webauthn.WebAuthnSigninResponseForm):
    """What a passkey answered as the second step."""

    def validate(self, **kwargs: Any) -> bool:
        """Check it, and that it is the passkey of whoever gave the password."""
        good = self.is_secondary and super().validate(**kwargs)
        if good and self._is_theirs(self.user):
            return True
        flash(gettext("The passkey could not be checked. Please try once more."), "error")
        return False

    def _is_theirs(self, found: Any) -> bool:
        """The passkey must be of whoever gave the password, not of anybody."""
        if not found.active or found.fs_uniquifier != session.get("tf_user_id"):
            return False
        service.note("account.logged_in", found.id, after={"by": "passkey"})
        go_to(office_page(request.values.get("next")) or first_page(found))
        return True
