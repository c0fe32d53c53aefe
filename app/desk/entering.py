"""The paper twin of the desk: a sheet in its order with boxes, and the page where it is entered."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.timezones import to_local
from app.desk import words
from app.desk.blueprint import blueprint
from app.desk.guard import Desk, at_desk
from app.desk.sheet_form import SheetForm
from app.desk.sheet_newcomers import BLANK, NewcomerForm, judge
from app.registration.desk import counting, queries, sheet
from app.registration.desk.admitting import NeedsReason, admit, walk_in
from app.registration.desk.facts import DeskRow
from app.registration.paper import marks
from app.web.arguments import row_id
from app.web.locale import gettext as _
from app.web.print_sheets import pages, rows_of

PAGE = 100
"""Lines of one page of the form; the sheet itself has everybody."""
ROOM = 232.0
"""Millimetres for the lines of a page of the sheet; static/css/sheets.css draws them."""
_LINE, _ROW, _NAME, _ORGANISATION = 3.2, 4.3, 14, 13
"""Of a line around its rows, and of a row; full-width characters of a row."""


@blueprint.get("/desk/<slug:slug>/sheet")
@at_desk
def print_sheet(desk: Desk) -> str:
    """Everybody with a place at the venue on A4, with boxes, in the order of the desk."""
    rows = queries.list_sheet(desk.meeting)
    if request.method == "GET":  # a question about the page alone shows no name
        marks.record_view(desk.meeting.id, "desk", desk.by)
    return render_template(
        "desk/sheet.html",
        desk=desk,
        meeting=desk.meeting,
        number=len(rows),
        pages=pages([*rows, *[None] * BLANK], _height, ROOM),
        seen_at=to_local(now(), desk.meeting.zone),
    )


@blueprint.get("/desk/<slug:slug>/sheet/enter")
@at_desk
def ask_sheet(desk: Desk) -> Response:
    """The lines of the sheet, with boxes to tick and fields for times."""
    form = _lines(desk, request.args.get("after", type=row_id))
    form.preset(now())
    return _form(desk, form)


@blueprint.post("/desk/<slug:slug>/sheet/enter")
@at_desk
def enter_sheet(desk: Desk) -> Response:
    """Write down what the sheet says; what was noted at a desk stays as it is."""
    after = request.args.get("after", type=row_id)
    form = _lines(desk, after)
    if desk.stale or not desk.opened:
        problem = _("Arrivals are written down from the day of the meeting on. Nothing was noted.")
        if desk.stale:
            problem = _("This page had become too old. Please press once more.")
        return _form(desk, form, problem=problem, status=HTTPStatus.CONFLICT)
    moment = now()
    ticked, newcomers = form.read(moment), form.read_newcomers(moment)
    if not form.errors and newcomers:
        judge(newcomers, desk.meeting)
    if form.errors:
        return _form(desk, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    done = sheet.enter(desk.meeting.id, ticked, desk.by)
    let_in = sum(_take_in(desk, one) for one in newcomers if one.signed_up)
    taken_in = sum(_take_in(desk, one) for one in newcomers if not one.signed_up)
    if form.errors:  # the last place went meanwhile: whoever was stored is not stored again
        return _form(desk, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_said(done, taken_in, let_in), "success")
    address = url_for(".ask_sheet", slug=desk.meeting.slug, after=form.next)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _take_in(desk: Desk, form: NewcomerForm) -> bool:
    """Sign one of the blank lines up, or let in who was signed up without being on the sheet.

    The line says so where there is no place any more.
    """
    told, person = form.told, form.signed_up
    try:
        if person:
            return admit(person, desk.meeting.id, desk.by, told.reason, at=form.at).new
        return walk_in(desk.meeting.id, told, desk.by, at=form.at).new
    except NeedsReason:
        form.ask_reason()
        return False


def _height(row: DeskRow | None) -> float:
    """Of a line with room for a time to be written; its reading stands above the name."""
    if row is None:
        return _LINE + 2 * _ROW
    name = rows_of(row.name, _NAME) + rows_of(row.reading, _NAME)
    more = bool(row.standing) + rows_of(row.organisation, _ORGANISATION)
    return _LINE + _ROW * max(2, name, more)


def _said(done: sheet.Entered, taken_in: int, let_in: int) -> str:
    told = _("Entered: %(came)s came, %(left)s left.", came=done.came, left=done.left)
    if let_in:
        told += " " + _("Let in who were signed up without being on the sheet: %(n)s.", n=let_in)
    if taken_in:
        told += " " + _("Taken in without being signed up: %(n)s.", n=taken_in)
    if done.known:
        told += " " + _("%(n)s lines said nothing new.", n=done.known)
    return told


def _lines(desk: Desk, after: int | None) -> SheetForm:
    rows = queries.list_sheet(desk.meeting, after=after, most=PAGE + 1)
    more = rows[PAGE - 1].booking_id if len(rows) > PAGE else None
    return SheetForm(rows[:PAGE], desk.meeting, request.form, after=after, following=more)


def _form(
    desk: Desk, form: SheetForm, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    made = render_template(
        "desk/enter.html",
        desk=desk,
        meeting=desk.meeting,
        form=form,
        problem=problem,
        places=counting.get_places(desk.meeting.id) if form.newcomers else None,
        words=words,
        local=lambda at: to_local(at, desk.meeting.zone),
    )
    return Response(made, status, mimetype="text/html")
