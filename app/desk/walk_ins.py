"""Somebody who is not signed up: three fields, and they are in."""

from dataclasses import replace
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.desk import words
from app.desk.blueprint import blueprint
from app.desk.forms import WalkInForm
from app.desk.guard import Desk, at_desk
from app.registration.desk import counting, queries
from app.registration.desk.admitting import NeedsReason, walk_in
from app.registration.desk.facts import Places
from app.registration.privacy.queries import get_notice, shown_number
from app.web.arguments import find_id
from app.web.locale import gettext as _


@blueprint.get("/desk/<slug:slug>/walk-in")
@at_desk
def ask_walk_in(desk: Desk) -> Response:
    """The form; it says at once where the places are taken."""
    form = WalkInForm()
    form.renew()
    return _form(desk, form, counting.get_places(desk.meeting.id))


@blueprint.post("/desk/<slug:slug>/walk-in")
@at_desk
def take_walk_in(desk: Desk) -> Response:
    """Sign them up and in, unless somebody of that name is on the list already."""
    form, places = WalkInForm(request.form), counting.get_places(desk.meeting.id)
    if desk.stale or not desk.opened:
        problem = _("Arrivals are written down from the day of the meeting on. Nothing was noted.")
        if desk.stale:
            problem = _("This page had become too old. Please press once more.")
        return _form(desk, form, places, HTTPStatus.CONFLICT, problem=problem)
    if not form.validate():
        return _form(desk, form, places, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.told
    if form.noticed.data:
        number = shown_number(desk.meeting.series_id, find_id(form.notice.data) or 0)
        given = replace(given, notice_version=number)
    same = () if form.another.data else queries.find_same(desk.meeting, given)
    if same:
        return _form(desk, form, places, HTTPStatus.CONFLICT, same=same)
    try:
        written = walk_in(desk.meeting.id, given, desk.by)
    except NeedsReason as full:
        form.ask_reason()
        return _form(desk, form, full.places, HTTPStatus.UNPROCESSABLE_ENTITY)
    done = written.fact.id if written.fact else None
    return redirect(url_for(".show", slug=desk.meeting.slug, done=done), HTTPStatus.SEE_OTHER)


def _form(
    desk: Desk,
    form: WalkInForm,
    places: Places,
    status: HTTPStatus = HTTPStatus.OK,
    **more: object,
) -> Response:
    """The form. ``more``: ``same``, who has that name already; ``problem``, what is the matter."""
    privacy = get_notice(desk.meeting.series_id)
    form.notice.data = str(privacy.number)
    made = render_template(
        "desk/walk_in.html",
        desk=desk,
        meeting=desk.meeting,
        form=form,
        places=places,
        privacy=privacy,
        words=words,
        **more,
    )
    return Response(made, status, mimetype="text/html")
