"""How one contact is reached, and who of a sign-up has come."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_rights, office
from app.organiser.blueprint import blueprint
from app.organiser.by_hand_forms import ReachForm
from app.organiser.clashes import merge
from app.organiser.signups import refuse_erased
from app.registration import attendance, changing, queries
from app.registration.changing import ChangedMeanwhile
from app.registration.contact import contact_of, digest_of
from app.registration.facts import Doorkeeper, Signup
from app.web.arguments import find_id
from app.web.fields import clean_address

Page = tuple[str, int]
ID = "<int(max=2147483647):registration_id>"


@blueprint.get(f"/signups/{ID}/reach")
@office
def edit_reach(registration_id: int) -> Response | str:
    """The form with address, numbers and postal address."""
    signup = queries.get_signup(registration_id)
    return refuse_erased(signup) or _form(signup, _as_stored(signup))


@blueprint.post(f"/signups/{ID}/reach")
@office
def set_reach(registration_id: int) -> Response | Page:
    """Keep them; a letter tells of a new address or telephone number."""
    signup, form = queries.get_signup(registration_id), ReachForm(request.form)
    refused = refuse_erased(signup)
    if refused is not None:
        return refused
    if "fix_email" in request.form:
        form.email.data = clean_address(request.form["fix_email"])
        return _form(signup, form), HTTPStatus.OK
    if not form.validate():
        return _form(signup, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        done = _store(signup, form)
    except ChangedMeanwhile:
        return _changed(registration_id, form)
    if done:
        flash(_("How to reach them is noted."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return _back(registration_id)


def _store(signup: Signup, form: ReachForm) -> bool:
    known = contact_of(signup)
    if form.contact != known and form.seen.data != digest_of(known):
        raise ChangedMeanwhile("contact")
    return changing.change_contact(signup.registration_id, form.contact, known, actor())


def _changed(registration_id: int, form: ReachForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    signup = queries.get_signup(registration_id)
    clash = merge(form, _as_stored(signup))
    return _form(signup, form, clash=clash), HTTPStatus.CONFLICT


def _as_stored(signup: Signup) -> ReachForm:
    known = contact_of(signup)
    return ReachForm(data={**asdict(known), "seen": digest_of(known)})


@blueprint.post(f"/signups/{ID}/arrivals")
@office
def mark_arrival(registration_id: int) -> Response:
    """``came``: a booking whose person has come; ``undo``: what was noted by mistake."""
    signup = queries.get_signup(registration_id)
    refused = refuse_erased(signup) if signup.erased == "all" else None
    if refused is not None:
        return refused
    every = [b for p in signup.people for b in p.bookings]
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
        attendance.undo(undone or 0, _doorkeeper())
        flash(_("It has been taken back."), "success")
    return _back(registration_id, "arrivals")


def _come(booking_id: int) -> None:
    try:
        attendance.record_in(booking_id, _doorkeeper())
    except attendance.NoPlace:
        flash(_("They have no place at this meeting. Nothing was noted."), "error")
    else:
        flash(_("It is noted that they have come."), "success")


def _doorkeeper() -> Doorkeeper:
    return Doorkeeper(account_id=actor().account_id)


def _back(registration_id: int, anchor: str = "") -> Response:
    address = url_for(".signup", registration_id=registration_id, _anchor=anchor or None)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _form(signup: Signup, form: ReachForm, **more: Any) -> str:
    return render_template("office/signup_reach.html", signup=signup, form=form, **more)
