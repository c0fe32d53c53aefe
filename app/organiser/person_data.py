"""One person's data on request: everything as a file, and erasing it at once."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.auth.guards import actor, my_meetings, office, require
from app.auth.rights import Act
from app.base.errors import Gone
from app.organiser.blueprint import blueprint
from app.organiser.data_words import in_words
from app.organiser.reason_forms import ActForm, new_key
from app.organiser.signup_words import FIELDS
from app.organiser.signups import ID, Found, find
from app.registration import queries
from app.registration.changing import ChangedMeanwhile
from app.registration.facts import BookingView, PersonView
from app.registration.service import SignUpRefused
from app.retention import held, person
from app.retention.held import Held
from app.retention.person import ALL, BUT_MINUTES, Section, StoredFiles

Page = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a sign-up, and the stored files that may name its people."""

    held: Held
    files: StoredFiles
    can_erase: bool


@blueprint.get(f"/signups/{ID}/data")
@office
def person_data(registration_id: int) -> str:
    """What can be done when somebody asks for their data."""
    found = _find(registration_id)
    return render_template(
        "office/person_data.html",
        signup=found.signup,
        home=found.home,
        left=_left(found),
        others=person.list_others(found.signup, my_meetings()),
    )


@blueprint.get(f"/signups/{ID}/data.json")
@office
def person_json(registration_id: int) -> Response:
    """Everything for a machine."""
    _found, sections = _read(registration_id)
    told = {
        one.name: [{name: person.as_text(value) for name, value in row.items()} for row in one.rows]
        for one in sections
    }
    text = json.dumps(told, ensure_ascii=False, indent=2) if told else ""
    return _file(text, registration_id, "json", "application/json")


@blueprint.get(f"/signups/{ID}/data.txt")
@office
def person_text(registration_id: int) -> Response:
    """Everything to be read and printed."""
    parts = []
    found, sections = _read(registration_id)
    for section in sections:
        told = in_words(section, found)
        lines = [told.heading, "=" * 20]
        for row in told.rows or ((),):
            lines += [f"{what}: {value}" for what, value in row] or [_("None")]
            lines.append("")
        parts.append("\n".join(lines))
    return _file("\n".join(parts), registration_id, "txt", "text/plain")


@blueprint.get(f"/signups/{ID}/erase")
@office
def ask_to_erase(registration_id: int) -> Answer | str:
    """The question that names what goes and what stays."""
    found = _find(registration_id)
    return _ask(found) if _left(found).can_erase else _nothing_left(registration_id)


@blueprint.post(f"/signups/{ID}/erase")
@office
def erase_person(registration_id: int) -> Answer | Page:
    """Erase it, once however often pressed."""
    found = _find(registration_id)
    form = ActForm(request.form)
    if form.seen != (found.signup.link_version, found.signup.version):
        return _again(registration_id)
    coming = [one.id for _person, one in _coming(found)]
    scope = BUT_MINUTES if request.form.get("scope") == BUT_MINUTES else ALL
    try:
        files = person.erase(found.signup, coming, scope, form.key, actor())
    except (ChangedMeanwhile, Gone, SignUpRefused):
        return _again(registration_id)
    flash(_erased(files), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _erased(files: StoredFiles) -> str:
    told: str = _("It has been erased.")
    if files.number:
        told += _(
            " %(n)s stored files of these meetings were deleted with it: %(made)s lists, which you"
            " can make again, and %(imported)s imported ones.",
            n=files.number,
            made=files.made,
            imported=files.imported,
        )
    return told


def _find(registration_id: int) -> Found:
    """A sign-up whose meetings are all for whoever asks: it names people of each of them."""
    require(Act.DIRECT, queries.event_ids_of(registration_id))
    return find(registration_id)


def _read(registration_id: int) -> tuple[Found, tuple[Section, ...]]:
    found = _find(registration_id)
    if request.method != "GET":  # a question about the file alone takes nothing out of the house
        return found, ()
    hidden = _("(personal link, left out)")
    return found, person.read_all(registration_id, actor(), hidden)


def _coming(found: Found) -> list[tuple[PersonView, BookingView]]:
    """Whoever still holds a place or a turn at a meeting that is not over."""
    over = {one.id for one in found.offer.meetings if one.status in {"past", "cancelled"}}
    return [(who, one) for who, one in found.bookings if one.active and one.event_id not in over]


def _left(found: Found) -> Left:
    signup = found.signup
    theirs, files = held.find_held(signup), person.count_files(signup.registration_id)
    some = theirs.anything or files.number > 0 or bool(_coming(found))
    return Left(held=theirs, files=files, can_erase=some and signup.erased != ALL)


def _nothing_left(registration_id: int) -> Answer:
    flash(_("Nothing of this person is left."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _again(registration_id: int) -> Answer | Page:
    found = _find(registration_id)
    if not _left(found).can_erase:
        return _nothing_left(registration_id)
    told = _("This sign-up was changed meanwhile. This is how it is now.")
    return _ask(found, told), HTTPStatus.CONFLICT


def _ask(found: Found, problem: str = "") -> str:
    signup, left = found.signup, _left(found)
    values: dict[str, Any] = {"version": signup.version, "link_version": signup.link_version}
    past = {one.id for one in found.offer.meetings if one.status == "past"}
    return render_template(
        "office/erase_person.html",
        signup=signup,
        offer=found.offer,
        home=found.home,
        form=ActForm(data={**values, "form_key": new_key()}),
        coming=_coming(found),
        left=left,
        contact=[FIELDS[one] for one in left.held.contact],
        in_minutes=not signup.erased
        and any(b.state == "confirmed" and b.event_id in past for _p, b in found.bookings),
        problem=problem,
    )


def _file(text: str, registration_id: int, ending: str, kind: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    name = f"signup-{registration_id}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
