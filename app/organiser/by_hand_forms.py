"""The forms about people to be reached by telephone or post."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.base.clock import now
from app.base.postal import normalise_address
from app.base.text import clean_line, nfkc, normalise_telephone
from app.organiser.moments import read_moment
from app.organiser.words import ZONE
from app.web.fields import Readable, clean_text

NUMBER, ADDRESS = 40, 300


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _address(raw: str | None) -> str:
    return normalise_address(raw or "")


class AgainForm(Form):
    """When to call again; afterwards ``moment`` in UTC."""

    again_at = StringField(
        _("Call again on"), filters=[_figures], validators=[Readable(NUMBER)], id="again_at"
    )
    moment: datetime | None = None

    def validate_again_at(self, field: Field) -> None:
        """A date and a time to come."""
        self.moment = read_moment(field.data or "", ZONE)
        if self.moment is None:
            raise StopValidation(_("Please enter the date and the time"))
        if self.moment <= now():
            raise StopValidation(_("Please enter a time to come"))


class ReachForm(Form):
    """Where the office faxes and writes to; nothing for what is not known."""

    fax = StringField(
        _("Fax number"),
        filters=[clean_text],
        validators=[Readable(NUMBER)],
        render_kw={"maxlength": NUMBER},
    )
    postal_address = TextAreaField(
        _("Postal address"),
        filters=[_address],
        validators=[Readable(ADDRESS, multiline=True)],
        render_kw={"maxlength": ADDRESS},
    )

    def validate_fax(self, field: Field) -> None:
        """A number that can be dialled, in digits and hyphens."""
        if not field.data:
            return
        read: Any = normalise_telephone(field.data)
        if read is None:
            raise StopValidation(_("Please look at the fax number again, such as 03-0000-0000"))
        field.data = read
