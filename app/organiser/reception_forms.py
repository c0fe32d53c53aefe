"""The form of a reception pass: whom it is for, and until when it is good."""

from datetime import datetime, timedelta
from typing import Self

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation

from app.base.clock import now
from app.base.text import clean_line, nfkc
from app.organiser.moments import read_moment, show_moment
from app.registration.desk.rules import LONGEST, end_of_day, latest_end
from app.web.fields import Readable, clean_text

LABEL, MOMENT = 40, 40
AFTER_THE_END, WITHOUT_DATE = timedelta(hours=3), timedelta(days=1)


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
    ends_at: datetime | None = None
    moment: datetime | None = None

    def of_meeting(self, zone: str, ends_at: datetime | None) -> Self:
        """The form for a meeting; ``ends_at`` None while no date is fixed."""
        self.zone, self.ends_at = zone, ends_at
        return self

    def suggest(self) -> None:
        """Until the end of the meeting's last day, so that nobody stands before a dead link."""
        moment = now()
        usual = moment + WITHOUT_DATE
        if self.ends_at:
            usual = end_of_day(self.ends_at, self.zone)
        if usual <= moment:
            usual = moment + AFTER_THE_END
        self.expires_at.data = show_moment(usual, self.zone)

    def validate_expires_at(self, field: Field) -> None:
        """A time to come, and not too far away: a link that is lost must not be good for long."""
        self.moment = read_moment(field.data or "", self.zone)
        if self.moment is None:
            raise StopValidation(_("Please enter the date and the time"))
        moment = now()
        if self.moment <= moment:
            raise StopValidation(_("Please enter a time to come"))
        latest = latest_end(self.ends_at, self.zone, moment)
        if self.moment > latest > moment + LONGEST:
            raise StopValidation(
                _("Please enter a time up to the end of the last day of the meeting")
            )
        if self.moment > latest:
            raise StopValidation(
                _("Please enter a time within %(n)s days. Make the link shortly before", n=14)
            )
