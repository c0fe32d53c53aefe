"""What forms of visitors share: texts that can be read, and e-mail addresses understood kindly."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, SelectField, StringField
from wtforms.validators import StopValidation, ValidationError

from app.base.addresses import LONGEST, BadAddress, EmailAddress, parse_email, suggest_email
from app.base.text import clean_line, has_control

NAME, ORGANISATION, EMAIL = 80, 100, LONGEST
"""The most characters of a field."""
# What broken UTF-8 of a multipart form becomes on its way here.
REPLACEMENT = "\ufffd"
# Seen by nobody: kinds of characters, and letters that are empty (Hangul fillers, blank braille).
UNSEEN_KINDS = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class Readable:
    """Refuses characters that no keyboard makes; more than ``limit`` characters, too."""

    def __init__(self, limit: int, *, multiline: bool = False) -> None:
        self.limit = limit
        self.multiline = multiline

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation with what to do."""
        text = (field.raw_data[0] if field.raw_data else "").strip().replace("\r\n", "\n")
        if len(text) > self.limit:
            raise StopValidation(
                _(
                    "Please shorten this to %(limit)s characters (now %(length)s)",
                    limit=self.limit,
                    length=len(text),
                )
            )
        if has_control(text, multiline=self.multiline) or REPLACEMENT in text:
            raise StopValidation(_("Please type this again: it holds characters we cannot read"))


def clean_text(raw: str | None) -> str:
    """Trim; what cannot be read stays as it came, for the error to be seen."""
    return clean_line(raw or "")


def clean_address(raw: str | None) -> str:
    """An address holds no spaces; keyboards put them in."""
    return "".join((raw or "").split())


def is_unseen(text: str) -> bool:
    """Whether nobody would see anything of ``text``."""
    return all(
        char in UNSEEN_LETTERS or unicodedata.category(char) in UNSEEN_KINDS for char in text
    )


class DoubtfulAddress(ValidationError):
    """An address to look at again.

    ``read`` is how it was understood, ``suggestion`` what may have been meant, if we can guess.
    """

    def __init__(self, message: str, read: str, suggestion: str | None) -> None:
        super().__init__(message)
        self.read = read
        self.suggestion = suggestion


def read_email(typed: str, kept: str) -> EmailAddress:
    """The address that was typed, as forgiving as Japanese carriers ask for.

    Args:
        typed: what stands in the field.
        kept: the address that was asked about before: typed again, it is meant.

    Raises:
        DoubtfulAddress: it is none, or looks like a slip.
    """
    try:
        read = parse_email(typed)
    except BadAddress:
        message = _("Please look at the e-mail address again, such as mihon@example.com")
        raise DoubtfulAddress(message, typed, suggest_email(typed)) from None
    suggestion = suggest_email(read.value)
    if suggestion and kept != read.value:
        message = _(
            "Did you mean %(address)s? If yours is right, press the button again",
            address=suggestion,
        )
        raise DoubtfulAddress(message, read.value, suggestion)
    return read


class EmailForm(Form):
    """A form that needs an e-mail address; afterwards ``address``, or a ``suggestion``."""

    email = StringField(
        _("E-mail address"),
        filters=[clean_address],
        validators=[Readable(EMAIL)],
        render_kw={"maxlength": EMAIL},
    )
    email_kept = HiddenField(filters=[clean_address])
    token = HiddenField()
    address: EmailAddress | None = None
    suggestion: str | None = None

    def validate_email(self, field: Field) -> None:
        """One address."""
        if not field.data:
            raise ValidationError(_("Please enter your e-mail address"))
        try:
            self.address = read_email(field.data, self.email_kept.data or "")
        except DoubtfulAddress as doubt:
            field.data = self.email_kept.data = doubt.read
            self.suggestion = doubt.suggestion
            raise
        field.data = self.address.value


class Choice(SelectField):
    """One of a list; what is not in it is refused in the reader's language."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be chosen, or can no longer.

        Raises:
            ValidationError: with what to do.
        """
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Please choose one from the list")) from None
