"""People who asked to come, where the office decides: letting them come, or declining."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.errors import Gone
from app.organiser import words
from app.organiser.blueprint import blueprint
from app.organiser.reason_forms import ActForm
from app.organiser.signups import ID, Found, Page, find, fresh, refuse_erased
from app.registration import deciding
from app.registration.changing import ByOffice, ChangedMeanwhile
from app.registration.door.refusals import refused_text
from app.registration.facts import BookingView, PersonView, Signup
from app.registration.service import SignUpRefused
from app.web.arguments import find_id

Chosen = list[tuple[PersonView, BookingView]]


@dataclass(frozen=True)
class _Decision:
    """What can be decided: the use case, and what is said once it is done."""

    decide: Callable[..., Signup]
    said: Callable[[], str]


_DECISIONS = {
    "approve": _Decision(deciding.approve, lambda: _("They can take part, and are told so.")),
    "decline": _Decision(deciding.decline, lambda: _("They were declined, and are told so.")),
}


@blueprint.get(f"/signups/{ID}/decide")
@office
def ask_to_decide(registration_id: int) -> Response | str:
    """Who asked to come to what, with what to decide and the reason for the letter."""
    found = find(registration_id)
    refused = refuse_erased(found.signup)
    if refused is not None:
        return refused
    asking = _asking(found)
    if not asking:
        return _nothing(registration_id)
    return _show(found, asking, fresh(found))


@blueprint.post(f"/signups/{ID}/decide")
@office
def decide(registration_id: int) -> Response | Page:
    """Decide about those who were ticked; pressed twice, it is done once."""
    form = ActForm(request.form)
    found = find(registration_id)
    mine = {one.id for _person, one in found.bookings}
    chosen = [number for one in request.form.getlist("b") if (number := find_id(one)) in mine]
    wanted = _DECISIONS.get(request.form.get("step", ""))
    if not form.validate():
        return _show(found, _asking(found), form), HTTPStatus.UNPROCESSABLE_ENTITY
    if not chosen or wanted is None:
        told = _("Please tick at least one person.")
        return _again(registration_id, form, told, HTTPStatus.UNPROCESSABLE_ENTITY)
    by = ByOffice(actor=actor(), reason=form.reason.data or "")
    try:
        wanted.decide(registration_id, *form.seen, chosen, form.key, office=by)
    except (ChangedMeanwhile, Gone):
        told = _("This sign-up was changed meanwhile. This is how it is now.")
        return _again(registration_id, form, told, HTTPStatus.CONFLICT)
    except SignUpRefused as refusal:
        told = refused_text(refusal.refused, found.offer)
        return _again(registration_id, form, told, HTTPStatus.CONFLICT)
    flash(wanted.said(), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _asking(found: Found) -> Chosen:
    return [(person, one) for person, one in found.bookings if one.is_asking]


def _nothing(registration_id: int) -> Response:
    flash(_("There is nothing to decide about this sign-up any more."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _again(
    registration_id: int, form: ActForm, problem: str, status: HTTPStatus
) -> Response | Page:
    """The question once more, about how things are now, with the reason that was typed."""
    found = find(registration_id)
    asking = _asking(found)
    if not asking:
        return _nothing(registration_id)
    again = fresh(found)
    again.reason.data = form.reason.data
    return _show(found, asking, again, problem), status


def _show(found: Found, asking: Chosen, form: ActForm, problem: str = "") -> str:
    facts: dict[str, Any] = {"signup": found.signup, "offer": found.offer, "home": found.home}
    return render_template(
        "office/signup_decide.html",
        asking=asking,
        form=form,
        problem=problem,
        words=words,
        **facts,
    )
