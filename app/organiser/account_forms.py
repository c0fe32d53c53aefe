"""Who gets an account, and what it is for."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import InputRequired, StopValidation

from app.auth.changing import Standing
from app.auth.rights import ADMINISTRATOR, RECEPTION
from app.auth.words import ROLES
from app.base.addresses import BadAddress, parse_email
from app.events.heads import DatedHead
from app.organiser.meeting_words import named
from app.web.fields import EMAIL, NAME, Readable, clean_address, clean_text


class StandingForm(Form):
    """A name, a role and the meetings it is for; ``seen`` is what the page showed."""

    seen = HiddenField()
    name = StringField(
        _("Name"),
        filters=[clean_text],
        validators=[InputRequired(_("Please enter a name")), Readable(NAME)],
        render_kw={"maxlength": NAME},
    )
    role = RadioField(
        _("Role in the office"), choices=[], validators=[InputRequired(_("Please choose a role"))]
    )
    reach = RadioField(
        _("For which meetings"),
        choices=[
            SelectChoice("all", _("All meetings, also those to come")),
            SelectChoice("named", _("Only the meetings ticked below")),
        ],
        default="all",
        validators=[InputRequired(_("Please choose for which meetings"))],
    )
    meetings = SelectMultipleField(_("The meetings"), coerce=int, validate_choice=False)

    def __init__(self, *args: Any, meetings: Sequence[DatedHead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(code, words) for code, words in ROLES.items()]
        self.known = {one.id: named(one) for one in meetings}
        self.meetings.choices = [SelectChoice(one, title) for one, title in self.known.items()]

    def validate_meetings(self, field: Field) -> None:
        """Whoever is not for all is for one at least."""
        field.data = [one for one in field.data or () if one in self.known]
        if self._is_named and not field.data:
            raise StopValidation(_("Please tick the meetings that it is for"))

    @property
    def standing(self) -> Standing:
        """What was chosen; an administrator is for all meetings, a reception never is."""
        named = frozenset(self.meetings.data or ()) if self._is_named else None
        return Standing(role=self.role.data or "", meetings=named)

    @property
    def _is_named(self) -> bool:
        if self.role.data == ADMINISTRATOR:
            return False
        return bool(self.role.data == RECEPTION or self.reach.data == "named")


class InviteForm(StandingForm):
    """The same with the address that the invitation goes to."""

    email = StringField(
        _("E-mail address"),
        filters=[clean_address],
        validators=[InputRequired(_("Please enter an e-mail address")), Readable(EMAIL)],
        render_kw={"maxlength": EMAIL},
    )

    def validate_email(self, field: Field) -> None:
        """Letters must reach it."""
        try:
            parse_email(field.data)
        except BadAddress:
            told = _("Please look at the e-mail address again, such as office@example.com")
            raise StopValidation(told) from None


def fields_of(role: str, meetings: Collection[int] | None) -> dict[str, Any]:
    """A standing as the fields of its form hold it."""
    reach = "all" if meetings is None else "named"
    return {"role": role, "reach": reach, "meetings": sorted(meetings or ())}
