"""The list for a co-host as a workbook or as CSV."""

from collections.abc import Iterator

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.auth.guards import actor, office
from app.base.errors import NotFound
from app.events.heads import MeetingHead, get_head
from app.organiser.blueprint import blueprint
from app.organiser.notice_forms import NAMES
from app.organiser.words import STATES
from app.registration.lists import shared as lists
from app.registration.lists.export import BOM, csv_text, plain
from app.registration.lists.shared import Shared
from app.web.locale import current_locale
from app.web.sheets import Sheet

WAYS = {"venue": lazy_gettext("At the venue"), "online": lazy_gettext("Online")}
WIDTH = 24
"""Of a column, in characters."""


@blueprint.get("/events/<slug:slug>/shared")
@office
def shared(slug: str) -> str:
    """What the list would hold, and how many it leaves out."""
    meeting = get_head(slug, current_locale())
    found = lists.read_shared(meeting.id, meeting.series_id)
    return render_template("office/shared.html", meeting=meeting, found=found)


@blueprint.get("/events/<slug:slug>/shared.xlsx")
@office
def shared_xlsx(slug: str) -> Response:
    """The list as a workbook."""
    meeting, found = _open(slug)
    headings, rows = _table(meeting, found)
    sheet = Sheet(_("Shared list"), headings, [WIDTH] * len(headings))
    for row in rows:
        sheet.add(row)
    return sheet.answer(f"{slug}-shared.xlsx")


@blueprint.get("/events/<slug:slug>/shared.csv")
@office
def shared_csv(slug: str) -> Response:
    """The list as CSV that opens right in Japanese Excel."""
    meeting, found = _open(slug)
    headings, rows = _table(meeting, found)
    text = csv_text([headings, *plain(list(rows))])
    response = Response((BOM + text).encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-shared.csv"'
    return response


def _open(slug: str) -> tuple[MeetingHead, Shared]:
    meeting = get_head(slug, current_locale())
    found = lists.read_shared(meeting.id, meeting.series_id)
    if found.wording is None:
        raise NotFound("notice")
    return meeting, found


def _table(meeting: MeetingHead, found: Shared) -> tuple[list[str], Iterator[list[str]]]:
    """Headings and rows, once it is noted who takes them; no row for a HEAD."""
    items = found.wording.items if found.wording else ()
    headings = [str(NAMES[item]) for item in items]
    if request.method != "GET":
        return headings, iter(())
    lists.record_shared(meeting.id, found, actor())
    words = {"way": WAYS, "state": STATES}
    rows = (
        [str(words[item][row[item]]) if item in words else row[item] for item in items]
        for row in lists.list_rows(meeting.id, found)
    )
    return headings, rows
