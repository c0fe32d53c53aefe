"""Where the office faxes and writes to one contact, and who of a sign-up has come."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_rights, office
from app.organiser.arguments import find_id
from app.organiser.blueprint import blueprint
from app.organiser.by_hand_forms import ReachForm
from app.registration import attendance, by_hand, queries
from app.registration.facts import Signup

ID = "<int(max=2147483647):registration_id>"


@blueprint.get(f"/signups/{ID}/reach")
@office
def edit_reach(registration_id: int) -> str:
    """The form with fax number and postal address."""
    signup = queries.get_signup(registration_id)
    return _form(signup, ReachForm(obj=signup))


@blueprint.post(f"/signups/{ID}/reach")
@office
def set_reach(registration_id: int) -> Response | tuple[str, int]:
    """Keep them; no letter goes."""
    signup, form = queries.get_signup(registration_id), ReachForm(request.form)
    if not form.validate():
        return _form(signup, form), HTTPStatus.UNPROCESSABLE_ENTITY
    by_hand.set_reach(registration_id, form.fax.data or "", form.postal_address.data or "", actor())
    flash(_("Fax number and postal address are noted."), "success")
    return _back(registration_id)


@blueprint.post(f"/signups/{ID}/arrivals")
@office
def mark_arrival(registration_id: int) -> Response:
    """``came``: a booking whose person has come; ``undo``: what was noted by mistake."""
    every = [b for p in queries.get_signup(registration_id).people for b in p.bookings]
    mine = my_rights().of([one.event_id for one in every])
    own = {one.id for one in every if one.event_id in mine}
    came, undone = find_id(request.form.get("came")), find_id(request.form.get("undo"))
    if came in own and came is not None:
        _come(came)
    elif undone in {
        one.fact_id
        for booking_id, one in attendance.arrivals(registration_id).items()
        if booking_id in own
    }:
        attendance.undo(undone or 0, actor())
        flash(_("It has been taken back."), "success")
    return _back(registration_id, "arrivals")


def _come(booking_id: int) -> None:
    try:
        attendance.record_in(booking_id, actor())
    except attendance.NoPlace:
        flash(_("They have no place at this meeting. Nothing was noted."), "error")
    else:
        flash(_("It is noted that they have come."), "success")


def _back(registration_id: int, anchor: str = "") -> Response:
    address = url_for(".signup", registration_id=registration_id, _anchor=anchor or None)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _form(signup: Signup, form: ReachForm) -> str:
    facts: dict[str, Any] = {"signup": signup, "form": form}
    return render_template("office/signup_reach.html", **facts)
