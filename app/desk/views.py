"""The desk's door: the page itself, its acts, and how many have come."""

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.desk import desks, device, entering, opening, scanning, walk_ins, words
from app.desk.blueprint import blueprint
from app.desk.forms import REASON, one_line
from app.desk.guard import Desk, at_desk
from app.desk.page import Notice, counted, page, read_wanted
from app.registration import attendance
from app.registration.attendance import NoPlace, Written
from app.registration.desk import queries, undoing
from app.registration.desk.admitting import NeedsReason, admit
from app.registration.desk.facts import DeskRow, Places
from app.web.arguments import find_id, row_id
from app.web.locale import gettext as _

__all__ = ["blueprint", "desks", "entering", "opening", "scanning", "walk_ins"]


@blueprint.get("/desk/<slug:slug>")
@at_desk
def show(desk: Desk) -> Response:
    """The desk, with whoever was written down last (``done``: id of that fact)."""
    return page(desk, done=request.args.get("done", type=row_id))


@blueprint.get("/desk/<slug:slug>/counts")
@at_desk
def counts(desk: Desk) -> str:
    """How many have come, as a part of the page that a script puts in place."""
    return render_template("desk/counts.html", desk=desk, meeting=desk.meeting, **counted(desk))


@blueprint.post("/desk/<slug:slug>")
@at_desk
def act(desk: Desk) -> Response:
    """Whatever is pressed at the desk: ``do`` says what."""
    do = request.form.get("do", "find")
    if desk.stale:
        return _refused(desk, _("This page had become too old. Please press once more."))
    if do == "name":
        return _name(desk)
    if do == "find":
        return page(desk, read_wanted(), done=_done())
    return _write(desk, do)


def _write(desk: Desk, do: str) -> Response:
    """What changes something."""
    if not desk.opened:
        told = _("Arrivals are written down from the day of the meeting on. Nothing was noted.")
        return _refused(desk, told, HTTPStatus.CONFLICT)
    if do == "undo":
        return _undo(desk)
    row = queries.get_row(desk.meeting, find_id(request.form.get("person")) or 0)
    if row is None:
        told = _("This person is not on the list any more. Please search again.")
        return _refused(desk, told, HTTPStatus.NOT_FOUND)
    return _admit(desk, row) if do == "admit" else _note(desk, row, do)


def _name(desk: Desk) -> Response:
    back = redirect(url_for(".show", slug=desk.meeting.slug), HTTPStatus.SEE_OTHER)
    device.keep_name(back, request.form.get("name", ""))
    return back


def _note(desk: Desk, row: DeskRow, do: str) -> Response:
    """In or out, by one tap."""
    note = attendance.record_out if do == "out" else attendance.record_in
    seen = find_id(request.form.get("seen"))
    try:
        written = note(row.booking_id or 0, desk.by, event_id=desk.meeting.id, seen=seen)
    except NoPlace:
        told = _("%(name)s has no place at the venue any more. Nothing was noted.", name=row.name)
        return _refused(desk, told, HTTPStatus.CONFLICT)
    return _written(desk, row, written)


def _written(desk: Desk, row: DeskRow, written: Written) -> Response:
    if written.new and written.fact:
        return page(desk, read_wanted(), done=written.fact.id)
    return _refused(desk, words.known(row.name, written.fact, desk), HTTPStatus.CONFLICT)


def _admit(desk: Desk, row: DeskRow) -> Response:
    """Give a place at the venue; where there is none left, ask for a reason first."""
    reason = one_line(request.form.get("reason", ""), REASON)
    try:
        written = admit(row.participant_id, desk.meeting.id, desk.by, reason)
    except NeedsReason as full:
        return _ask_reason(desk, row, full.places)
    return _written(desk, row, written)


def _ask_reason(desk: Desk, row: DeskRow, places: Places) -> Response:
    asked = "reason" in request.form
    made = render_template(
        "desk/reason.html",
        desk=desk,
        meeting=desk.meeting,
        row=row,
        places=places,
        wanted=read_wanted(),
        done=_done(),
        problem=_("Please enter why they are let in") if asked else "",
        limit=REASON,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked else HTTPStatus.OK
    return Response(made, status, mimetype="text/html")


def _undo(desk: Desk) -> Response:
    fact_id = find_id(request.form.get("done")) or 0
    told = queries.find_told(desk.meeting.id, fact_id)
    try:
        taken = undoing.undo(fact_id, desk.meeting.id, desk.by) if told else None
    except undoing.TooLate as late:
        return _refused(desk, words.too_late(late, told.name if told else ""), HTTPStatus.CONFLICT)
    if told is None or taken is None:
        told_words = _("It had been taken back or changed meanwhile. This is how it is now.")
        return page(desk, read_wanted(), notice=Notice(text=told_words), status=HTTPStatus.CONFLICT)
    done = Notice(text=words.taken_back(told.name, taken), kind="done")
    return page(desk, read_wanted(), notice=done)


def _done() -> int | None:
    return find_id(request.form.get("done"))


def _refused(
    desk: Desk, told: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    """The desk with a sentence; whom it had found, and what can be taken back, stays."""
    return page(desk, read_wanted(), done=_done(), notice=Notice(text=told), status=status)
