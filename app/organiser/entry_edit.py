"""Changing a sign-up for somebody: the page for typing in, filled in, at any time."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_rights, office, require
from app.auth.rights import Act
from app.base.errors import Gone
from app.organiser import entry_clashes
from app.organiser.blueprint import blueprint
from app.organiser.entry_page import Page, Sheet, ground_of, read_aloud, take
from app.organiser.reason_forms import good_key, new_key
from app.organiser.signups import ID, find, refuse_erased
from app.registration import changing, queries
from app.registration.changing import ChangedMeanwhile
from app.registration.facts import ByOffice, Entry, Signup
from app.registration.forms.signup import DayForm
from app.registration.lists import arrangements
from app.web.arguments import find_id


@blueprint.get(f"/signups/{ID}/edit")
@office
def edit_signup(registration_id: int) -> Response | Page:
    """The form with all that is there; whoever cancelled everything can be brought back.

    What is to be arranged stands in it, so that it was looked at is noted first.
    """
    refused = refuse_part(registration_id)
    if refused is not None:
        return refused
    if request.method == "GET":  # HEAD shows nothing
        arrangements.record_view(registration_id, actor())
    sheet = _sheet(registration_id)
    return sheet.show(entry_clashes.stored_form(sheet.ground), focus="p0-name")


@blueprint.post(f"/signups/{ID}/edit")
@office
def store_edit(registration_id: int) -> Response | Page:
    """Store the changes; who else changed it meanwhile is shown, and nothing is written over."""
    require(Act.DIRECT, queries.event_ids_of(registration_id))
    refused = refuse_erased(queries.get_signup(registration_id))
    if refused is not None:
        return refused
    sheet = _sheet(registration_id)
    signup = _signup(sheet)

    def store(form: DayForm, entry: Entry, by: ByOffice) -> Response | Page:
        seen, key = find_id(form["version"].data) or 0, good_key(form["token"].data)
        given = (registration_id, signup.link_version, seen, entry, key)
        try:
            after = changing.change(*given, office=by, shown=read_aloud(form))
        except (ChangedMeanwhile, Gone):
            return _meanwhile(registration_id, form)
        if after.version == signup.version:
            flash(_("Nothing was different, so nothing was changed."), "success")
        else:
            flash(_("The changes are stored."), "success")
        address = url_for(".signup", registration_id=registration_id)
        return redirect(address, HTTPStatus.SEE_OTHER)

    return take(sheet, store)


def refuse_part(registration_id: int) -> Response | None:
    """To the sign-up's page, with why it cannot be changed as a whole; None where it can."""
    if not my_rights().may(Act.DIRECT, queries.event_ids_of(registration_id)):
        told = _("This sign-up is for other meetings, too. Please ask an administrator.")
    else:
        signup = queries.get_signup(registration_id)
        if signup.merged_into is None:
            return refuse_erased(signup)
        told = _("This sign-up has become part of another. Please change that one.")
    flash(told, "error")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _sheet(registration_id: int) -> Sheet:
    found = find(registration_id)
    action = url_for(".store_edit", registration_id=registration_id)
    return Sheet(ground=ground_of(found.offer, found.signup), home=found.home, action=action)


def _signup(sheet: Sheet) -> Signup:
    signup = sheet.ground.signup
    assert signup is not None  # noqa: S101  # every sheet of this module has one
    return signup


def _meanwhile(registration_id: int, typed: DayForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    sheet = _sheet(registration_id)
    form, clash = entry_clashes.merge(sheet.ground, typed.values)
    form["token"].data = new_key()
    return sheet.show(form, HTTPStatus.CONFLICT, clash=clash)
