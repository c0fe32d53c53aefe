"""Cancelling by link, and saying that one is another person of the same name."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.errors import Busy, NotFound
from app.events.facts import MeetingView, Offer
from app.registration import changing, links, queries, service
from app.registration.door.blueprint import blueprint
from app.registration.door.refusals import refused_text
from app.registration.door.views_form import busy, issue_token, kept_token, read_token
from app.registration.door.views_manage import changeable, private, signup_of
from app.registration.facts import BookingView, PersonView, Signup
from app.web.locale import gettext as _
from app.web.locale import prefer_locale

CANCEL, ANOTHER = "cancel", "another"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One booking on the pages for cancelling."""

    person: PersonView
    meeting: MeetingView
    booking: BookingView


@blueprint.get("/r/<token:token>/cancel")
def choose_cancel(token: str) -> Response:
    """Choose who and what is to be cancelled; nothing is done yet."""
    signup, offer = signup_of(token)
    if not _choices(signup, offer):
        return redirect(url_for(".manage", token=token), 303)
    return _choose(token, signup, offer)


@blueprint.post("/r/<token:token>/cancel")
def cancel(token: str) -> Response:
    """``step=ask`` asks, naming the number; ``step=cancel`` acts."""
    signup, offer = signup_of(token)
    every = _choices(signup, offer)
    chosen = _chosen(every)
    key = read_token(CANCEL)
    answered = request.form.get("step") == "cancel"
    if answered and key is not None:
        return _act(token, signup, offer, key.key)
    if not every:
        return redirect(url_for(".manage", token=token), 303)
    if not chosen:
        problem = _("Please choose what is to be cancelled")
        return _choose(token, signup, offer, problem=problem, status=422)
    if request.form.get("version") != str(signup.version) and not answered:
        return _choose(token, signup, offer, problem=_meanwhile(), status=409)
    return _ask(token, signup, offer, chosen)


def _choices(signup: Signup, offer: Offer) -> tuple[Chosen, ...]:
    """What can be cancelled by the link, in the order of the day."""
    open_ids = changeable(signup, offer)
    return tuple(
        Chosen(person=person, meeting=meeting, booking=booking)
        for meeting in offer.meetings
        if meeting.id in open_ids
        for person in signup.coming
        if (booking := person.booking(meeting.id)) is not None and booking.active
    )


def _chosen(every: tuple[Chosen, ...]) -> tuple[Chosen, ...]:
    if "all" in request.form:
        return every
    ids = set(request.form.getlist("booking")[:1000])
    return tuple(one for one in every if str(one.booking.id) in ids)


def _choose(
    token: str, signup: Signup, offer: Offer, *, problem: str = "", status: int = 200
) -> Response:
    page = private(
        "registration/cancel.html",
        signup,
        offer,
        token=token,
        choices=_choices(signup, offer),
        problem=problem,
        form_token=kept_token(CANCEL),
    )
    page.status_code = status
    return page


def _ask(token: str, signup: Signup, offer: Offer, chosen: tuple[Chosen, ...]) -> Response:
    people = {one.person.id for one in chosen}
    html = render_template(
        "registration/cancel_ask.html",
        signup=signup,
        offer=offer,
        token=token,
        chosen=chosen,
        people=len(people),
        only_waiting=all(one.booking.state == "waiting" for one in chosen),
        whole=len(chosen) == sum(1 for p in signup.people for b in p.bookings if b.active),
        form_token=kept_token(CANCEL),
    )
    return make_response(html)


def _act(token: str, signup: Signup, offer: Offer, key: str) -> Response:
    """Cancel. The same question answered twice is one act, so ids are taken as they were sent."""
    ids = [int(raw) for raw in request.form.getlist("booking")[:1000] if _is_id(raw)]
    raw = request.form.get("version", "")
    version = int(raw) if _is_id(raw) else 0
    try:
        changing.cancel(signup.registration_id, signup.link_version, version, ids, key)
    except changing.ChangedMeanwhile:
        return _choose(token, *signup_of(token), problem=_meanwhile(), status=409)
    except service.SignUpRefused as refusal:
        text = refused_text(refusal.refused, offer)
        return _choose(token, *signup_of(token), problem=text, status=409)
    except Busy:
        return _choose(token, signup, offer, problem=busy(), status=503)
    return redirect(url_for(".manage", token=token, said="cancelled"), 303)


def _is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < 10  # noqa: PLR2004  # fits every database


def _meanwhile() -> str:
    return _(
        "Something about this sign-up has changed since you opened this page. Nothing has been "
        "cancelled. Please look at what is there now and choose again."
    )


@blueprint.get("/another/<token:token>")
def another(token: str) -> Response:
    """What it means to be another person of the same name; nothing is done yet."""
    return _ask_another(token, _another(token))


@blueprint.post("/another/<token:token>")
def become_another(token: str) -> Response:
    """Make it a sign-up of its own."""
    signup = _another(token)
    key = read_token(ANOTHER)
    try:
        if key is None:
            return another(token)
        changing.become_another(signup.registration_id, signup.link_version, key.key)
    except (service.SignUpRefused, Busy) as refusal:
        return _ask_another(token, _another(token), refusal)
    done = links.done_token(signup.registration_id, signup.link_version)
    slug = _offer(signup).meetings[0].slug
    return redirect(url_for(".done", slug=slug, token=done), 303)


def _ask_another(
    token: str, signup: Signup, refusal: service.SignUpRefused | Busy | None = None
) -> Response:
    """The question as things are now; with ``refusal`` why it could not be done."""
    page = render_template(
        "registration/another.html",
        signup=signup,
        token=token,
        form_token=kept_token(ANOTHER) if refusal else issue_token(ANOTHER),
        counts=not _is_duplicate(signup),
        problem=_why_not(refusal, signup) if refusal else "",
    )
    response = make_response(page, refusal.status if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _is_duplicate(signup: Signup) -> bool:
    return any(one.is_duplicate for person in signup.people for one in person.bookings)


def _why_not(refusal: service.SignUpRefused | Busy, signup: Signup) -> str:
    return busy() if isinstance(refusal, Busy) else refused_text(refusal.refused, _offer(signup))


def _offer(signup: Signup) -> Offer:
    return signup_of(links.manage_token(signup.registration_id, signup.link_version))[1]


def _another(token: str) -> Signup:
    found = links.read_another(token)
    if found is None:
        raise NotFound("registration")
    signup = queries.get_signup(*found)
    prefer_locale(signup.locale)
    return signup
