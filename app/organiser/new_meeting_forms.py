"""The few fields that a meeting begins with."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, RadioField, StringField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, StopValidation

from app.base.text import clean_line, nfkc
from app.base.timezones import to_local
from app.events.presets import Words
from app.meetings.facts import NewMeeting, SeriesChoice
from app.meetings.rules import LONGEST_SLUG, free_slug, make_slug, slug_for
from app.organiser.inputs import figures, text_field
from app.organiser.meeting_words import KINDS
from app.organiser.moments import read_moment, read_session, wrong
from app.organiser.words import ZONE
from app.web.fields import Choice, Readable
from app.web.filters import day as day_words

TITLE = 120
"""The most characters of a title."""


def slug_of(raw: str | None) -> str:
    """As an address has it, in whatever width it was typed."""
    return make_slug(nfkc(clean_line(raw or "")))


class SlugField(StringField):
    """The last part of an address: what cannot stand in one is refused, not left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As an address has it; as it was typed where that cannot be."""
        typed = nfkc(clean_line(valuelist[0])) if valuelist else ""
        self.data = (typed.isascii() and make_slug(typed)) or typed

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # as WTForms calls it
        """Raise StopValidation with what to do."""
        if self.data and make_slug(self.data) != self.data:
            told = _("Please use letters from a to z, digits and hyphens only, such as soukai-2027")
            raise StopValidation(told)


def taken_words(slug: str, taken: Collection[str]) -> Any:
    """That an address is another meeting's, with one that is free."""
    free = free_slug(slug, taken)
    return _("Another meeting has this address. “%(free)s” is free, for instance", free=free)


class NewMeetingForm(Form):
    """Kind, title, day: the rest is entered on the pages of the draft."""

    kind = RadioField(
        _("Kind"), choices=[], validators=[InputRequired(_("Please choose the kind"))]
    )
    title = text_field(_("Title"), TITLE, DataRequired(_("Please enter the title")))
    series = Choice(_("Signed up for together with"), choices=[], default="")
    day = StringField(_("Date"), filters=[figures], validators=[Readable(40)])
    start = StringField(_("Beginning"), filters=[figures], validators=[Readable(40)])
    end = StringField(_("End"), filters=[figures], validators=[Readable(40)])
    slug = SlugField(
        _("Last part of the address"),
        validators=[Readable(LONGEST_SLUG)],
        render_kw={"maxlength": LONGEST_SLUG},
    )
    known: Sequence[SeriesChoice] = ()

    def __init__(self, *args: Any, series: Sequence[SeriesChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = series
        self.kind.choices = [(value, str(told)) for value, told in KINDS.items()]
        self.series.choices = _series_choices(series)

    def refuse_slug(self, taken: Collection[str]) -> None:
        """The address is another meeting's; one that is free is offered."""
        wrong(self.slug, taken_words(self.slug.data or "", taken))

    def read(self, taken: Collection[str]) -> NewMeeting | None:
        """The draft that was entered; None where there is something to put right.

        Without an address it gets one that is not ``taken``.
        """
        good = self.validate()
        joined = next((one for one in self.known if str(one.id) == self.series.data), None)
        if joined and not self.day.data and (self.start.data or self.end.data):
            self.day.data = f"{joined.day:%Y-%m-%d}"
        typed = any(field.data for field in (self.day, self.start, self.end))
        span = read_session(self.day, self.start, self.end, ZONE) if typed else None
        if joined and span and to_local(span[0], ZONE).date() != joined.day:
            on = day_words(joined.day)
            told = _("Please enter %(day)s, or choose a sign-up of its own above", day=on)
            wrong(self.day, told)
        if not good or self.errors:
            return None
        day = to_local(span[0], ZONE).date() if span else None
        return NewMeeting(
            kind=self.kind.data,
            slug=self.slug.data or free_slug(slug_for(self.kind.data, day), taken),
            title=Words(self.title.data or ""),
            zone=ZONE,
            spans=(span,) if span else (),
            series_id=joined.id if joined else None,
        )


def read_day(field: Field) -> date | None:
    """A day as it was typed or picked; None, with an error at the field, where it is none."""
    moment = read_moment(f"{field.data} 12:00", ZONE)
    if moment is None:
        wrong(field, _("Please enter the date"))
        return None
    return to_local(moment, ZONE).date()


def _series_choices(series: Sequence[SeriesChoice]) -> list[tuple[str, str]]:
    own = ("", str(_("A sign-up of its own")))
    return [own, *((str(one.id), _series_words(one)) for one in series)]


def _series_words(one: SeriesChoice) -> str:
    return f"{day_words(one.day)} {one.titles[0]}" + ("…" if len(one.titles) > 1 else "")
