"""What is typed at the desk: a line, and the three fields of somebody who is not signed up."""

import re
import secrets

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, Form, HiddenField, StringField
from wtforms.validators import ValidationError

from app.base.text import (
    clean_line,
    has_control,
    is_latin_name,
    is_reading,
    to_hiragana_reading,
)
from app.registration.desk.facts import WalkIn
from app.web.fields import NAME, ORGANISATION, Readable, clean_text, is_unseen

READING, REASON = 80, 200
"""The most characters of a field."""
_KEY = re.compile("[0-9a-f]{32}")


def one_line(raw: str, limit: int) -> str:
    """What was typed, on one line; '' for what nobody can read or see."""
    if has_control(raw, multiline=False):
        return ""
    line = clean_line(raw)[:limit]
    return "" if is_unseen(line) else line


def _reading(raw: str | None) -> str:
    return to_hiragana_reading(clean_line(raw or ""))


class WalkInForm(Form):
    """Somebody at the door; ``key`` is one showing of the form, ``another`` says: not the same.

    ``notice``: the number of the privacy notice on the page, ``noticed``: they were told it.
    """

    name = StringField(
        _("Name"),
        filters=[clean_text],
        validators=[Readable(NAME)],
        render_kw={"maxlength": NAME},
    )
    reading = StringField(
        _("Reading"),
        filters=[_reading],
        validators=[Readable(READING)],
        render_kw={"maxlength": READING},
    )
    organisation = StringField(
        _("Organisation"),
        filters=[clean_text],
        validators=[Readable(ORGANISATION)],
        render_kw={"maxlength": ORGANISATION},
    )
    reason = StringField(
        _("Why they are let in"),
        filters=[clean_text],
        validators=[Readable(REASON)],
        render_kw={"maxlength": REASON},
    )
    noticed = BooleanField(_("Told them how we handle personal data"))
    notice = HiddenField()
    key = HiddenField()
    another = HiddenField()

    def validate_name(self, field: Field) -> None:
        """A name that somebody can see."""
        if is_unseen(field.data or ""):
            raise ValidationError(_("Please enter the name"))

    def validate_reading(self, field: Field) -> None:
        """Kana, or letters where the name is written in letters; nothing where nobody knows it."""
        if field.data and not (is_reading(field.data) or is_latin_name(field.data)):
            raise ValidationError(_("Please enter the reading in hiragana or katakana"))

    def renew(self) -> None:
        """A key for one showing of the form."""
        self.key.data = secrets.token_hex(16)

    def ask_reason(self) -> None:
        """The places are taken: a reason is needed now."""
        self.reason.errors = [_("Please enter why they are let in")]

    @property
    def told(self) -> WalkIn:
        """The person; where the form brought no key of ours, it gets one."""
        if not _KEY.fullmatch(self.key.data or ""):
            self.renew()
        return WalkIn(
            name=self.name.data or "",
            reading=self.reading.data or _reading_of(self.name.data or ""),
            organisation=self.organisation.data or "",
            reason="" if is_unseen(self.reason.data or "") else self.reason.data or "",
            form_key=self.key.data or "",
        )


def _reading_of(name: str) -> str:
    """Whoever gives their name in kana has given its reading."""
    kana = _reading(name)
    return kana if is_reading(kana) else ""
