"""What is typed from a sheet of paper: a tick and two times a line, one usual time for all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from app.base.text import clean_line, nfkc
from app.base.timezones import to_local, to_utc
from app.desk.sheet_newcomers import BLANK, TIME, NewcomerForm
from app.events.facts import MeetingView
from app.registration.desk.facts import DeskRow
from app.registration.desk.sheet import Ticked
from app.web.filters import clock
from app.web.locale import gettext as _

_TIME = re.compile("([0-9]{1,2})(?:[:時.]([0-9]{1,2})分?|([0-9]{2})|時)")
LONGEST = TIME


def read_time(typed: str) -> time | None:
    """A time of the day in any width: 10:05, 1005, 10時5分, 9時; None for what is none."""
    found = _TIME.fullmatch(nfkc(clean_line(typed)).replace(" ", ""))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person of the sheet as it stands in the form; ``problem``: what is to be put right."""

    row: DeskRow
    ticked: bool
    came: str
    left: str
    problem: str = ""


class SheetForm:
    """The lines of one page: what was typed, what it means, and what is wrong with it.

    ``after``, ``next``: ids of the bookings behind which this page and the next begin.
    ``newcomers``: the blank lines, which stand on the last page.
    """

    def __init__(
        self,
        rows: Sequence[DeskRow],
        meeting: MeetingView,
        typed: Mapping[str, str],
        *,
        after: int | None,
        following: int | None,
    ) -> None:
        self.meeting = meeting
        self.after, self.next = after, following
        self.days = meeting.dates
        asked = typed.get("day", "")
        self.day = next((one for one in self.days if one.isoformat() == asked), self._first)
        self.usual = _short(typed.get("usual", ""))
        self.lines = [_line(row, typed) for row in rows]
        self.newcomers = [] if following else _blank_lines(typed)
        self.problem = ""

    def preset(self, now: datetime) -> None:
        """The usual time is when it begins or, where it has not begun, the time it is: accepted."""
        if self.meeting.spans:
            local = to_local(now, self.meeting.zone)
            self.usual = f"{min(self.meeting.spans[0].start, local):%H:%M}"

    @property
    def _first(self) -> date | None:
        return self.days[0] if self.days else None

    @property
    def errors(self) -> dict[str, list[Any]]:
        """What is to be put right, by the id of its field, as the error summary takes it."""
        found = {"usual": [self.problem]} if self.problem else {}
        wrong = {f"i{one.row.booking_id}": [one.problem] for one in self.lines if one.problem}
        return {**found, **wrong, **{field: [told] for field, _name, told in self._of_newcomers}}

    @property
    def _of_newcomers(self) -> list[tuple[str, str, Any]]:
        """What is to be put right in the blank lines: id of the field, whose it is, what to do."""
        return [
            (field.id, form.name.data or field.label.text, field.errors[0])
            for form in self.newcomers
            for field in form
            if field.errors
        ]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The lines of the error summary: id of the field, whose it is and what to do."""
        usual = [("usual", self.problem)] if self.problem else []
        wrong = [one.row for one in self.lines if one.problem]
        told = {f"i{one.row.booking_id}": one.problem for one in self.lines}
        names = [(f"i{row.booking_id}", row.name) for row in wrong]
        known = [(field, f"{name}: {told[field]}") for field, name in names]
        return usual + known + [(id_, f"{who}: {what}") for id_, who, what in self._of_newcomers]

    def read(self, now: datetime) -> list[Ticked]:
        """What the ticked lines say; whatever is wrong stands in the lines afterwards.

        Args:
            now: aware: nobody has come later than this.
        """
        found = []
        for place, line in enumerate(self.lines):
            if not (line.ticked or line.came or line.left):
                continue
            came = self._arrival(line.came)
            left = self._moment(line.left) if line.left else None
            problem = _problem(line, came, left, now, self.meeting.zone)
            if problem:
                self.lines[place] = Line(
                    row=line.row,
                    ticked=line.ticked,
                    came=line.came,
                    left=line.left,
                    problem=problem,
                )
            found.append(Ticked(booking_id=line.row.booking_id or 0, came_at=came, left_at=left))
        return found

    def read_newcomers(self, now: datetime) -> list[NewcomerForm]:
        """The blank lines that were filled in; whatever is wrong stands in them afterwards."""
        found = [form for form in self.newcomers if not form.is_blank]
        for form in found:
            form.validate()
            form.judge_time(self._arrival(form.came.data or ""), now)
        return found

    def _arrival(self, typed: str) -> datetime | None:
        """When somebody came: as typed, else at the usual time, which is asked for then."""
        if typed:
            return self._moment(typed)
        usual = self._moment(self.usual)
        if usual is None:
            self.problem = _("Please enter the usual time, such as 10:15")
        return usual

    def _moment(self, typed: str) -> datetime | None:
        at = read_time(typed)
        if at is None or self.day is None:
            return None
        return to_utc(datetime.combine(self.day, at), self.meeting.zone)


def _problem(
    line: Line, came: datetime | None, left: datetime | None, now: datetime, zone: str
) -> str:
    if (line.came and came is None) or (line.left and left is None):
        return _("Please enter the time such as 10:15")
    latest = max(came or _LONG_AGO, left or _LONG_AGO)
    if latest > now:
        return _("Please enter a time that has passed")
    last = line.row.last
    if left and last and last.kind == "in" and left <= last.at:
        return _(
            "Noted as come at %(clock)s. Please enter a time of leaving after that",
            clock=clock(to_local(last.at, zone)),
        )
    if came and left and left <= came:
        return _("Please enter a time of leaving after that of coming")
    return ""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _line(row: DeskRow, typed: Mapping[str, str]) -> Line:
    number = row.booking_id
    return Line(
        row=row,
        ticked=f"t{number}" in typed,
        came=_short(typed.get(f"i{number}", "")),
        left=_short(typed.get(f"o{number}", "")),
    )


def _blank_lines(typed: Any) -> list[NewcomerForm]:
    forms = [NewcomerForm(typed, prefix=f"w{number}-") for number in range(BLANK)]
    for form in forms:
        if not form.key.data:
            form.renew()
    return forms


def _short(raw: str) -> str:
    return clean_line(raw)[:LONGEST]
