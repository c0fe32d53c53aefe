"""The blank lines of a sheet: somebody who is not signed up, and when they came."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField

from app.base.text import clean_line
from app.desk.forms import WalkInForm
from app.events.facts import MeetingView
from app.registration.desk import counting, queries
from app.registration.desk.facts import DeskRow, WalkIn

BLANK = 8
"""Lines for those who are not on the sheet."""
TIME = 8
_SIGNED_UP = re.compile("p([1-9][0-9]{0,9})")


def _line(raw: str | None) -> str:
    return clean_line(raw or "")[:TIME]


class NewcomerForm(WalkInForm):
    """One blank line.

    ``at``: when they came; ``same``: who has that name already; ``asks_another``: whether it is to
    be said who this is, or was said already. ``another`` says it: '1' for somebody else, 'p' and a
    number for one of the people who are signed up without being on the sheet.
    """

    came = StringField(_("Came at"), filters=[_line], render_kw={"maxlength": TIME})
    at: datetime | None = None
    same: Sequence[DeskRow] = ()
    asks_another = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_another = bool(self.another.data)

    @property
    def signed_up(self) -> int | None:
        """Who of those signed up this is said to be; None for somebody new."""
        found = _SIGNED_UP.fullmatch(self.another.data or "")
        return int(found[1]) if found else None

    @property
    def unlisted(self) -> Sequence[DeskRow]:
        """Who has that name and is signed up without being on the sheet."""
        return [one for one in self.same if not one.on_sheet]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(
            one.data for one in (self.name, self.reading, self.organisation, self.reason, self.came)
        )

    def judge_time(self, at: datetime | None, now: datetime) -> None:
        """Keep when they came, or say what is wrong with it."""
        self.at = at
        if self.came.data and at is None:
            self.came.errors = [_("Please enter the time such as 10:15")]
        elif at is not None and at > now:
            self.came.errors = [_("Please enter a time that has passed")]

    def ask_whether_another(self, same: Sequence[DeskRow]) -> None:
        """Somebody has that name: it is to be said that this is somebody else.

        Args:
            same: who on the list; nobody where the name stands in two of the blank lines.
        """
        self.same, self.asks_another = same, True
        if self.unlisted:
            told = _(
                "Somebody of this name is signed up, but not on this sheet. Please choose whether "
                "it is the same person"
            )
        elif same:
            told = _(
                "Somebody of this name is on the list. If it is the same person, tick them above "
                "and leave this line empty. If not, please tick that it is another person"
            )
        else:
            told = _(
                "This name stands in a line above. If it is the same person, leave this line "
                "empty. If not, please tick that it is another person"
            )
        self.name.errors = [told]


def judge(newcomers: Sequence[NewcomerForm], meeting: MeetingView) -> None:
    """Hold lines against each other, the list and the places, as the desk does for each.

    Args:
        newcomers: lines that were filled in well.
        meeting: whose sheet it is.
    """
    places, seats = counting.get_places(meeting.id), 0
    earlier: list[WalkIn] = []
    for form in newcomers:
        told, there, known = form.told, places, None
        if form.another.data != "1":
            known = _who(form, meeting, earlier)
        if known:
            there = counting.get_places_for(meeting.id, known.participant_id)
        if known is None or not known.on_sheet:
            if not replace(there, taken=there.taken + seats).fits() and not told.reason:
                form.ask_reason()
            seats += 1
        earlier.append(told)


def _who(form: NewcomerForm, meeting: MeetingView, earlier: Sequence[WalkIn]) -> DeskRow | None:
    """Who it is of those signed up, as chosen in the line; it asks where that is open."""
    same = queries.find_same(meeting, form.told)
    known = next((one for one in same if one.participant_id == form.signed_up), None)
    if known:
        form.same = same
    elif same or any(_is_same(form.told, one) for one in earlier):
        form.another.data = ""
        form.ask_whether_another(same)
    return known


def _is_same(one: WalkIn, other: WalkIn) -> bool:
    readings = {one.reading, other.reading}
    return one.name == other.name and (len(readings) == 1 or "" in readings)
