"""The shape of a sign-up: what is cleaned, what is asked for, and what an error says to do."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from app.base.addresses import BadAddress, EmailAddress, parse_email, suggest_email
from app.base.text import (
    clean_block,
    clean_line,
    is_latin_name,
    is_reading,
    normalise_telephone,
    to_hiragana_reading,
)
from app.web.fields import EMAIL, NAME, ORGANISATION, Readable
from app.web.fields import clean_address as _address
from app.web.fields import clean_text as _line
from app.web.fields import is_unseen as _is_unseen
from app.web.locale import current_locale

READING, TELEPHONE, NOTE = 80, 30, 1000
FIELDS = ("name", "reading", "organisation", "email", "telephone", "way", "note")


def _reading(raw: str | None) -> str:
    return to_hiragana_reading(clean_line(raw or ""))


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
        self.reading.flags.required = current_locale() == "ja"
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
