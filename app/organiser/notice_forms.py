"""A version of the privacy notice as a form: its text, and what joint use asks to be told."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    StringField,
    TextAreaField,
)

from app.events.presets import Words
from app.organiser.inputs import block, text_field
from app.organiser.moments import wrong
from app.organiser.question_fields import Choices
from app.registration.privacy.facts import FACTS, ITEMS, Wording
from app.registration.privacy.rules import known_items, missing, without_sharing
from app.web.arguments import find_id
from app.web.fields import Readable

TEXT, LINE = 1000, 200
"""The most characters of a field."""
NAMES: dict[str, Any] = {
    "name": _("Name"),
    "reading": _("Reading of the name"),
    "organisation": _("Organisation"),
    "role": _("Role"),
    "standing": _("Standing"),
    "way": _("How they take part"),
    "state": _("State"),
    "email": _("E-mail address"),
    "telephone": _("Telephone number"),
}
"""What can be shared."""
LACKING: dict[str, Any] = {
    "text": _("Please enter what the data are used for"),
    "items": _("Please choose which data are shared"),
    "partners": _("Please enter with whom the data are shared"),
    "purpose": _("Please enter what they use the data for"),
    "responsible": _("Please enter who is responsible for the shared data"),
    "address": _("Please enter the address of whoever is responsible"),
    "representative": _("Please enter the representative of whoever is responsible"),
}


def _text(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[block],
        validators=[Readable(TEXT, multiline=True)],
        render_kw={"maxlength": TEXT},
    )


def _line(label: Any) -> StringField:
    return text_field(label, LINE)


class NoticeForm(Form):
    """All of a version, in Japanese and where given in English."""

    text = _text(_("What the data are used for"))
    text_en = _text(_("The same in English"))
    joint = BooleanField(_("Some of the data are shared with a co-host"))
    items = Choices(_("Which data"), choices=[])
    partners = _line(_("With whom"))
    partners_en = _line(_("With whom, in English"))
    purpose = _line(_("What they use it for"))
    purpose_en = _line(_("What for, in English"))
    responsible = _line(_("Who is responsible"))
    responsible_en = _line(_("Who is responsible, in English"))
    address = _line(_("Address of whoever is responsible"))
    address_en = _line(_("The address in English"))
    representative = _line(_("Representative of whoever is responsible"))
    representative_en = _line(_("The representative in English"))
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items.choices = [(value, str(told)) for value, told in NAMES.items()]

    @property
    def newest(self) -> int:
        """The number of the newest version that the page showed."""
        return find_id(self.seen.data) or 0

    def read(self) -> Wording | None:
        """The version; None where something is to be put right or lacks."""
        if not self.validate():
            return None
        words = {
            name: Words(self[name].data or "", self[f"{name}_en"].data or "")
            for name in ("text", *FACTS)
        }
        joint = bool(self.joint.data)
        wording = Wording(items=known_items(self.items.data or ()), **words)
        lacking = missing(wording, joint=joint)
        for name in lacking:
            wrong(self[name], LACKING[name])
        if lacking:
            return None
        return wording if joint else without_sharing(wording)


def notice_form(wording: Wording | None, newest: int) -> NoticeForm:
    """The form with the words of a version; the built-in text where there is None."""
    values: dict[str, Any] = {"seen": str(newest), "items": [ITEMS[0], "organisation"]}
    if wording is None:
        text = _(
            "We use what you enter only to register you, contact you about the meeting "
            "and prepare seats."
        )
        return NoticeForm(data={**values, "text": str(text)})
    for name in ("text", *FACTS):
        words = getattr(wording, name)
        values |= {name: words.ja, f"{name}_en": words.en}
    if wording.is_joint:
        values |= {"joint": True, "items": list(wording.items)}
    return NoticeForm(data=values)
