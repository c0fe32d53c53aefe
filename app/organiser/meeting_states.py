"""What happens to a meeting as a whole: published, taken back, closed, archived, deleted."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import NotFound
from app.events.heads import MeetingHead, get_head
from app.meetings import queries, states
from app.organiser.blueprint import blueprint
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]


@blueprint.post("/events/<slug:slug>/publish")
@office
def publish(slug: str) -> Response:
    """Let everybody see it; what is missing is told on its page."""
    meeting = get_head(slug, current_locale())
    try:
        states.publish(meeting.id, actor())
    except states.NotReady:
        flash(_("It has not been published: something is missing. See the list below."), "error")
    except states.NotNow:
        flash(_("A meeting that was called off cannot be published again."), "error")
    else:
        flash(_("The meeting has been published. Everybody can see its page."), "success")
    return _back(meeting)


@blueprint.post("/events/<slug:slug>/withdraw")
@office
def withdraw(slug: str) -> Response:
    """Make it a draft again while it is nobody's."""
    meeting = get_head(slug, current_locale())
    try:
        states.withdraw(meeting.id, actor())
    except states.InUse:
        flash(
            _(
                "People have signed up or want to be told of the date, so the page stays. "
                "You can close sign-up, or call the meeting off: then they are told."
            ),
            "error",
        )
    except states.NotNow:
        flash(_("A meeting that was called off stays as it is."), "error")
    else:
        flash(_("The meeting is a draft again. Only the office sees it."), "success")
    return _back(meeting)


@blueprint.post("/events/<slug:slug>/close")
@office
def close_sign_up(slug: str) -> Response:
    """End sign-up now."""
    meeting = get_head(slug, current_locale())
    try:
        states.close_sign_up(meeting.id, actor())
    except states.NotNow:
        flash(_("Sign-up is not open, so there is nothing to close."), "error")
    else:
        flash(
            _(
                "Sign-up is closed. Whoever is signed up stays so. "
                "It can be opened again on this page."
            ),
            "success",
        )
    return _back(meeting)


@blueprint.post("/events/<slug:slug>/reopen")
@office
def reopen_sign_up(slug: str) -> Response:
    """Open sign-up again that was closed by hand."""
    meeting = get_head(slug, current_locale())
    try:
        states.reopen_sign_up(meeting.id, actor())
    except states.NotNow:
        flash(_("The closing time is over. Please set a later one under “Settings”."), "error")
    else:
        flash(_("Sign-up is open again."), "success")
    return _back(meeting)


@blueprint.post("/events/<slug:slug>/archive")
@office
def archive(slug: str) -> Response:
    """Take it out of the lists, or put it back."""
    meeting = get_head(slug, current_locale())
    away = request.form.get("away") == "1"
    try:
        states.archive(meeting.id, actor(), away=away)
    except states.NotNow:
        flash(_("Only drafts and meetings that are over or called off go to the archive."), "error")
    else:
        done = _("It is in the archive now: in no list, and with all its data.")
        flash(done if away else _("It stands in the lists again."), "success")
    return _back(meeting)


@blueprint.get("/events/<slug:slug>/delete")
@office
def ask_to_delete(slug: str) -> Response | str:
    """The question; only drafts can be deleted."""
    meeting = get_head(slug, current_locale())
    one = queries.get_standing(meeting.id, current_locale(), now())
    if one.state != "draft" or one.touched:
        return _cannot_delete(meeting)
    return render_template("office/delete_meeting.html", meeting=meeting, one=one)


@blueprint.post("/events/<slug:slug>/delete")
@office
def delete(slug: str) -> Response:
    """Delete a draft for good; pressed twice, the second press finds it gone and says the same."""
    try:
        meeting = get_head(slug, current_locale())
        states.delete_draft(meeting.id, actor())
    except NotFound:
        flash(_("This draft had been deleted already."), "success")
    except (states.NotNow, states.InUse):
        return _cannot_delete(meeting)
    else:
        flash(_("The draft has been deleted."), "success")
    return redirect(url_for(".meetings"), HTTPStatus.SEE_OTHER)


def _cannot_delete(meeting: MeetingHead) -> Response:
    flash(
        _(
            "Only a draft in which nobody is can be deleted. "
            "You can call a meeting off, or put it into the archive."
        ),
        "error",
    )
    return _back(meeting)


def _back(meeting: MeetingHead) -> Response:
    return redirect(url_for(".meeting", slug=meeting.slug), HTTPStatus.SEE_OTHER)
