"""Acts on many people of a list: the question with their number, the act, and how far it is."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.events.heads import get_head
from app.organiser import list_asked, words
from app.organiser.blueprint import blueprint
from app.organiser.list_asked import Asked
from app.organiser.reason_forms import ManyForm
from app.organiser.registrations import DAY, MEETING, acts_on
from app.registration.bulk import queries, service
from app.registration.bulk.service import Act
from app.registration.door.refusals import refusal_text
from app.registration.lists import finding
from app.reminders import choosing
from app.reminders.service import Nobody as NobodyToWriteTo
from app.web.arguments import find_id
from app.web.locale import current_locale

Page = tuple[str, int]
MOST = 200
"""People that can be ticked at once: a page holds fewer."""
REASONS: dict[str, Any] = {
    "gone": lambda: _("The sign-up is not there any more."),
    "changed": lambda: _("The sign-up was changed at the same moment. Please try once more."),
    "would_wait": lambda: _("There is no place, and they would lose their turn in the queue."),
    "no_place": lambda: _("They have no place at this meeting."),
}


@blueprint.get("/events/<slug:slug>/day/acts/new", defaults=DAY)
@blueprint.get("/events/<slug:slug>/acts/new", defaults=MEETING)
@office
def ask_act(slug: str, day: bool) -> Response | str:  # noqa: FBT001  # of the address
    """The question, with the number of people it is about."""
    asked = list_asked.read(slug, day, request.args)
    return _ask(asked, ManyForm(data={**ManyForm.fresh(), "act": request.args.get("act")}))


@blueprint.post("/events/<slug:slug>/day/acts/new", defaults=DAY)
@blueprint.post("/events/<slug:slug>/acts/new", defaults=MEETING)
@office
def begin_act(slug: str, day: bool) -> Response | Page:  # noqa: FBT001  # of the address
    """Begin it; pressed twice, it is begun once."""
    asked, form = list_asked.read(slug, day, request.form), ManyForm(request.form)
    if not form.validate():
        page = _ask(asked, form)
        return page if isinstance(page, Response) else (page, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = _act(asked, form)
    which = _whom(asked, act)
    if act is None or not which:
        return _nobody(asked)
    try:
        if act.kind == "write":
            return _write(asked, which)
        named = request.form.get("people", type=int) or 0
        act_id = service.begin(act, which, named, actor())
    except (service.Nobody, NobodyToWriteTo):
        return _nobody(asked)
    except service.OtherNumber:
        page = _ask(asked, form, other=True)
        return page if isinstance(page, Response) else (page, HTTPStatus.CONFLICT)
    service.work(act_id)
    return _see(asked.outline.meeting_of(act.event_id).slug, act_id)


@blueprint.get("/events/<slug:slug>/acts/<int(max=2147483647):act_id>")
@office
def act(slug: str, act_id: int) -> str:
    """How far it is, and to whom it could not be done."""
    meeting = get_head(slug, current_locale())
    found = queries.get_act(meeting.id, act_id)
    refusals = [(one, _why(one.code)) for one in found.refusals]
    return render_template(
        "office/act.html", meeting=meeting, act=found, refusals=refusals, words=words
    )


@blueprint.post("/events/<slug:slug>/acts/<int(max=2147483647):act_id>")
@office
def go_on(slug: str, act_id: int) -> Response:
    """Do some more of it now; the worker does so by itself."""
    queries.get_act(get_head(slug, current_locale()).id, act_id)
    service.work(act_id)
    return _see(slug, act_id)


def _see(slug: str, act_id: int) -> Response:
    return redirect(url_for(".act", slug=slug, act_id=act_id), HTTPStatus.SEE_OTHER)


def _act(asked: Asked, form: ManyForm) -> Act | None:
    """What was chosen to be done, where it can be done to people of this list."""
    code = form.act.data or ""
    if code not in acts_on(asked):
        return None
    kind, _dash, at = code.partition("-")
    ways = {"venue": "way", "online": "way"}
    return Act(
        event_id=find_id(at) or asked.at or asked.meeting.id,
        kind=ways.get(kind, kind),
        way=kind if kind in ways else "",
        reason=form.reason.data or "",
        key=form.key,
    )


def _whom(asked: Asked, act: Act | None) -> Any:
    """Conditions on the bookings of those who were ticked, or of all that were found."""
    at = act.event_id if act is not None and act.kind == "arrive" else None
    if request.values.get("whom") == "all":
        return finding.conditions(asked.wanted, at)
    ids = [one for raw in request.values.getlist("p")[:MOST] if (one := find_id(raw))]
    return finding.of_people([at] if at else asked.wanted.event_ids, ids) if ids else None


def _ask(asked: Asked, form: ManyForm, *, other: bool = False) -> Response | str:
    act = _act(asked, form)
    which = _whom(asked, act)
    if act is None or not which:
        return _nobody(asked)
    people, signups = service.count(act, which)
    if not people:
        return _nobody(asked)
    return render_template(
        "office/ask_act.html",
        asked=asked,
        meeting=asked.meeting,
        form=form,
        act=act,
        people=people,
        signups=signups,
        other=other,
        ticked=request.values.getlist("p")[:MOST],
        whom=request.values.get("whom", "chosen"),
        words=words,
    )


def _nobody(asked: Asked) -> Response:
    flash(_("Please tick people first to whom this can be done."), "error")
    return redirect(asked.link(), HTTPStatus.SEE_OTHER)


def _write(asked: Asked, which: Any) -> Response:
    """On to a letter to exactly these people."""
    event_id = asked.at or asked.meeting.id
    whole_day = asked.day and asked.at is None
    campaign = choosing.write_to(event_id, which, actor(), whole_day=whole_day)
    where = asked.outline.meeting_of(event_id).slug
    address = url_for(".edit_reminder", slug=where, campaign_id=campaign)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _why(code: str) -> str:
    return str(REASONS[code]()) if code in REASONS else refusal_text(code)
