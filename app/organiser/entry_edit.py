"""Changing a sign-up for somebody: the page for typing in, filled in, at any time."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_rights, office, require
from app.auth.rights import Act
from app.base.errors import Gone
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Difference
from app.organiser.entry_page import Page, Sheet, ground_of, read_aloud, take
from app.organiser.reason_forms import good_key, new_key
from app.organiser.signups import ID, find, refuse_erased
from app.registration import changing, queries, wishes
from app.registration.changing import ChangedMeanwhile
from app.registration.facts import ByOffice, Entry, Signup
from app.registration.forms.check import Row, check_page
from app.registration.forms.office import office_values
from app.registration.forms.signup import DayForm
from app.registration.lists import arrangements
from app.web.arguments import find_id

REACH = ("fax", "postal_address")


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
    signup = _signup(sheet)
    form = DayForm(sheet.ground, office_values(signup, sheet.ground.offer))
    form["version"].data = str(signup.version)
    return sheet.show(form, focus="p0-name")


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
            return _meanwhile(registration_id, form, entry)
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


def _meanwhile(registration_id: int, typed: DayForm, entry: Entry) -> Page:
    """What is stored now beside what was typed, with the version that is there now."""
    sheet = _sheet(registration_id)
    signup = _signup(sheet)
    form = DayForm(sheet.ground, request.form)
    form["version"].data, form["token"].data = str(signup.version), new_key()
    told = tuple(_differences(sheet, signup, typed, entry))
    problem = _("It was changed meanwhile. Please look at what you typed and store it again.")
    return sheet.show(form, HTTPStatus.CONFLICT, differences=told, problem=problem)


def _differences(
    sheet: Sheet, signup: Signup, typed: DayForm, entry: Entry
) -> Iterator[Difference]:
    """Whatever is stored otherwise than it was typed."""
    before = wishes.entry_of(signup, sheet.ground.offer)
    page = check_page(entry, sheet.ground.offer, None, before)
    for person in page.people:
        for row in person.rows:
            if row.before is not None:
                label = _("%(name)s: %(what)s", name=person.name, what=row.term)
                yield Difference(label=label, **_values(row))
        if person.is_new:
            yield Difference(label=person.name, stored=_("None"), typed=_("comes"))
    for name in page.leaving:
        yield Difference(label=name, stored=_("comes"), typed=_("None"))
    for row in page.contact:
        if row.before is not None:
            yield Difference(label=row.term, **_values(row))
    for name in REACH:
        stored, said = getattr(signup, name), typed[name].data or ""
        if stored != said:
            label = str(typed[name].label.text)
            yield Difference(label=label, stored=stored or _("None"), typed=said or _("None"))


def _values(row: Row) -> dict[str, str]:
    """What was and what is typed; arrangements are not shown to whoever did not ask to see them."""
    if row.arranges:
        return {"stored": _("Arrangements (changed)"), "typed": _("Arrangements (changed)")}
    ways = {"venue": _("At the venue"), "online": _("Online"), "": _("None")}
    stored, typed = row.before or "", row.value
    if row.meeting is not None:
        stored, typed = ways.get(stored, stored), ways.get(row.way, row.way)
    return {"stored": stored or _("None"), "typed": typed or _("None")}
