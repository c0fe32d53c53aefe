"""Copying meetings: next year's from this year's."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, every_meeting
from app.events.heads import MeetingHead, get_head
from app.meetings import copying, queries
from app.meetings.making import OutOfOrder
from app.organiser.blueprint import blueprint
from app.organiser.copy_forms import CopyForm, copy_form
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]


@blueprint.get("/events/<slug:slug>/copy")
@every_meeting
def copy(slug: str) -> str:
    """All meetings that are signed up for together, with what their copies would be."""
    meeting = get_head(slug, current_locale())
    day, offered = queries.list_copyable(meeting.series_id, current_locale())
    return _show(meeting, copy_form(day, offered), dated=day is not None)


@blueprint.post("/events/<slug:slug>/copy")
@every_meeting
def make_copy(slug: str) -> Response | Page:
    """Make the drafts and go to the first."""
    meeting = get_head(slug, current_locale())
    day, offered = queries.list_copyable(meeting.series_id, current_locale())
    form = copy_form(day, offered, request.form)
    order = form.read(dated=day is not None)
    if order is None:
        page = _show(meeting, form, dated=day is not None)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        made = copying.copy_meetings(meeting.series_id, order, actor())
    except OutOfOrder as found:
        page = _show(meeting, form, dated=day is not None, out_of_order=str(found))
        return page, HTTPStatus.CONFLICT
    flash(
        _(
            "The copy is a draft. Please look through its pages before you publish it. "
            "Reminders go only once you have looked at them."
        ),
        "success",
    )
    return redirect(url_for(".meeting", slug=made[0]), HTTPStatus.SEE_OTHER)


def _show(meeting: MeetingHead, form: CopyForm, *, dated: bool, out_of_order: str = "") -> str:
    return render_template(
        "office/copy.html",
        meeting=meeting,
        form=form,
        dated=dated,
        out_of_order=get_head(out_of_order, current_locale()) if out_of_order else None,
    )
