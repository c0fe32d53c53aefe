"""The settings of a meeting as a form: local times of its zone, places by way."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import StopValidation

from app.base.text import clean_line, nfkc
from app.events.standings import WORDS, in_order
from app.organiser.clashes import SeenForm
from app.organiser.meeting_words import ADMISSIONS
from app.organiser.moments import (
    check_places,
    read_moment,
    read_places,
    read_session,
    show_moment,
    show_session,
    wrong,
)
from app.organiser.reason_forms import ReasonForm
from app.registration.meetings import MOMENTS, MeetingSettings
from app.web.fields import Readable

WAYS = ("venue", "online")
SESSIONS = 20
TEXT, ADDRESS = 200, 300
_OF_A_DAY = re.compile(r"(?:day|start|end)_\d+")
TEXTS = ("venue_name", "venue_address", "access")


def _line(raw: str | None) -> str:
    return clean_line(raw or "")


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _text(label: Any, limit: int = TEXT) -> StringField:
    return StringField(
        label, filters=[_line], validators=[Readable(limit)], render_kw={"maxlength": limit}
    )


def _numbers(label: Any) -> StringField:
    """A date, a time or a number, typed or picked."""
    return StringField(label, filters=[_figures], validators=[Readable(40)])


class MeetingForm(SeenForm):
    """Everything that the office sets. ``day_1``, ``start_1``, ``end_1`` … are the sessions."""

    venue_name = _text(_("Venue"))
    venue_name_en = _text(_("Venue in English"))
    venue_address = _text(_("Address of the venue"))
    venue_address_en = _text(_("Address of the venue in English"))
    access = _text(_("Way to get there"))
    access_en = _text(_("Way to get there in English"))
    online_url = _text(_("Address for taking part online"), ADDRESS)
    doors_at = _numbers(_("Doors open"))
    opens_at = _numbers(_("Sign-up opens"))
    closes_at = _numbers(_("Sign-up closes"))
    change_until = _numbers(_("People can change and cancel until"))
    promotion_until = _numbers(_("Free places go to the waiting list until"))
    waiting_list = StringField(_("Keep a waiting list when it is full"))
    admission = RadioField(
        _("Who may come"),
        choices=[SelectChoice(*one) for one in ADMISSIONS.items()],
        default="open",
        validate_choice=False,
    )
    standings = SelectMultipleField(
        _("As what people can sign up"),
        choices=[SelectChoice(*one) for one in WORDS.items()],
        validate_choice=False,
    )
    venue = StringField(_("At the venue"))
    venue_places = _numbers(_("Places at the venue"))
    online = StringField(_("Online"))
    online_places = _numbers(_("Places online"))

    def validate_online_url(self, field: Field) -> None:
        """The whole address, as a browser takes it."""
        if field.data and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", field.data):
            raise StopValidation(_("Please enter the whole address, beginning with https://"))

    def validate_venue_places(self, field: Field) -> None:
        """A whole number, or nothing."""
        check_places(field)

    def validate_online_places(self, field: Field) -> None:
        """A whole number, or nothing."""
        check_places(field)

    def group_of(self, name: str) -> str:
        """The days are taken as a whole: one that somebody adds moves those that follow."""
        return "days" if _OF_A_DAY.fullmatch(name) else name

    @property
    def sessions(self) -> Iterator[tuple[Field, Field, Field]]:
        """Day, start and end of each session."""
        for n in range(1, SESSIONS + 1):
            yield self[f"day_{n}"], self[f"start_{n}"], self[f"end_{n}"]

    def rows(self, *, more: bool = False) -> list[tuple[Field, Field, Field]]:
        """The sessions to show: up to the last with something in it, and at least one.

        With ``more`` those that were shown, and one further.
        """
        every = list(self.sessions)
        used = [n for n, row in enumerate(every, 1) if any(one.data or one.errors for one in row)]
        shown = [n for n, row in enumerate(every, 1) if row[0].raw_data] if more else []
        return every[: max([1, *used, *shown]) + more]

    def read(
        self, stored: MeetingSettings, zone: str, used: Collection[str]
    ) -> MeetingSettings | None:
        """The settings that were entered; None where there is something to put right.

        What was not touched stays to the second what it is in ``stored``. Ways that are ``used``
        stay offered: somebody comes by them.
        """
        good = self.validate()
        spans = self._spans(stored, zone)
        moments: dict[str, Any] = {
            name: self._moment(name, getattr(stored, name), zone) for name in MOMENTS
        }
        self._check_order(spans, moments)
        offered = [way for way in WAYS if way in used or self[way].data]
        if stored.places and not offered:
            wrong(self.venue, _("Please offer at least one way of taking part"))
        if not good or self.errors:
            return None
        return replace(
            stored,
            spans=tuple(spans),
            online_url=self.online_url.data or "",
            waiting_list=bool(self.waiting_list.data),
            admission=self.admission.data if self.admission.data in ADMISSIONS else "open",
            standings=in_order(self.standings.data or ()),
            places={way: read_places(self[f"{way}_places"]) for way in offered},
            **{name: self._translated(name, getattr(stored, name)) for name in TEXTS},
            **moments,
        )

    def _spans(self, stored: MeetingSettings, zone: str) -> list[tuple[datetime, datetime]]:
        kept = {tuple(show_session(span, zone)): span for span in stored.spans}
        found = []
        for day, start, end in self.sessions:
            typed = (day.data or "", start.data or "", end.data or "")
            if typed in kept:
                found.append(kept[typed])
            elif any(typed):
                span = read_session(day, start, end, zone)
                if span is not None:
                    found.append(span)
        return sorted(found)

    def _moment(self, name: str, old: datetime | None, zone: str) -> datetime | None:
        field = self[name]
        if not field.data:
            return None
        if field.data == show_moment(old, zone):
            return old
        found = read_moment(field.data, zone)
        if found is None:
            wrong(field, _("Please enter the date and the time"))
        return found

    def _check_order(
        self, spans: list[tuple[datetime, datetime]], moments: Mapping[str, datetime | None]
    ) -> None:
        """Times must follow each other as they do in life."""
        for before, after in pairwise(spans):
            if after[0] < before[1]:
                wrong(self["day_1"], _("Please look at the times again: two of them overlap"))
        opens, closes = moments["opens_at"], moments["closes_at"]
        if opens and closes and closes <= opens:
            wrong(self.closes_at, _("Please enter a time after sign-up opens"))
        if not spans:
            return
        start, end = spans[0][0], max(span[1] for span in spans)
        for name in ("doors_at", "opens_at", "promotion_until"):
            moment = moments[name]
            if moment and moment > start:
                wrong(self[name], _("Please enter a time before the meeting begins"))
        for name in ("closes_at", "change_until"):
            moment = moments[name]
            if moment and moment > end:
                wrong(self[name], _("Please enter a time before the meeting ends"))

    def _translated(self, name: str, old: Any) -> Any:
        """A text in both languages; plain words fit only the Japanese that they were made of."""
        ja, en = self[name].data, self[f"{name}_en"].data
        return replace(old, ja=ja, en=en, easy=old.easy if ja == old.ja else "")


for _n in range(1, SESSIONS + 1):
    setattr(MeetingForm, f"day_{_n}", _numbers(_("Date")))
    setattr(MeetingForm, f"start_{_n}", _numbers(_("Beginning")))
    setattr(MeetingForm, f"end_{_n}", _numbers(_("End")))


class TellForm(ReasonForm):
    """Whether people are told, and why it was changed."""

    tell = StringField(_("Tell them by letter"))


def values_of(settings: MeetingSettings, zone: str) -> dict[str, Any]:
    """What the fields show."""
    values: dict[str, Any] = {name: show_moment(getattr(settings, name), zone) for name in MOMENTS}
    for n, span in enumerate(settings.spans[:SESSIONS], start=1):
        names = (f"day_{n}", f"start_{n}", f"end_{n}")
        values.update(zip(names, show_session(span, zone), strict=True))
    for name in TEXTS:
        text = getattr(settings, name)
        values[name], values[f"{name}_en"] = text.ja, text.en
    for way, places in settings.places.items():
        values[way] = "1"
        values[f"{way}_places"] = "" if places is None else str(places)
    waiting = "1" if settings.waiting_list else ""
    values["admission"] = settings.admission
    values["standings"] = list(settings.standings)
    return {**values, "online_url": settings.online_url, "waiting_list": waiting}
