"""The form of a reception pass: whom it is for, and until when it is good."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation

from app.base.clock import now
from app.base.text import clean_line, nfkc
from app.organiser.moments import read_moment, show_moment
from app.registration.desk.passes import LONGEST
from app.web.fields import Readable, clean_text

LABEL, MOMENT = 40, 40
AFTER_THE_END = timedelta(hours=3)


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


class PassForm(Form):
    """A pass; afterwards ``moment`` in UTC."""

    label = StringField(
        _("Whom it is for"),
        filters=[clean_text],
        validators=[Readable(LABEL)],
        render_kw={"maxlength": LABEL},
    )
    expires_at = StringField(
        _("Good until"), filters=[_figures], validators=[Readable(MOMENT)], id="expires_at"
    )
    zone = "Asia/Tokyo"
    moment: datetime | None = None

    def suggest(self, ends_at: datetime | None) -> None:
        """Until three hours after the end of the meeting, where that is not too far away."""
        moment = now()
        usual = ends_at + AFTER_THE_END if ends_at else moment + timedelta(days=1)
        if usual <= moment:
            usual = moment + AFTER_THE_END
        self.expires_at.data = show_moment(min(usual, moment + LONGEST), self.zone)

    def validate_expires_at(self, field: Field) -> None:
        """A time to come, and not too far away: a link that is lost must not be good for long."""
        self.moment = read_moment(field.data or "", self.zone)
        if self.moment is None:
            raise StopValidation(_("Please enter the date and the time"))
        moment = now()
        if self.moment <= moment:
            raise StopValidation(_("Please enter a time to come"))
        if self.moment > moment + LONGEST:
            raise StopValidation(
                _("Please enter a time within %(n)s days. Make the link shortly before", n=14)
            )
