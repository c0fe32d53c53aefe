"""What forms say about personal data: versions for all series, and for one; none is changed."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, administrator, whole_day
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.organiser.blueprint import blueprint
from app.organiser.notice_forms import NoticeForm, notice_form
from app.organiser.words import ZONE
from app.registration.privacy import queries, service
from app.registration.privacy.facts import BUILT_IN, Version
from app.web.locale import current_locale

Page = tuple[str, int]


@blueprint.get("/notice")
@administrator
def whole_notice() -> str:
    """The notice of every series that has none of its own."""
    return _show(None, _filled(None))


@blueprint.post("/notice")
@administrator
def make_whole_notice() -> Response | Page:
    """A new version of it."""
    return _make(None)


@blueprint.get("/events/<slug:slug>/notice")
@whole_day
def notice(slug: str) -> str:
    """The notice of the meetings that are signed up for together with this one."""
    meeting = get_head(slug, current_locale())
    return _show(meeting, _filled(meeting))


@blueprint.post("/events/<slug:slug>/notice")
@whole_day
def make_notice(slug: str) -> Response | Page:
    """A new version for them."""
    return _make(get_head(slug, current_locale()))


def _make(meeting: MeetingHead | None) -> Response | Page:
    form = NoticeForm(request.form)
    wording = form.read()
    if wording is None:
        return _show(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    series_id = meeting.series_id if meeting else None
    try:
        service.add_version(series_id, wording, actor(), seen=form.newest)
    except ChangedMeanwhile:
        form.seen.data = str(_newest(_versions(meeting)))
        told = _("Somebody else has made a version meanwhile. It stands below; yours is kept here.")
        return _show(meeting, form, told), HTTPStatus.CONFLICT
    flash(_("The form shows the new version from now on."), "success")
    address = url_for(".notice", slug=meeting.slug) if meeting else url_for(".whole_notice")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _versions(meeting: MeetingHead | None) -> tuple[Version, ...]:
    return queries.list_versions(meeting.series_id if meeting else None)


def _newest(versions: tuple[Version, ...]) -> int:
    return versions[0].number if versions else BUILT_IN


def _filled(meeting: MeetingHead | None) -> NoticeForm:
    """The form with the words of the version that holds now."""
    versions = _versions(meeting)
    own = next((one for one in versions if not one.whole), None)
    held = own or next(iter(versions), None)
    return notice_form(held.wording if held else None, _newest(versions))


def _show(meeting: MeetingHead | None, form: NoticeForm, problem: str = "") -> str:
    return render_template(
        "office/notice.html",
        meeting=meeting,
        form=form,
        versions=_versions(meeting),
        problem=problem,
        local=lambda moment: to_local(moment, ZONE),
    )
