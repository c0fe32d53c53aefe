"""What a meeting says: title, description, hosts, fee; how long its data are kept; its address."""

from dataclasses import replace
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.errors import ChangedMeanwhile
from app.events.heads import MeetingHead, get_head
from app.meetings import queries, wording
from app.meetings.facts import Contents
from app.meetings.making import OutOfOrder, SlugTaken
from app.meetings.states import InUse, NotNow
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.content_forms import TOO_SHORT, ContentsForm, contents_form
from app.organiser.new_meeting_forms import taken_words
from app.planning.queries import is_of_other_kind
from app.registration.meeting_settings import get_stored
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]


@blueprint.get("/events/<slug:slug>/contents")
@office
def contents(slug: str) -> str:
    """The form, as things are."""
    meeting = get_head(slug, current_locale())
    return _show(meeting, contents_form(queries.get_contents(meeting.id)))


@blueprint.post("/events/<slug:slug>/contents")
@office
def change_contents(slug: str) -> Response | Page:
    """Check and store."""
    meeting = get_head(slug, current_locale())
    form = ContentsForm(request.form)
    if not _is_draft(meeting):
        form.slug.data = slug  # it stands in letters, so the page does not offer it
    wanted = form.read()
    if wanted is None:
        return _show(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _store(meeting, form, wanted)


def _store(meeting: MeetingHead, form: ContentsForm, wanted: Contents) -> Response | Page:
    try:
        changed = wording.change_contents(meeting.id, wanted, actor(), seen=form.seen.data)
    except ChangedMeanwhile:
        return _changed(meeting, form)
    except SlugTaken:
        form.refuse("slug", taken_words(wanted.slug, queries.list_slugs()))
    except NotNow:
        form.refuse("slug", _("The address stays, because the page has been published"))
    except OutOfOrder as short:
        form.refuse(str(short), TOO_SHORT[str(short)])
    except wording.Promised as promised:
        form.refuse(str(promised), _("People were told a shorter term when they signed up"))
    except InUse:
        form.refuse("kind", _("People have signed up. Please choose a kind with sign-up"))
    else:
        told = _("It has been stored."), _("Nothing was different, so nothing was stored.")
        flash(told[0] if changed else told[1], "success")
        return redirect(url_for(".contents", slug=wanted.slug), HTTPStatus.SEE_OTHER)
    return _show(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY


def _changed(meeting: MeetingHead, form: ContentsForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    stored = contents_form(queries.get_contents(meeting.id))
    meeting = replace(meeting, title=stored.title.data or meeting.title)
    return _show(meeting, form, merge(form, stored)), HTTPStatus.CONFLICT


def _is_draft(meeting: MeetingHead) -> bool:
    return get_stored(meeting.id).state == "draft"


def _show(meeting: MeetingHead, form: ContentsForm, clash: Clash | None = None) -> str:
    return render_template(
        "office/contents.html",
        meeting=meeting,
        form=form,
        draft=_is_draft(meeting),
        old_plan=is_of_other_kind(meeting.id),
        clash=clash,
    )
