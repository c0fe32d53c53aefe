"""A host of meetings as a form."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import DataRequired

from app.association.facts import HostFacts
from app.organiser.association_forms import (
    ADDRESS,
    NAME,
    NUMBER,
    address_field,
    read_address,
    read_postal,
    read_telephone,
)
from app.organiser.clashes import SeenForm, asked
from app.organiser.inputs import text_field
from app.settings.hosts import HostValues


class HostForm(SeenForm):
    """In whose name letters go; what is left empty is that of the association."""

    name = text_field(
        _("Name of the organisation"),
        NAME,
        DataRequired(_("Please enter the name of the organisation")),
    )
    name_en = text_field(_("Name in English"), NAME)
    sender = text_field(_("Name of the sender"), NAME)
    sender_en = text_field(_("Name of the sender in English"), NAME)
    address = text_field(_("Postal address"), ADDRESS)
    address_en = text_field(_("Postal address in English"), ADDRESS)
    telephone = text_field(_("Telephone"), NUMBER)
    reply_to = address_field(_("Address that answers go to"))
    offered = BooleanField(_("Meetings can choose it"))

    def validate_address(self, field: Field) -> None:
        """With its postal code."""
        read_postal(field)

    def validate_telephone(self, field: Field) -> None:
        """A number, or none."""
        read_telephone(field)

    def validate_reply_to(self, field: Field) -> None:
        """One address, or none."""
        read_address(field)

    @property
    def values(self) -> HostValues:
        """What was entered."""
        texts = {one.name: one.data or "" for one in asked(self) if one.name != "offered"}
        return HostValues(**texts, offered=bool(self.offered.data))


def host_form(host: HostFacts) -> HostForm:
    """The form as things are."""
    texts: dict[str, Any] = {}
    for name in ("name", "sender", "address"):
        text = getattr(host, name)
        texts[name], texts[f"{name}_en"] = text.ja, text.en
    return HostForm(
        data={
            **texts,
            "telephone": host.telephone,
            "reply_to": host.reply_to,
            "offered": host.offered,
            "seen": str(host.version),
        }
    )
