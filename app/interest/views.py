"""The door of those who want to be told of a date: asking, confirming by link, leaving."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import Busy, Gone
from app.config import current_settings
from app.events import queries as events
from app.events.facts import MeetingView
from app.interest import queries, service
from app.interest.facts import InterestView, Wish
from app.interest.forms import InterestForm
from app.interest.rules import CONFIRM_WITHIN
from app.web import posted
from app.web.headers import keep_private
from app.web.limits import TooMany, hit
from app.web.locale import current_locale, prefer_locale

blueprint = Blueprint("interest", __name__)

FORM = "interest"


@blueprint.get("/events/<slug:slug>/interest")
def form(slug: str) -> Response:
    """The empty form, or why there is nothing to wait for."""
    meeting = _meeting(slug)
    if meeting.status != "undecided":
        return _page("interest/closed.html", meeting=meeting)
    return _show_form(meeting, InterestForm())


@blueprint.post("/events/<slug:slug>/interest")
def ask(slug: str) -> Response:
    """Note the wish; whatever fails keeps what was typed."""
    problem = posted.find_problem(FORM)
    typed = InterestForm(request.form)
    if "fix_email" in request.form:
        typed.email.data = request.form["fix_email"][:254]
        return _show_form(_meeting(slug), typed)
    if request.form.get("step") == "edit":
        return _show_form(_meeting(slug), typed)
    if problem:
        return _show_form(_meeting(slug), typed, problem=problem, status=422)
    if not typed.validate():
        return _show_form(_meeting(slug), typed, status=422)
    return _ask(slug, typed)


@blueprint.get("/events/<slug:slug>/interest/sent")
def sent(slug: str) -> Response:
    """What happens next: the same whatever was known of the address."""
    return _page("interest/sent.html", meeting=_meeting(slug), days=CONFIRM_WITHIN.days)


# The pages under /i/ need no signed value in their forms: nobody but the reader of the letter
# knows their address, and the one-click POST of a mail program (RFC 8058) brings nothing else.


@blueprint.get("/i/<token:token>")
def show(token: str) -> Response:
    """What was entered and one button; or, once confirmed, what happens next."""
    try:
        found = queries.get_interest(token, now())
    except Gone:
        return _gone()
    prefer_locale(found.locale)
    if found.page in {"expired", "left"}:
        return _gone(found)
    return _private(f"interest/{found.page}.html", token, found)


@blueprint.post("/i/<token:token>")
def confirm(token: str) -> Response:
    """The button of the letter's page was pressed."""
    try:
        service.confirm(token)
    except Gone:
        return show(token)
    return redirect(url_for(".show", token=token), 303)


@blueprint.get("/i/<token:token>/leave")
def ask_leave(token: str) -> Response:
    """One button. Mail scanners open links: nothing changes here."""
    try:
        found = queries.get_interest(token, now())
    except Gone:
        return _gone()
    prefer_locale(found.locale)
    return _private(f"interest/{'left' if found.page == 'left' else 'leave'}.html", token, found)


@blueprint.post("/i/<token:token>/leave")
def leave(token: str) -> Response:
    """Leave the list: by the button, or by a mail program's one click (RFC 8058)."""
    try:
        service.leave(token)
    except Gone:
        return _gone()
    return ask_leave(token)


@blueprint.get("/i/<token:token>/sign-up")
def sign_up(token: str) -> Response:
    """On to the sign-up form, filled in; the address of that page belongs to a higher room."""
    found = queries.find_prefill(token)
    if found is None:
        return show(token)
    language = f"?lang={request.args['lang']}" if "lang" in request.args else ""
    address = f"/events/{found.slug}/register/for/{token}{language}"
    return keep_private(redirect(address, 303))


def _ask(slug: str, typed: InterestForm) -> Response:
    try:
        hit("interest", current_settings().limit_interest)
        service.ask(_wish(slug, typed))
    except service.NotOffered:
        return _page("interest/closed.html", status=409, meeting=_meeting(slug))
    except TooMany as refused:
        problem = posted.too_many()
        response = _show_form(_meeting(slug), typed, problem=problem, status=429)
        response.headers["Retry-After"] = str(refused.retry_after)
        return response
    except Busy:
        return _show_form(_meeting(slug), typed, problem=posted.busy(), status=503)
    return redirect(url_for(".sent", slug=slug), 303)


def _wish(slug: str, typed: InterestForm) -> Wish:
    return Wish(
        slug=slug,
        name=typed.name.data or "",
        organisation=typed.organisation.data or "",
        email=typed.email.data or "",
        locale=current_locale(),
        form_key=posted.find_key(FORM) or "",
    )


def _show_form(
    meeting: MeetingView, typed: InterestForm, *, problem: str = "", status: int = 200
) -> Response:
    typed.token.data = posted.kept_token(FORM)
    return _page("interest/form.html", status=status, meeting=meeting, form=typed, problem=problem)


def _private(template: str, token: str, found: InterestView) -> Response:
    meeting = events.get_meeting_by_id(found.event_id, current_locale(), now())
    page = _page(template, meeting=meeting, interest=found, token=token, days=CONFIRM_WITHIN.days)
    return keep_private(page) if request.method == "GET" else page


def _gone(found: InterestView | None = None) -> Response:
    """The link was good once; the page leads to where one asks again."""
    meeting = found and events.get_meeting_by_id(found.event_id, current_locale(), now())
    return keep_private(_page("interest/gone.html", status=410, meeting=meeting, interest=found))


def _page(template: str, *, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


def _meeting(slug: str) -> MeetingView:
    return events.get_meeting(slug, current_locale(), now())
