"""Changing a sign-up by its link: the same form and check page as signing up."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import Busy
from app.base.tokens import FormToken
from app.config import current_settings
from app.events.facts import Offer
from app.registration import changing, service
from app.registration.door.blueprint import blueprint
from app.registration.door.views_form import (
    Walk,
    busy,
    check,
    check_moved,
    checked,
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
from app.registration.door.views_manage import changeable, meetings_of, signup_of
from app.registration.facts import Entry, Signup
from app.registration.forms.layout import Ground
from app.registration.forms.signup import DayForm
from app.registration.forms.values import add_person, values_of
from app.registration.privacy.queries import shown_number
from app.registration.rules import Refused
from app.web.arguments import find_id
from app.web.headers import keep_private
from app.web.limits import TooMany, hit

FORM = "change"


@blueprint.get("/r/<token:token>/change")
def change(token: str) -> Response:
    """The form as it is filled in now; ``?add=1`` with one person more, ``?at=`` begins there."""
    signup, offer = signup_of(token)
    if not signup.active or not changeable(signup, offer):
        return redirect(url_for(".manage", token=token), 303)
    walk = _walk(token, signup, offer)
    typed, focus = values_of(signup, offer), request.args.get("at", "")[:40]
    if "add" in request.args:
        typed = add_person(typed, walk.ground.most_people)
        focus = f"p{int(typed['people']) - 1}-name"
    form = DayForm(walk.ground, typed)
    form["version"].data = str(signup.version)
    return keep_private(show_form(walk, form, focus=focus))


@blueprint.get("/r/<token:token>/change/check")
def change_again(token: str) -> Response:
    """Whoever comes to the second page without its form begins with the first."""
    return redirect(url_for(".change", token=token), 303)


@blueprint.post("/r/<token:token>/change/check")
def submit_change(token: str) -> Response:
    """The check page, or the change itself, by the button that was pressed."""
    step = read_step(FORM)
    signup, offer = signup_of(token)
    if not signup.active or not changeable(signup, offer):
        return redirect(url_for(".manage", token=token), 303)
    walk = _walk(token, signup, offer)
    form = DayForm(walk.ground, request.form)
    complete = step.name == "complete" and isinstance(step.token, FormToken) and not step.broken
    if form["version"].data != str(signup.version) and not complete:
        return _meanwhile(token, walk, form)
    if complete and isinstance(step.token, FormToken):
        return _complete(token, walk, form, step.token)
    return take_step(walk, step)


def _walk(token: str, signup: Signup, offer: Offer) -> Walk:
    return Walk(
        purpose=FORM,
        action=url_for(".submit_change", token=token),
        ground=Ground(
            offer=offer,
            now=now(),
            most_people=max(current_settings().signup_people, len(signup.coming)),
            signup=signup,
        ),
        facts={"signup": signup, "token": token},
    )


def _complete(token: str, walk: Walk, form: DayForm, key: FormToken) -> Response:
    entry = checked(form)
    if isinstance(entry, Refused):
        return refuse(walk, form, entry)
    if entry is None:
        return show_form(walk, form, status=422)
    return check_moved(walk, form) or _store(token, walk, form, entry, key)


def _store(token: str, walk: Walk, form: DayForm, entry: Entry, key: FormToken) -> Response:
    signup = walk.ground.signup
    assert signup is not None  # noqa: S101  # every walk of this door has one
    try:
        hit("change", current_settings().limit_signups)
        after = changing.change(
            signup.registration_id,
            signup.link_version,
            _version(form),
            entry,
            key.key,
            shown=shown_number(signup.series_id, find_id(form["notice"].data) or 0),
        )
    except changing.ChangedMeanwhile:
        return _meanwhile(token, _fresh(token), form)
    except service.WouldWait:
        return check(_fresh(token), form, notice=would_wait(), status=409)
    except service.SignUpRefused as refusal:
        again = _fresh(token)
        return refuse(again, DayForm(again.ground, request.form), refusal.refused)
    except TooMany as refusal:
        response = show_form(walk, form, problem=too_many(), status=429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except Busy:
        return show_form(walk, form, problem=busy(), status=503)
    said = "unchanged" if after.version == signup.version else "changed"
    return redirect(url_for(".manage", token=token, said=said), 303)


def _fresh(token: str) -> Walk:
    return _walk(token, *signup_of(token))


def _version(form: DayForm) -> int:
    raw = form["version"].data or ""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0  # noqa: PLR2004


def _meanwhile(token: str, walk: Walk, form: DayForm) -> Response:
    """Somebody else changed it: what is there now, what was typed, and the way on."""
    signup = walk.ground.signup
    if signup is None or not signup.active:
        return redirect(url_for(".manage", token=token), 303)
    again = DayForm(walk.ground, form.values)
    entry = None if again.vanished() or not again.validate() else again.entry
    again["version"].data = str(signup.version)
    again["token"].data = issue_token(FORM)
    page = sent_page(walk, entry) if entry else None
    booked = meetings_of(signup, walk.ground.offer)
    off = [one for one in walk.ground.offer.meetings if one.status == "cancelled"]
    meetings = tuple(one for one in walk.ground.offer.meetings if one in (*booked, *off))
    return page_of("registration/meanwhile.html", walk, again, 409, page=page, meetings=meetings)
