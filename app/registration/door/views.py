"""The attendees' own door: 入力 → 確認 → 完了."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import Busy, NotFound
from app.base.tokens import FormToken
from app.config import current_settings
from app.events.facts import MeetingView
from app.events.offers import get_offer
from app.interest.queries import find_prefill
from app.registration import links, queries, service
from app.registration.door import views_cancel, views_change, views_coming, views_manage
from app.registration.door.blueprint import blueprint
from app.registration.door.refusals import refusal_text
from app.registration.door.views_form import (
    Walk,
    busy,
    check,
    check_moved,
    checked,
    digest_of,
    issue_token,
    page_of,
    read_step,
    refuse,
    sent_page,
    show_form,
    take_step,
    too_many,
    would_wait,
)
from app.registration.facts import Entry, SignUp
from app.registration.forms.layout import Ground
from app.registration.forms.signup import DayForm
from app.registration.forms.values import first_values
from app.registration.invitations.facts import InvitationView
from app.registration.invitations.queries import find_by_token
from app.registration.privacy.queries import shown_number
from app.registration.rules import Refused
from app.web.arguments import find_id
from app.web.headers import keep_private
from app.web.limits import TooMany, hit
from app.web.locale import current_locale, prefer_locale

__all__ = ["blueprint", "views_cancel", "views_change", "views_coming", "views_manage"]

FORM = "sign-up"


@blueprint.get("/events/<slug:slug>/register")
def form(slug: str) -> Response:
    """入力: the one form of the day, or why one cannot sign up."""
    walk = _walk(slug)
    meeting = _meeting(walk, slug)
    if not walk.ground.offer.joinable:
        return make_response(_closed(meeting, refusal_text(meeting.status)))
    first = walk.ground.offer.meetings[0]
    if first.slug != slug:
        return redirect(url_for(".form", slug=first.slug), 303)
    return show_form(walk, DayForm(walk.ground, first_values(walk.ground.offer, walk.ground.now)))


@blueprint.get("/events/<slug:slug>/register/for/<token:token>")
def form_for(slug: str, token: str) -> Response:
    """入力 for somebody who wanted to be told the date: the form filled in with what we know."""
    walk, known = _walk(slug), find_prefill(token)
    first = walk.ground.offer.meetings[0]
    if known is None or known.slug != slug or not walk.ground.offer.joinable:
        return redirect(url_for(".form", slug=first.slug), 303)
    values = first_values(walk.ground.offer, walk.ground.now)
    values.update({"p0-name": known.name, "p0-organisation": known.organisation})
    values.update({"email": known.email, "email_kept": known.email})
    walk = walk.with_facts(filled_in=True)
    return keep_private(show_form(walk, DayForm(walk.ground, values)))


@blueprint.get("/invited/<token:token>")
def invited(token: str) -> Response:
    """入力 for somebody who has been invited: the form that takes their link along."""
    invitation = find_by_token(token, now())
    if invitation is None:
        raise NotFound("invitation")
    walk = _walk(invitation.slug, invitation)
    meeting = _meeting(walk, invitation.slug)
    if invitation.state != "good" or not meeting.can_join:
        return keep_private(make_response(_not_let_in(meeting, invitation), HTTPStatus.GONE))
    values = first_values(walk.ground.offer, walk.ground.now)
    values["invite"] = token
    if invitation.email:
        values.update({"p0-name": invitation.label, "email": invitation.email})
        values["email_kept"] = invitation.email
    walk = walk.with_facts(invited_to=meeting)
    return keep_private(show_form(walk, DayForm(walk.ground, values)))


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
    step = read_step(FORM)
    walk = _walk(slug, _invitation())
    if step.name == "complete" and isinstance(step.token, FormToken) and not step.broken:
        return _complete(slug, walk, step.token)
    return take_step(walk, step)


@blueprint.get("/events/<slug:slug>/done/<token:token>")
def done(slug: str, token: str) -> Response:
    """完了: proof of the sign-up, letter or no letter."""
    found = links.read_done(token)
    if found is None:
        raise NotFound("registration")
    signup = queries.get_signup(*found)
    prefer_locale(signup.locale)
    offer = get_offer(slug, current_locale(), now())
    if offer.series_id != signup.series_id:
        raise NotFound("registration")
    return views_manage.private("registration/done.html", signup, offer)


def _invitation() -> InvitationView | None:
    """The invitation whose link the form has taken along."""
    token = request.form.get("invite", "")
    return find_by_token(token, now()) if token else None


def _walk(slug: str, invitation: InvitationView | None = None) -> Walk:
    moment = now()
    # Whether as many as come may come by it is told by the service, under the lock.
    let_in = invitation is not None and invitation.state in {"good", "used_up"}
    events = [invitation.event_id] if invitation and let_in else []
    return Walk(
        purpose=FORM,
        action=url_for(".submit", slug=slug),
        ground=Ground(
            offer=get_offer(slug, current_locale(), moment).for_invited(events, moment),
            now=moment,
            most_people=current_settings().signup_people,
        ),
        facts={"slug": slug},
    )


def _meeting(walk: Walk, slug: str) -> MeetingView:
    return next(one for one in walk.ground.offer.meetings if one.slug == slug)


def _closed(meeting: MeetingView, text: str) -> str:
    return render_template("registration/closed.html", meeting=meeting, message=text)


def _not_let_in(meeting: MeetingView, invitation: InvitationView) -> str:
    """Why a link lets nobody in, with the meeting as it stands for whoever has no link.

    Where everybody can sign up for it, it is not said to be open above a link that is at its end.
    """
    if invitation.state == "good":
        return _closed(meeting, refusal_text(meeting.status))
    outside = _meeting(_walk(invitation.slug), invitation.slug)
    text = refusal_text(f"invitation_{invitation.state}")
    return render_template(
        "registration/closed.html",
        meeting=outside,
        message=text,
        without_state=outside.can_join,
    )


def _complete(slug: str, walk: Walk, token: FormToken) -> Response:
    """Store the sign-up. What decides is read again under the lock."""
    typed = DayForm(walk.ground, request.form)
    entry = checked(typed)
    if isinstance(entry, Refused):
        return refuse(walk, typed, entry)
    if entry is None:
        return show_form(walk, typed, status=422)
    return check_moved(walk, typed) or _store(
        slug, walk, typed, _command(slug, typed, entry, token)
    )


def _store(slug: str, walk: Walk, typed: DayForm, command: SignUp) -> Response:
    try:
        hit("sign-up", current_settings().limit_signups)
        receipt = service.sign_up(command)
    except service.FormUsed:
        typed["token"].data = issue_token(FORM)
        page = sent_page(walk, command.entry)
        return page_of("registration/already.html", walk, typed, 409, page=page)
    except service.WouldWait:
        return check(_walk(slug, _invitation()), typed, notice=would_wait(), status=409)
    except service.SignUpRefused as refusal:
        again = _walk(slug, _invitation())
        return refuse(again, DayForm(again.ground, request.form), refusal.refused)
    except TooMany as refusal:
        response = show_form(walk, typed, problem=too_many(), status=429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except Busy:
        return show_form(walk, typed, problem=busy(), status=503)
    token = links.done_token(receipt.registration_id, receipt.link_version)
    return redirect(url_for(".done", slug=slug, token=token), 303)


def _command(slug: str, typed: DayForm, entry: Entry, token: FormToken) -> SignUp:
    shown = find_id(typed["notice"].data) or 0
    invitation = _invitation()
    return SignUp(
        slug=slug,
        entry=entry,
        form_key=token.key,
        form_digest=digest_of(typed, entry),
        invitation_id=invitation.id if invitation else None,
        notice_version=shown_number(typed.ground.offer.series_id, shown),
    )
