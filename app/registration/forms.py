"""The shape of a sign-up: what is cleaned, what is asked for, and what an error says to do."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from app.base.addresses import BadAddress, EmailAddress, parse_email, suggest_email
from app.base.text import (
    clean_block,
    clean_line,
    has_control,
    is_latin_name,
    is_reading,
    normalise_telephone,
    to_hiragana_reading,
)
from app.web.locale import current_locale

NAME, READING, ORGANISATION, EMAIL, TELEPHONE, NOTE = 80, 80, 100, 254, 30, 1000
# What broken UTF-8 of a multipart form becomes on its way here.
REPLACEMENT = "\ufffd"
# Seen by nobody: kinds of characters, and letters that are empty (Hangul fillers, blank braille).
UNSEEN_KINDS = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
FIELDS = ("name", "reading", "organisation", "email", "telephone", "way", "note")


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


def _line(raw: str | None) -> str:
    """Trim; what cannot be read stays as it came, for the error to be seen."""
    return clean_line(raw or "")


def _reading(raw: str | None) -> str:
    return to_hiragana_reading(clean_line(raw or ""))


def _address(raw: str | None) -> str:
    """An address holds no spaces; keyboards put them in."""
    return "".join((raw or "").split())


def _is_unseen(text: str) -> bool:
    return all(
        char in UNSEEN_LETTERS or unicodedata.category(char) in UNSEEN_KINDS for char in text
    )


class SignUpForm(Form):
    """One person for one meeting. E-mail or telephone is enough."""

    name = StringField(_("Name"), filters=[_line], validators=[Readable(NAME)])
    reading = StringField(
        _("Reading of the name"), filters=[_reading], validators=[Readable(READING)]
    )
    organisation = StringField(
        _("Organisation"), filters=[_line], validators=[Readable(ORGANISATION)]
    )
    way = RadioField(_("How you take part"), choices=[], validate_choice=False)
    email = StringField(_("E-mail address"), filters=[_address], validators=[Readable(EMAIL)])
    telephone = StringField(
        _("Telephone number"), filters=[_line], validators=[Readable(TELEPHONE)]
    )
    token = HiddenField()
    email_kept = HiddenField(filters=[_address])
    note = TextAreaField(
        _("Anything we should know"),
        filters=[lambda raw: clean_block(raw or "")],
        validators=[Readable(NOTE, multiline=True)],
    )

    def __init__(
        self, typed: MultiDict[str, str] | None = None, ways: Iterable[str] = ("venue", "online")
    ) -> None:
        super().__init__(typed)
        self.ways = tuple(ways)
        self.way.choices = [(way, WAY_LABELS[way]) for way in self.ways]
        if typed is None and len(self.ways) == 1:
            self.way.data = self.ways[0]
        self.address: EmailAddress | None = None
        self.suggestion: str | None = None
        self.reading.flags.required = current_locale() != "en"
        for field, limit in LIMITS.items():
            self[field].render_kw = {"maxlength": limit}

    def validate_name(self, field: Field) -> None:
        """A name is needed."""
        if _is_unseen(field.data):
            raise ValidationError(_("Please enter your name"))

    def validate_reading(self, field: Field) -> None:
        """Asked in Japanese; a name in Latin letters needs none, or may have one of its kind."""
        if is_reading(field.data):
            return
        free = current_locale() == "en" or is_latin_name(self.name.data or "")
        if not (free and (not field.data or is_latin_name(field.data))):
            raise ValidationError(_("Please enter the reading in hiragana or katakana"))

    def validate_email(self, field: Field) -> None:
        """One address, as forgiving as Japanese carriers ask for."""
        if not field.data:
            return
        try:
            self.address = parse_email(field.data)
        except BadAddress:
            self.suggestion = suggest_email(field.data)
            raise ValidationError(
                _("Please look at the e-mail address again, such as mihon@example.com")
            ) from None
        field.data = self.address.value
        suggestion = suggest_email(field.data)
        if suggestion and self.email_kept.data != field.data:
            self.suggestion, self.email_kept.data = suggestion, field.data
            raise ValidationError(
                _(
                    "Did you mean %(address)s? If yours is right, press “Go on to check” again",
                    address=suggestion,
                )
            )

    def validate_telephone(self, field: Field) -> None:
        """A number that can be called, in any width; one of e-mail and telephone is needed."""
        if field.data:
            number = normalise_telephone(field.data)
            if number is None:
                raise ValidationError(
                    _(
                        "Please enter the whole telephone number, to its last digit, "
                        "such as 090‑0000‑0000 or 03‑0000‑0000"
                    )
                )
            field.data = number
        elif not self.email.data:
            raise ValidationError(_("Please enter your e-mail address or your telephone number"))

    def validate_way(self, field: Field) -> None:
        """One of the ways that the meeting offers."""
        if field.data not in self.ways:
            raise ValidationError(_("Please choose how you take part"))

    @property
    def values(self) -> dict[str, str]:
        """What was entered, cleaned, by field name."""
        return {name: self[name].data or "" for name in FIELDS}

    @property
    def email_may_fail(self) -> bool:
        """Whether letters to this address may not arrive."""
        return bool(self.address and self.address.may_fail)


LIMITS = {
    "name": NAME,
    "reading": READING,
    "organisation": ORGANISATION,
    "email": EMAIL,
    "telephone": TELEPHONE,
    "note": NOTE,
}
WAY_LABELS: dict[str, Any] = {"venue": _("At the venue"), "online": _("Online")}
