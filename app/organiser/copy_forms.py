"""What is copied: which meetings of a series, how they are called, and to what day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, StringField

from app.events.presets import Words
from app.meetings.facts import Copied, CopyOrder
from app.meetings.queries import Copyable
from app.meetings.rules import next_year, slug_on
from app.organiser.inputs import figures, text_field
from app.organiser.moments import wrong
from app.organiser.new_meeting_forms import TITLE, read_day, slug_of
from app.web.fields import Readable


class CopyForm(Form):
    """``take_<id>``, ``title_<id>``, ``title_en_<id>`` and ``slug_<id>`` of each meeting."""

    day = StringField(_("First day of the copy"), filters=[figures], validators=[Readable(40)])
    files = StringField(_("Copy the files, too"))
    meetings: Sequence[Copyable] = ()
    offered_day: date | None = None

    @property
    def rows(self) -> list[tuple[Copyable, Field, Field, Field, Field]]:
        """Each meeting with its tick, title, English title and address."""
        return [
            (
                one,
                self[f"take_{one.event_id}"],
                self[f"title_{one.event_id}"],
                self[f"title_en_{one.event_id}"],
                self[f"slug_{one.event_id}"],
            )
            for one in self.meetings
        ]

    def _slug(self, offered: str, day: date | None) -> str:
        """The address that the page offered, for the day that was chosen."""
        return slug_on(offered, self.offered_day, day) if self.offered_day else offered

    def read(self, *, dated: bool) -> CopyOrder | None:
        """What was asked for; None where there is something to put right.

        Args:
            dated: whether any of them has a date to be moved.
        """
        good = self.validate()
        taken = [row for row in self.rows if row[1].data]
        if not taken:
            wrong(self.rows[0][1], _("Please choose at least one meeting"))
        for _one, _take, title, _title_en, _slug in taken:
            if not title.data:
                wrong(title, _("Please enter the title"))
        day = read_day(self.day) if dated and self.day.data else None
        if not good or self.errors:
            return None
        return CopyOrder(
            meetings=tuple(
                Copied(
                    event_id=one.event_id,
                    slug=self._slug(slug.data or one.offered.slug, day),
                    title=Words(title.data, title_en.data or ""),
                )
                for one, _take, title, title_en, slug in taken
            ),
            day=day,
            files=bool(self.files.data),
        )


def copy_form(day: date | None, meetings: Sequence[Copyable], sent: Any = None) -> CopyForm:
    """The form for the meetings of a series, with what was sent or with what is offered.

    Args:
        day: the first day of all of them, None where none has a date.
        meetings: all of the series.
        sent: of the request; None for a page that is opened.
    """
    fields: dict[str, Any] = {}
    offered_day = next_year(day) if day else None
    offered: dict[str, Any] = {"day": f"{offered_day:%Y-%m-%d}" if offered_day else ""}
    for one in meetings:
        name = f"_{one.event_id}"
        fields[f"take{name}"] = StringField(one.old_title)
        fields[f"title{name}"] = text_field(_("Title of the copy"), TITLE)
        fields[f"title_en{name}"] = text_field(_("Title of the copy in English"), TITLE)
        fields[f"slug{name}"] = HiddenField(filters=[slug_of])
        offered |= {
            f"take{name}": "1",
            f"title{name}": one.offered.title.ja,
            f"title_en{name}": one.offered.title.en,
            f"slug{name}": one.offered.slug,
        }
    made: type[CopyForm] = type("CopyFields", (CopyForm,), fields)
    form = made(sent) if sent is not None else made(data=offered)
    form.meetings, form.offered_day = meetings, offered_day
    return form
