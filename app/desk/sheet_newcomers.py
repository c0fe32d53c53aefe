"""The blank lines of a sheet: somebody who is not signed up, and when they came."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField

from app.base.text import clean_line
from app.desk.forms import WalkInForm
from app.registration.desk.facts import DeskRow, Places, WalkIn

BLANK = 8
"""Lines for those who are not on the sheet."""
TIME = 8


def _line(raw: str | None) -> str:
    return clean_line(raw or "")[:TIME]


class NewcomerForm(WalkInForm):
    """One blank line.

    ``at``: when they came; ``same``: who has that name already; ``asks_another``: whether it is to
    be said that this is somebody else, or was said already.
    """

    came = StringField(_("Came at"), filters=[_line], render_kw={"maxlength": TIME})
    at: datetime | None = None
    same: Sequence[DeskRow] = ()
    asks_another = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_another = bool(self.another.data)

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
        self.name.errors = [
            _(
                "Somebody of this name is on the list. If it is the same person, tick them above "
                "and leave this line empty. If not, please tick that it is another person"
            )
            if same
            else _(
                "This name stands in a line above. If it is the same person, leave this line "
                "empty. If not, please tick that it is another person"
            )
        ]


def judge(
    newcomers: Sequence[NewcomerForm],
    places: Places,
    find_same: Callable[[WalkIn], Sequence[DeskRow]],
) -> None:
    """Hold lines against each other, the list and the places, as the desk does for each.

    Args:
        newcomers: lines that were filled in well.
        places: at the venue, before any of them has one.
        find_same: who has the name of somebody already.
    """
    earlier: list[WalkIn] = []
    for number, form in enumerate(newcomers):
        told = form.told
        if not form.another.data:
            twice = any(_is_same(told, one) for one in earlier)
            same = find_same(told)
            if same or twice:
                form.ask_whether_another(same)
        if not replace(places, taken=places.taken + number).fits() and not told.reason:
            form.ask_reason()
        earlier.append(told)


def _is_same(one: WalkIn, other: WalkIn) -> bool:
    readings = {one.reading, other.reading}
    return one.name == other.name and (len(readings) == 1 or "" in readings)
