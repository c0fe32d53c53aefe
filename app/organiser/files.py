"""The files of a meeting: what there is, putting one up, removing one."""

from functools import partial
from http import HTTPStatus
from typing import TypeVar

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import Busy, ChangedMeanwhile, NotFound
from app.base.timezones import to_local
from app.events.files import queries, service
from app.events.files.facts import OFFICE, FileTerms, FileView
from app.events.files.rules import LARGEST, MEGABYTE, MOST, FileRefused
from app.events.heads import MeetingHead, get_head
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.file_forms import AUDIENCES, FileForm, TermsForm
from app.organiser.moments import show_moment
from app.web.bodies import takes_up_to
from app.web.downloads import hand_out
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
AnyForm = TypeVar("AnyForm", FileForm, TermsForm)
# Larger than the largest file, so that one that is a little too large is told so beside its field.
LARGEST_BODY = 2 * LARGEST


@blueprint.get("/events/<slug:slug>/files")
@office
def files(slug: str) -> str:
    """What there is, and the form."""
    meeting = get_head(slug, current_locale())
    return _show(meeting, _with_zone(FileForm(), meeting))


@blueprint.post("/events/<slug:slug>/files")
@takes_up_to(LARGEST_BODY, file=LARGEST)
@office
def add_file(slug: str) -> AnyResponse | Page:
    """Put up a file."""
    meeting = get_head(slug, current_locale())
    form = _with_zone(FileForm(request.form), meeting)
    good = form.validate()
    try:
        if good:
            service.add_file(meeting.id, form.new_file(request), actor())
    except service.AlreadyThere as found:
        same = _get(meeting, found.file_id)
        return _show(meeting, form, same=same), HTTPStatus.CONFLICT
    except FileRefused as refused:
        form.refuse(refused.code)
        good = False
    except Busy:
        told = _("We are very busy just now. Please choose the file once more and send it again.")
        return _show(meeting, form, problem=told), HTTPStatus.SERVICE_UNAVAILABLE
    if not good:
        return _show(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The file has been put up."), "success")
    return redirect(url_for(".files", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>/files/<int(max=2147483647):file_id>")
@office
def open_file(slug: str, file_id: int) -> Response:
    """A file as visitors get it, whoever it is for."""
    found = _get(get_head(slug, current_locale()), file_id)
    return hand_out(found, partial(queries.read_content, found))


@blueprint.get("/events/<slug:slug>/files/<int(max=2147483647):file_id>/edit")
@office
def edit_file(slug: str, file_id: int) -> str:
    """Its titles, for whom it is, and from and until when."""
    meeting = get_head(slug, current_locale())
    file = _get(meeting, file_id)
    return _show_terms(meeting, file, _as_stored(meeting, file))


@blueprint.post("/events/<slug:slug>/files/<int(max=2147483647):file_id>/edit")
@office
def change_file(slug: str, file_id: int) -> AnyResponse | Page:
    """Store them."""
    meeting = get_head(slug, current_locale())
    file = _get(meeting, file_id)
    form = _with_zone(TermsForm(request.form), meeting)
    if not form.validate():
        return _show_terms(meeting, file, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        changed = service.change_file(
            meeting.id, file_id, form.terms, actor(), seen=form.seen.data or ""
        )
    except ChangedMeanwhile:
        file = _get(meeting, file_id)
        clash = merge(form, _as_stored(meeting, file))
        return _show_terms(meeting, file, form, clash), HTTPStatus.CONFLICT
    if changed:
        flash(_("The file has been changed."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(url_for(".files", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>/files/<int(max=2147483647):file_id>/remove")
@office
def ask_to_remove(slug: str, file_id: int) -> str:
    """The question with the name of the file."""
    meeting = get_head(slug, current_locale())
    file = _get(meeting, file_id)
    return render_template("office/remove_file.html", meeting=meeting, file=file)


@blueprint.post("/events/<slug:slug>/files/<int(max=2147483647):file_id>/remove")
@office
def remove_file(slug: str, file_id: int) -> AnyResponse:
    """Remove it; pressed twice, the second press finds it gone and says the same."""
    meeting = get_head(slug, current_locale())
    try:
        service.remove_file(meeting.id, file_id, actor())
    except NotFound:
        flash(_("This file had been removed already."), "success")
    else:
        flash(_("The file has been removed."), "success")
    return redirect(url_for(".files", slug=slug), HTTPStatus.SEE_OTHER)


def _get(meeting: MeetingHead, file_id: int) -> FileView:
    return queries.get_file(meeting.id, file_id, current_locale(), OFFICE)


def _with_zone(form: AnyForm, meeting: MeetingHead) -> AnyForm:
    form.zone = meeting.zone
    return form


def _as_stored(meeting: MeetingHead, file: FileView) -> TermsForm:
    title_ja, title_en = queries.titles_of(file)
    times = {"shown_from": file.shown_from, "shown_until": file.shown_until}
    terms = FileTerms(title_ja=title_ja, title_en=title_en, audience=file.audience, **times)
    shown = {name: show_moment(moment, meeting.zone) for name, moment in times.items()}
    given = {"title": title_ja, "title_en": title_en, "audience": file.audience, **shown}
    return TermsForm(data={**given, "seen": service.digest(terms)})


def _show_terms(
    meeting: MeetingHead, file: FileView, form: TermsForm, clash: Clash | None = None
) -> str:
    return render_template("office/file.html", meeting=meeting, file=file, form=form, clash=clash)


def _show(
    meeting: MeetingHead, form: FileForm, problem: str = "", same: FileView | None = None
) -> str:
    found = queries.list_files(meeting.id, current_locale(), OFFICE)
    return render_template(
        "office/files.html",
        meeting=meeting,
        form=form,
        problem=problem,
        same=same,
        files=[(file, to_local(file.created_at, meeting.zone)) for file in found],
        local=lambda moment: to_local(moment, meeting.zone),
        at=now(),
        audiences=AUDIENCES,
        most=MOST,
        megabytes=LARGEST // MEGABYTE,
    )
