"""The audit log: who did what, when, before and after; searched, and taken out as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirection

from app.auth import log
from app.auth.guards import actor, administrator
from app.auth.log import LogFilter
from app.auth.service import note
from app.base.clock import now
from app.base.timezones import to_local, to_utc
from app.events.heads import MeetingHead, get_head, list_every_head
from app.organiser import audit_subjects, searches
from app.organiser.audit_fields import ACTORS
from app.organiser.audit_words import Line, lines
from app.organiser.blueprint import blueprint
from app.organiser.meeting_words import named
from app.organiser.moments import read_day
from app.organiser.words import ACTIONS, ZONE
from app.registration import queries as registrations
from app.registration.lists.export import BOM, csv_text, plain
from app.web.arguments import find_id, row_id
from app.web.locale import current_locale
from app.web.sheets import Sheet


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for, as it came; what makes no sense counts as not asked.

    ``s``: the key of what is searched for, ``q``.
    """

    who: str
    action: str
    meeting: MeetingHead | None
    registration_id: int | None
    since: date | None
    until: date | None
    s: str
    q: str

    @cached_property
    def filter(self) -> LogFilter:
        """For the query."""
        return LogFilter(
            account_id=find_id(self.who),
            actor=self.who if self.who in ACTORS else "",
            action=self.action,
            about=self._about,
            since=_begin(self.since),
            until=_begin(self.until + timedelta(days=1)) if self.until else None,
            text=self.q,
            found={"registration": registrations.ids_found(self.q)} if self.q else {},
        )

    @property
    def _about(self) -> dict[str, Any] | None:
        if self.registration_id is not None:
            return {"registration": [self.registration_id]}
        if self.meeting is None:
            return None
        return audit_subjects.ids_of(self.meeting)

    @property
    def is_backwards(self) -> bool:
        """Whether the time that is asked for ends before it begins."""
        return bool(self.since and self.until and self.until < self.since)

    @property
    def arguments(self) -> dict[str, Any]:
        """The same in an address."""
        given = {
            "who": self.who,
            "action": self.action,
            "meeting": self.meeting and self.meeting.slug,
            "registration": self.registration_id,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "s": self.s if self.q else "",
        }
        return {name: value for name, value in given.items() if value}


@blueprint.get("/history")
@administrator
def history() -> str:
    """One page, the latest first."""
    asked, before = _asked(request.args), request.args.get("before", type=row_id)
    entries = log.list_log(asked.filter, before)
    shown = entries[: log.PAGE]
    return render_template(
        "office/history.html",
        asked=asked,
        lost=bool(asked.s and not asked.q),
        lines=lines(shown),
        people=log.list_actors(),
        actors=ACTORS,
        actions=sorted(ACTIONS.items(), key=lambda one: str(one[1])),
        meetings=[(one, named(one)) for one in list_every_head(current_locale())],
        older=shown[-1].id if len(entries) > log.PAGE else None,
        first=before is None,
        link=lambda **more: url_for(".history", **{**asked.arguments, **more}),
    )


@blueprint.post("/history")
@administrator
def search_history() -> Redirection:
    """Look for what was typed: it goes on to the log without standing in its address."""
    given = {**request.form, "s": searches.keep(request.form.get("q", ""))}
    return redirect(url_for(".history", **_asked(given).arguments), HTTPStatus.SEE_OTHER)


@blueprint.get("/history.csv")
@administrator
def history_csv() -> Response:
    """All that was asked for, as a stream for Excel; taking it out is noted first."""
    asked = _asked(request.args)
    response = Response(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name()}.csv"'
    if request.method == "GET":
        _note_export(asked)
        response.response = stream_with_context(_csv(asked.filter))
    return response


@blueprint.get("/history.xlsx")
@administrator
def history_xlsx() -> Response:
    """The same as a workbook."""
    asked = _asked(request.args)
    sheet = Sheet(_("Audit log"), _headings(), widths=(18, 20, 30, 30, 60))
    if request.method == "GET":
        _note_export(asked)
        for entries in log.list_batches(asked.filter):
            for line in lines(entries):
                sheet.add(_cells(line))
    return sheet.answer(f"{_name()}.xlsx")


def _asked(given: Mapping[str, str]) -> Asked:
    who, slug = given.get("who", ""), given.get("meeting", "")
    action = given.get("action", "")
    s = given.get("s", "")
    return Asked(
        who=who if who in ACTORS or find_id(who) is not None else "",
        action=action if action in ACTIONS else "",
        meeting=get_head(slug, current_locale()) if slug else None,
        registration_id=find_id(given.get("registration")),
        since=read_day(given.get("since", "")),
        until=read_day(given.get("until", "")),
        s=s,
        q=searches.find(s),
    )


def _begin(day: date | None) -> datetime | None:
    return to_utc(datetime.combine(day, time()), ZONE) if day else None


def _note_export(asked: Asked) -> None:
    """Who takes which part of the log out of the house."""
    given = asked.arguments
    if given.pop("s", ""):
        given["q"] = ""  # what was searched for is mostly somebody's name
    told = ", ".join(f"{name}={value}" for name, value in given.items())
    note("audit.exported", actor().account_id, after={"filter": told} if told else {})


def _csv(wanted: LogFilter) -> Iterator[bytes]:
    yield (BOM + csv_text([_headings()])).encode()
    for entries in log.list_batches(wanted):
        yield csv_text(plain([_cells(line) for line in lines(entries)])).encode()


def _headings() -> list[str]:
    return [_("When"), _("Who"), _("What"), _("About"), _("Before and after")]


def _cells(line: Line) -> list[str]:
    changes = "\n".join(f"{what}: {told}" if told else what for what, told in line.changes)
    return [f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.what, line.about, changes]


def _name() -> str:
    return f"audit-log-{to_local(now(), ZONE):%Y-%m-%d}"
