"""The attendees' own door: 入力 → 確認 → 完了, and the personal page."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import Busy, NotFound
from app.base.tokens import FormSigner, FormToken, FormTokenProblem, content_digest
from app.config import current_settings
from app.events import queries as events
from app.events.facts import MeetingView
from app.registration import links, queries, service
from app.registration.facts import SignUp, SignupView
from app.registration.forms import FIELDS, WAY_LABELS, SignUpForm
from app.registration.refusals import refusal_text
from app.registration.rules import Refused, decide
from app.web.bodies import has_broken_text
from app.web.headers import keep_private
from app.web.limits import TooMany, hit
from app.web.locale import current_locale, prefer_locale
from app.web.locale import gettext as _

blueprint = Blueprint("registration", __name__)

FORM = "sign-up"
FORM_LIFE = timedelta(hours=24)
NOTICE_VERSION = 1


@blueprint.get("/events/<slug:slug>/register")
def form(slug: str) -> Response:
    """入力: the empty form, or why one cannot sign up."""
    meeting = events.get_meeting(slug, current_locale(), now())
    if meeting.status != "open":
        message = refusal_text(meeting.status)
        return _page("registration/closed.html", meeting=meeting, message=message)
    return _show_form(meeting, SignUpForm(ways=_ways(meeting)))


@blueprint.get("/events/<slug:slug>/register/check")
def restart(slug: str) -> Response:
    """Whoever comes to the second page without its form begins with the first."""
    return redirect(url_for(".form", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/register/check")
def submit(slug: str) -> Response:
    """確認 and 完了, by the button that was pressed; whatever fails keeps what was typed.

    Not at the address of the form: a POST there would make browsers forget the form (RFC 9111,
    4.4), and going Back would show a new one with a new key.
    """
    broken = has_broken_text()
    step, _colon, field = request.form.get("step", "check").partition(":")
    token = _signer().read(FORM, request.form.get("token", ""), now(), FORM_LIFE)
    if step == "complete" and isinstance(token, FormToken) and not broken:
        return _complete(slug, token)
    meeting = events.get_meeting(slug, current_locale(), now())
    typed = SignUpForm(request.form, ways=_ways(meeting))
    if "fix_email" in request.form:
        typed.email.data = request.form["fix_email"][:254]
        return _show_form(meeting, typed)
    if broken:
        return _show_form(meeting, typed, problem=_unreadable(), status=422)
    if isinstance(token, FormTokenProblem):
        return _show_form(meeting, typed, problem=_expired(), status=422)
    if step == "edit":
        return _show_form(meeting, typed, focus=field)
    return _check(meeting, typed)


@blueprint.get("/events/<slug:slug>/done/<token:token>")
def done(slug: str, token: str) -> Response:
    """完了: proof of the sign-up, letter or no letter."""
    found = links.read_done(token)
    if found is None:
        raise NotFound("registration")
    signup = queries.get_signup(*found)
    prefer_locale(signup.locale)
    meeting = events.get_meeting_by_id(signup.event_id, current_locale(), now())
    if meeting.slug != slug:
        raise NotFound("registration")
    return _private("registration/done.html", meeting, signup)


@blueprint.get("/r/<token:token>")
def manage(token: str) -> Response:
    """The personal page: what was signed up for."""
    found = links.read_manage(token)
    if found is None:
        raise NotFound("registration")
    signup = queries.get_signup(*found)
    prefer_locale(signup.locale)
    meeting = events.get_meeting_by_id(signup.event_id, current_locale(), now())
    return _private("registration/manage.html", meeting, signup)


def _check(meeting: MeetingView, typed: SignUpForm) -> Response:
    if not typed.validate():
        return _show_form(meeting, typed, status=422)
    decision = decide(meeting.facts, meeting.places, typed.way.data, now())
    if isinstance(decision, Refused):
        problem = refusal_text(decision.code)
        return _show_form(meeting, typed, problem=problem, status=409)
    typed.token.data = _kept_token()
    return _page(
        "registration/check.html",
        meeting=meeting,
        form=typed,
        values={**typed.values, "way": WAY_LABELS[typed.way.data]},
        mail_warning=typed.email_may_fail,
    )


def _complete(slug: str, token: FormToken) -> Response:
    """Store the sign-up. The meeting is read again under the lock, not before."""
    typed = SignUpForm(request.form)
    try:
        if not typed.validate():
            return _show_form(_meeting(slug), typed, status=422)
        hit("sign-up", current_settings().limit_signups)
        receipt = service.sign_up(_command(slug, typed, token))
    except service.FormUsed:
        typed.token.data = _signer().issue(FORM, now())
        return _page("registration/already.html", status=409, meeting=_meeting(slug), form=typed)
    except service.SignUpRefused as refused:
        problem = refusal_text(refused.code)
        return _show_form(_meeting(slug), typed, problem=problem, status=409)
    except TooMany as refused:
        response = _show_form(_meeting(slug), typed, problem=_too_many(), status=429)
        response.headers["Retry-After"] = str(refused.retry_after)
        return response
    except Busy:
        return _show_form(_meeting(slug), typed, problem=_busy(), status=503)
    token_of_page = links.done_token(receipt.registration_id, receipt.link_version)
    return redirect(url_for(".done", slug=slug, token=token_of_page), 303)


def _command(slug: str, typed: SignUpForm, token: FormToken) -> SignUp:
    values = typed.values
    return SignUp(
        slug=slug,
        **{name: values[name] for name in FIELDS},
        email_may_fail=typed.email_may_fail,
        locale=current_locale(),
        form_key=token.key,
        form_digest=content_digest({"slug": slug, **values}),
        notice_version=NOTICE_VERSION,
    )


def _show_form(
    meeting: MeetingView,
    typed: SignUpForm,
    *,
    problem: str | None = None,
    focus: str = "",
    status: int = 200,
) -> Response:
    """The form with all that was typed, under a token that is still good."""
    typed.token.data = _kept_token()
    return _page(
        "registration/form.html",
        status=status,
        meeting=meeting,
        form=typed,
        suggestion=typed.suggestion,
        problem=problem,
        focus=focus,
    )


def _kept_token() -> str:
    """The token that came with the form while it is good, so that one screen stays one sign-up."""
    moment, raw = now(), request.form.get("token", "")
    if isinstance(_signer().read(FORM, raw, moment, FORM_LIFE), FormToken):
        return raw
    return _signer().issue(FORM, moment)


def _page(template: str, *, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


def _private(template: str, meeting: MeetingView, signup: SignupView) -> Response:
    address = links.manage_url(signup.registration_id, signup.link_version)
    page = _page(template, meeting=meeting, signup=signup, manage_url=address)
    return keep_private(page)


def _meeting(slug: str) -> MeetingView:
    return events.get_meeting(slug, current_locale(), now())


def _ways(meeting: MeetingView) -> tuple[str, ...]:
    return tuple(way.code for way in meeting.ways)


def _signer() -> FormSigner:
    return FormSigner(current_settings().keys)


def _expired() -> str:
    return _(
        "This page was open for so long that it had to be renewed. "
        "What you entered is still here. Please press the button again."
    )


def _unreadable() -> str:
    return _(
        "Some characters were garbled on the way. Please look at what you entered, "
        "put it right and press the button again."
    )


def _too_many() -> str:
    return _(
        "There were very many sign-ups from your network in a short time. Nothing was stored; "
        "what you entered is still here. Please try again in a while, or telephone us."
    )


def _busy() -> str:
    return _(
        "We are very busy just now. Nothing was stored; what you entered is still here. "
        "Please press the button again in a minute, or telephone us."
    )
