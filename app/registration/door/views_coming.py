"""Whether they still come, as a reminder asks. GET shows, so a mail scanner changes nothing."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import Busy
from app.base.timezones import to_local
from app.events.facts import MeetingView, Offer
from app.registration import changing, coming, service
from app.registration.door.blueprint import blueprint
from app.registration.door.refusals import refused_text
from app.registration.door.standing import waits_in_vain
from app.registration.door.views_form import busy, kept_token, read_token
from app.registration.door.views_manage import changeable, private, signup_of
from app.registration.facts import PersonView, Signup
from app.web.locale import gettext as _

FORM = "coming"
LEFT = "left"
"""What the address says of those who only waited, since nothing else tells it afterwards."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the question is about: those meetings not yet begun that anybody comes to or waits for.

    ``waits``: nobody has a place at any of them. ``free``: the bookings that "no" gives up;
    ``frees``: among them is a place; ``settled``: meetings for which it is too late.
    """

    meetings: tuple[MeetingView, ...]
    people: tuple[PersonView, ...]
    waits: bool
    free: tuple[int, ...]
    frees: bool
    freed_people: int
    settled: tuple[MeetingView, ...]


@blueprint.get("/r/<token:token>/coming")
def ask_coming(token: str) -> Response:
    """The question with its two buttons, and what was answered before."""
    return _show(token)


@blueprint.post("/r/<token:token>/coming")
def answer_coming(token: str) -> Response:
    """``step=yes`` notes; ``step=no`` asks once more where it is for several; ``sure`` cancels."""
    signup, offer = signup_of(token)
    asked = _asked(signup, offer)
    key, step = read_token(FORM), request.form.get("step", "")
    if not asked.people:
        return redirect(url_for(".ask_coming", token=token), 303)
    if key is None or step not in {"yes", "no", "sure"}:
        return _show(token, problem=_again(), status=422)
    if step == "yes":
        return _yes(token, signup)
    if not asked.free:
        return redirect(url_for(".ask_coming", token=token), 303)
    if step == "no" and asked.freed_people > 1:
        return _ask_once_more(token, signup, offer, asked)
    return _no(token, signup, offer, asked, key.key)


def _yes(token: str, signup: Signup) -> Response:
    try:
        coming.say_yes(signup.registration_id, signup.link_version)
    except Busy:
        return _show(token, problem=busy(), status=503)
    return redirect(url_for(".ask_coming", token=token), 303)


def _no(token: str, signup: Signup, offer: Offer, asked: Asked, key: str) -> Response:
    try:
        changing.cancel(
            *(signup.registration_id, signup.link_version, _version(), asked.free, key),
            answer=True,
        )
    except changing.ChangedMeanwhile:
        return _show(token, problem=_meanwhile(), status=409)
    except service.SignUpRefused as refusal:
        return _show(token, problem=refused_text(refusal.refused, offer), status=409)
    except Busy:
        return _show(token, problem=busy(), status=503)
    left = None if asked.frees else LEFT
    return redirect(url_for(".ask_coming", token=token, said=left), 303)


def _show(token: str, *, problem: str = "", status: int = 200) -> Response:
    signup, offer = signup_of(token)
    answered = signup.answered_at
    page = private(
        "registration/coming.html",
        signup,
        offer,
        token=token,
        asked=_asked(signup, offer),
        answered_at=answered and to_local(answered, offer.meetings[0].zone),
        problem=problem,
        left=request.args.get("said") == LEFT,
        form_token=kept_token(FORM),
    )
    page.status_code = status
    return page


def _ask_once_more(token: str, signup: Signup, offer: Offer, asked: Asked) -> Response:
    html = render_template(
        "registration/coming_ask.html",
        signup=signup,
        offer=offer,
        token=token,
        asked=asked,
        form_token=kept_token(FORM),
    )
    return make_response(html)


def _asked(signup: Signup, offer: Offer) -> Asked:
    to_come = {one.id: one for one in offer.meetings if _is_to_come(one)}
    bookings = [(p, b) for p in signup.coming for b in p.bookings if b.active]
    ahead = [
        (p, b)
        for p, b in bookings
        if b.event_id in to_come and not waits_in_vain(b, to_come[b.event_id])
    ]
    ids = {b.event_id for _person, b in ahead}
    open_ids = changeable(signup, offer) & ids
    free = [(p, b) for p, b in ahead if b.event_id in open_ids]
    meetings = tuple(one for one in offer.meetings if one.id in ids)
    return Asked(
        meetings=meetings,
        people=tuple(dict.fromkeys(person for person, _booking in ahead)),
        waits=bool(ahead) and all(b.state == "waiting" for _p, b in ahead),
        free=tuple(booking.id for _person, booking in free),
        frees=any(b.state == "confirmed" for _p, b in free),
        freed_people=len({person.id for person, _booking in free}),
        settled=tuple(one for one in meetings if one.id not in open_ids),
    )


def _is_to_come(meeting: MeetingView) -> bool:
    begins = meeting.facts.starts_at
    return meeting.status != "cancelled" and (begins is None or now() < begins)


def _version() -> int:
    """The version that the page showed; 0, which is none, for what is no number."""
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0  # noqa: PLR2004


def _again() -> str:
    return _("Nothing has been noted yet. Please press one of the two buttons again.")


def _meanwhile() -> str:
    return _(
        "Something about this sign-up has changed since you opened this page. Nothing has been "
        "cancelled. Please look at what is there now and answer again."
    )
