"""Who the association is, as a form; a picture for its logo."""

from collections.abc import Mapping
from typing import Any

from flask import Request
from flask_babel import lazy_gettext as _
from wtforms import Field, FileField, Form, StringField
from wtforms.validators import DataRequired, StopValidation

from app.association.facts import FIELDS
from app.base.addresses import BadAddress, parse_email
from app.base.kana import is_reading, to_hiragana_reading
from app.base.postal import normalise_address, split_address
from app.base.telephones import normalise_telephone
from app.organiser.clashes import SeenForm
from app.organiser.inputs import text_field
from app.settings import rules, service
from app.web.fields import EMAIL, Choice, Readable, clean_address

NAME, SHORT, ADDRESS, HOURS, NUMBER = 80, 20, 150, 60, 20
"""The most characters of a field."""
LARGEST_KB = rules.LARGEST // rules.KILOBYTE
READING_ASKED: dict[str, Any] = {
    "needed": _("Ask for it; nobody signs up without"),
    "optional": _("Ask for it, but it may be left out"),
    "no": _("Do not ask for it; lists are in the order of the names"),
}
PAPER: dict[str, Any] = {"a4": _("A4"), "letter": _("Letter (8.5 × 11 inches)")}
LANGUAGES: dict[str, Any] = {"ja": _("Japanese"), "en": _("English")}
LOGO_REFUSALS: dict[str, Any] = {
    "missing": _("Please choose a picture"),
    "too_large": _("Please choose a picture of at most %(n)s kB", n=LARGEST_KB),
    "not_a_picture": _("Please choose a PNG, JPEG or WebP picture"),
    "too_wide": _("Please choose a picture of at most %(n)s pixels a side", n=rules.MOST_PIXELS),
}


def read_address(field: Field) -> None:
    """One e-mail address, or none.

    Raises:
        StopValidation: it is no address.
    """
    try:
        field.data = parse_email(field.data).value if field.data else ""
    except BadAddress:
        told = _("Please look at the e-mail address again, such as office@example.com")
        raise StopValidation(told) from None


def read_telephone(field: Field) -> None:
    """One telephone number, or none.

    Raises:
        StopValidation: it cannot be one.
    """
    number = normalise_telephone(field.data) if field.data else ""
    if number is None:
        raise StopValidation(_("Please look at the number again, such as 045-000-0000"))
    field.data = number


def read_postal(field: Field) -> None:
    """A Japanese address with its postal code written as 〒231-0000."""
    if field.data and not split_address(field.data)[0]:
        raise StopValidation(_("Please begin with the postal code, such as 〒231-0000"))
    field.data = normalise_address(field.data or "")


def address_field(label: Any, *needed: Any) -> StringField:
    """An e-mail address as typed, without spaces."""
    return StringField(
        label,
        filters=[clean_address],
        validators=[*needed, Readable(EMAIL)],
        render_kw={"maxlength": EMAIL},
    )


class AssociationForm(SeenForm):
    """Every setting that the office can change; the fields are called as the settings are."""

    association_name_ja = text_field(
        _("Name of the association"),
        NAME,
        DataRequired(_("Please enter the name of the association")),
    )
    association_reading = text_field(_("Reading of the name"), NAME)
    association_name_en = text_field(_("Name in English"), NAME)
    association_short_name = text_field(
        _("Short name"), SHORT, DataRequired(_("Please enter a short name"))
    )
    association_address_ja = text_field(
        _("Postal address"), ADDRESS, DataRequired(_("Please enter the postal address"))
    )
    association_address_en = text_field(_("Postal address in English"), ADDRESS)
    association_telephone = text_field(
        _("Telephone"), NUMBER, DataRequired(_("Please enter the telephone number"))
    )
    association_fax = text_field(_("Fax"), NUMBER)
    association_hours_ja = text_field(_("When the telephone is answered"), HOURS)
    association_hours_en = text_field(_("When the telephone is answered, in English"), HOURS)
    association_privacy_contact_ja = text_field(
        _("Who answers about personal data"), NAME, DataRequired(_("Please enter who answers"))
    )
    association_privacy_contact_en = text_field(_("The same in English"), NAME)
    association_sender_ja = text_field(_("Name of the sender"), NAME)
    association_sender_en = text_field(_("Name of the sender in English"), NAME)
    mail_sender = address_field(
        _("Address that letters come from"), DataRequired(_("Please enter an e-mail address"))
    )
    mail_reply_to = address_field(_("Address that answers go to"))
    default_language = Choice(_("Language of the pages"), choices=[])
    reading_asked = Choice(_("Reading (ふりがな) of those who sign up"), choices=[])
    paper_size = Choice(_("Paper for what is printed"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default_language.choices = list(LANGUAGES.items())
        self.reading_asked.choices = list(READING_ASKED.items())
        self.paper_size.choices = list(PAPER.items())

    @property
    def values(self) -> dict[str, str]:
        """What was entered, by the name of the setting."""
        return {name: self[name].data or "" for name in FIELDS}

    def validate_association_reading(self, field: Field) -> None:
        """In hiragana, from whatever kana were typed."""
        field.data = to_hiragana_reading(field.data or "")
        if field.data and not is_reading(field.data):
            raise StopValidation(_("Please enter the reading in hiragana"))

    def validate_association_address_ja(self, field: Field) -> None:
        """With its postal code."""
        read_postal(field)

    def validate_association_telephone(self, field: Field) -> None:
        """A number."""
        read_telephone(field)

    def validate_association_fax(self, field: Field) -> None:
        """A number, or none."""
        read_telephone(field)

    def validate_mail_sender(self, field: Field) -> None:
        """One address."""
        read_address(field)

    def validate_mail_reply_to(self, field: Field) -> None:
        """One address, or none."""
        read_address(field)


class LogoForm(Form):
    """A picture; what it is is judged by its content."""

    logo = FileField(_("Picture (PNG, JPEG or WebP)"))

    def refuse(self, code: str) -> None:
        """Show beside the field why it was not taken."""
        self.logo.errors = [LOGO_REFUSALS[code]]

    def read(self, request: Request) -> bytes:
        """What was sent; of a picture that is too large no more than shows that it is."""
        sent = request.files.get("logo")
        return sent.stream.read(rules.LARGEST + 1) if sent else b""


def association_form(values: Mapping[str, str]) -> AssociationForm:
    """The form as things are."""
    return AssociationForm(data={**values, "seen": service.digest(values)})


def labels() -> dict[str, Any]:
    """What each setting is called."""
    form = AssociationForm()
    return {name: form[name].label.text for name in FIELDS}
