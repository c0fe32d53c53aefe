"""The shape of asking to be told of a date."""

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from app.web.fields import (
    NAME,
    ORGANISATION,
    EmailForm,
    Readable,
    clean_text,
    is_unseen,
)


class InterestForm(EmailForm):
    """Who wants to be told. The organisation may stay empty."""

    name = StringField(
        _("Name"),
        filters=[clean_text],
        validators=[Readable(NAME)],
        render_kw={"maxlength": NAME},
    )
    organisation = StringField(
        _("Organisation"),
        filters=[clean_text],
        validators=[Readable(ORGANISATION)],
        render_kw={"maxlength": ORGANISATION},
    )

    # The order of the page, in which errors are listed.
    field_order = ("name", "organisation", "email", "email_kept", "token")

    def __init__(self, typed: MultiDict[str, str] | None = None) -> None:
        super().__init__(typed)
        self._fields = {name: self._fields[name] for name in self.field_order}

    def validate_name(self, field: Field) -> None:
        """A name is needed."""
        if is_unseen(field.data):
            raise ValidationError(_("Please enter your name"))
