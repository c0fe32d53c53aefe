"""The office's meetings: the list of all, a new one, the page of one, and how it will look."""

from contextlib import suppress
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, every_meeting, my_meetings, office
from app.base.clock import now
from app.base.errors import Busy
from app.config import current_settings
from app.events import queries as events
from app.events.files import queries as files
from app.events.files.facts import everybody
from app.events.heads import get_head
from app.events.offers import get_preview_offer
from app.meetings import making, queries
from app.organiser.blueprint import blueprint
from app.organiser.meeting_words import KINDS, MISSING, STATES, state_of
from app.organiser.new_meeting_forms import NewMeetingForm
from app.planning.service import make_plan
from app.registration.forms.layout import Ground
from app.registration.forms.signup import DayForm
from app.registration.forms.values import first_values
from app.registration.lists import counting
from app.registration.privacy.queries import get_notice
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]


@blueprint.get("/meetings")
@office
def meetings() -> str:
    """Every meeting with its state; the archive apart."""
    wanted = request.args.get("state", "")
    mine, listed = my_meetings(), events.list_all(current_locale(), now())
    every = [(one, state_of(one)) for one in listed if mine is None or one.id in mine]
    counted = counting.count_by_event()
    people: dict[int, int] = {}
    for (event_id, _way, state), number in counted.items():
        if state in queries.ACTIVE:
            people[event_id] = people.get(event_id, 0) + number
    shown = [
        (one, state)
        for one, state in every
        if (state == wanted if wanted in STATES else state != "archived")
    ]
    return render_template(
        "office/meetings.html",
        meetings=shown,
        people=people,
        states=STATES,
        counts={state: sum(state == its for _one, its in every) for state in STATES},
        here=wanted if wanted in STATES else "",
        kinds=KINDS,
    )


@blueprint.get("/meetings/new")
@every_meeting
def new_meeting() -> str:
    """The few fields to begin with."""
    series = queries.list_open_series(current_locale(), now())
    return render_template("office/new_meeting.html", form=NewMeetingForm(series=series))


@blueprint.post("/meetings/new")
@every_meeting
def make_meeting() -> Response | Page:
    """Make the draft and go on to it."""
    series = queries.list_open_series(current_locale(), now())
    form = NewMeetingForm(request.form, series=series)
    meeting = form.read(queries.list_slugs())
    if meeting is None:
        page = render_template("office/new_meeting.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        slug = making.make_meeting(meeting, actor())
    except making.SlugTaken:
        form.refuse_slug(queries.list_slugs())
        page = render_template("office/new_meeting.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with suppress(Busy):  # then the worker makes it in a moment
        make_plan(get_head(slug, current_locale()).id, actor())
    flash(_("The draft has been made. Only the office sees it."), "success")
    return redirect(url_for(".meeting", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>")
@office
def meeting(slug: str) -> str:
    """How a meeting stands, what it lacks, and what can be done with it."""
    head = get_head(slug, current_locale())
    standing = queries.get_standing(head.id, current_locale(), now())
    return render_template(
        "office/meeting.html",
        meeting=head,
        one=standing,
        missing=[(*MISSING[item.code], item.blocks) for item in standing.missing],
        kinds=KINDS,
    )


@blueprint.get("/events/<slug:slug>/preview")
@office
def preview(slug: str) -> str:
    """The page of a meeting as visitors will see it."""
    shown, day = events.get_preview(slug, current_locale(), now())
    return render_template(
        "public/event.html",
        meeting=shown,
        day=day,
        files=files.list_files(shown.id, current_locale(), everybody(now())),
        preview=url_for(".meeting", slug=slug),
        form_preview=None if shown.kind == "walk_in" else url_for(".preview_form", slug=slug),
    )


@blueprint.get("/events/<slug:slug>/preview/form")
@office
def preview_form(slug: str) -> str:
    """The form of a meeting as visitors will see it, out of which nothing can be sent."""
    moment = now()
    offer = get_preview_offer(slug, current_locale(), moment)
    ground = Ground(offer=offer, now=moment, most_people=current_settings().signup_people)
    return render_template(
        "registration/form.html",
        offer=offer,
        form=DayForm(ground, first_values(offer, moment)),
        privacy=get_notice(offer.series_id),
        preview=url_for(".meeting", slug=slug),
        page_preview=url_for(".preview", slug=slug),
    )
