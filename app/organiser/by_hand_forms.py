"""The forms about how people are reached, and when to call again."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.base.clock import now
from app.base.postal import normalise_address
from app.base.text import clean_line, nfkc, normalise_telephone
from app.organiser.clashes import SeenForm
from app.organiser.moments import read_moment
from app.organiser.words import ZONE
from app.registration.contact import Contact
from app.web.fields import (
    EMAIL,
    DoubtfulAddress,
    Readable,
    clean_address,
    clean_text,
    read_email,
)

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


class ReachForm(SeenForm):
    """How one contact is reached; nothing for what is not known. Read as the attendees' form is."""

    email = StringField(
        _("E-mail address"),
        filters=[clean_address],
        validators=[Readable(EMAIL)],
        render_kw={"maxlength": EMAIL},
    )
    email_kept = HiddenField(filters=[clean_address])
    telephone = StringField(
        _("Telephone number"),
        filters=[clean_text],
        validators=[Readable(NUMBER)],
        render_kw={"maxlength": NUMBER},
    )
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
    suggestion: str | None = None
    may_fail = False

    @property
    def contact(self) -> Contact:
        """What was entered, once it is valid."""
        return Contact(
            email=self.email.data or "",
            email_may_fail=self.may_fail,
            telephone=self.telephone.data or "",
            fax=self.fax.data or "",
            postal_address=self.postal_address.data or "",
        )

    def validate_email(self, field: Field) -> None:
        """One address, or none where there is another way to reach them."""
        others = (self.telephone, self.fax, self.postal_address)
        if not field.data and not any(other.data for other in others):
            raise StopValidation(_("Please enter at least one way to reach them"))
        if not field.data:
            return
        try:
            read = read_email(field.data, self.email_kept.data or "")
        except DoubtfulAddress as doubt:
            field.data = self.email_kept.data = doubt.read
            self.suggestion = doubt.suggestion
            raise
        field.data, self.may_fail = read.value, read.may_fail

    def validate_telephone(self, field: Field) -> None:
        """A number that can be called."""
        _dial(
            field,
            _(
                "Please enter the whole telephone number, to its last digit, "
                "such as 090‑0000‑0000 or 03‑0000‑0000"
            ),
        )

    def validate_fax(self, field: Field) -> None:
        """A number that can be dialled, in digits and hyphens."""
        _dial(field, _("Please look at the fax number again, such as 03-0000-0000"))


def _dial(field: Field, wrong: Any) -> None:
    if field.data:
        read = normalise_telephone(field.data)
        if read is None:
            raise StopValidation(wrong)
        field.data = read
