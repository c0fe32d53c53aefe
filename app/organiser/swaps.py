"""「代わりの人が出席」: somebody else comes in place of a person of a sign-up."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField

from app.auth.guards import actor, office, require
from app.auth.rights import Act
from app.base.errors import Gone, NotFound
from app.events.models import STANDINGS
from app.organiser.blueprint import blueprint
from app.organiser.entry_edit import refuse_part
from app.organiser.reason_forms import ActForm, new_key
from app.organiser.signup_words import Said, said
from app.organiser.signups import ID, Found, find, refuse_erased
from app.registration import queries, swapping, wishes
from app.registration.changing import ChangedMeanwhile
from app.registration.duplicates import Twice
from app.registration.facts import (
    NOBODY_TOLD,
    ByOffice,
    Newcomer,
    NoticeTold,
    PersonView,
    Seen,
)
from app.registration.forms.fields import (
    READING,
    ROLE,
    Named,
    ReadingOf,
    clean_reading,
    standing_field,
)
from app.registration.privacy.queries import get_notice, shown_number
from app.registration.service import SignUpRefused
from app.web.arguments import find_id
from app.web.fields import NAME, ORGANISATION, Readable, clean_text

PERSON = "<int(max=2147483647):person_id>"


class SwapForm(ActForm):
    """Who comes instead; ``standing`` only where it is asked."""

    name = StringField(
        lazy_gettext("Name"),
        filters=[clean_text],
        validators=[Readable(NAME), Named(lazy_gettext("Please enter the name"))],
        render_kw={"maxlength": NAME},
    )
    reading = StringField(
        lazy_gettext("Reading of the name"),
        filters=[clean_reading],
        validators=[Readable(READING), ReadingOf("name", must=False)],
        render_kw={"maxlength": READING},
    )
    organisation = StringField(
        lazy_gettext("Organisation"),
        filters=[clean_text],
        validators=[Readable(ORGANISATION)],
        render_kw={"maxlength": ORGANISATION},
    )
    role = StringField(
        lazy_gettext("Role"),
        filters=[clean_text],
        validators=[Readable(ROLE)],
        render_kw={"maxlength": ROLE},
    )
    standing = standing_field(STANDINGS, by_office=True)
    answers = BooleanField(lazy_gettext("They take over the answers"))
    keeps = BooleanField(lazy_gettext("They wish for the same arrangements"))
    told = BooleanField(lazy_gettext("Told them how we handle personal data"))
    notice = HiddenField()

    def newcomer(self, series_id: int) -> Newcomer:
        """Of a valid form; the series is that of the privacy notice on the page."""
        told = NOBODY_TOLD
        if self.told.data:
            number = shown_number(series_id, find_id(self.notice.data) or 0)
            told = NoticeTold(version=number, by=actor().account_id)
        return Newcomer(
            name=self.name.data or "",
            reading=self.reading.data or "",
            organisation=self.organisation.data or "",
            role=self.role.data or "",
            standing=self.standing.data or "" if "standing" in self else "",
            told=told,
            keeps_wishes=bool(self.keeps.data),
            keeps_answers=bool(self.answers.data),
        )


@blueprint.get(f"/signups/{ID}/swap/{PERSON}")
@office
def ask_swap(registration_id: int, person_id: int) -> Response | str:
    """Who comes instead; organisation, role, standing and answers are the same until changed."""
    refused = refuse_part(registration_id)
    if refused is not None:
        return refused
    found = find(registration_id)
    person = _person(found, person_id)
    same = {name: getattr(person, name) for name in ("organisation", "role", "standing")}
    given = {**same, **_seen(found), "form_key": new_key(), "answers": True}
    return _page(found, person, _form(found, person, data=given))


@blueprint.post(f"/signups/{ID}/swap/{PERSON}")
@office
def swap(registration_id: int, person_id: int) -> Response | tuple[str, int]:
    """Let them come instead, once however often pressed."""
    require(Act.DIRECT, queries.event_ids_of(registration_id))
    found = find(registration_id)
    refused = refuse_erased(found.signup)
    if refused is not None:
        return refused
    person = _person(found, person_id)
    form = _form(found, person, request.form)
    if not form.validate():
        return _page(found, person, form), HTTPStatus.UNPROCESSABLE_ENTITY
    others = request.form.get("step") == "another"
    by = ByOffice(actor=actor(), reason=form.reason.data or "", others=others)
    seen = Seen(registration_id, *form.seen)
    try:
        newcomer = form.newcomer(found.signup.series_id)
        swapping.swap(seen, person_id, newcomer, form.key, office=by)
    except (ChangedMeanwhile, Gone, SignUpRefused):
        told = _("This sign-up was changed meanwhile. This is how it is now.")
        return _again(registration_id, person_id, form, problem=told)
    except swapping.HasCome:
        told = _("%(name)s has come already. Nobody can come instead any more.", name=person.name)
        return _again(registration_id, person_id, form, problem=told)
    except Twice as twice:
        return _again(registration_id, person_id, form, same=twice.same)
    told = _("%(new)s comes in place of %(old)s.", new=form.name.data, old=person.name)
    if _passed_on(found, person):
        told += " " + _answers_told(kept=bool(form.answers.data))
    flash(told + " " + _("A badge that was printed has to be printed again."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _passed_on(found: Found, person: PersonView) -> tuple[Said, ...]:
    """What a person answered and a newcomer can take over."""
    whole = wishes.entry_of(found.signup, found.offer)
    which = wishes.passed_on(whole, found.offer, person.id)
    every = said(found.signup, found.offer, arrangements=False)
    return tuple(one for one in every if one.person_id == person.id and one.question_id in which)


def _answers_told(*, kept: bool) -> str:
    told: str = _("The answers were not taken over: please ask, and enter them by “Change”.")
    if kept:
        told = _("The answers were taken over.")
    return told


def _person(found: Found, person_id: int) -> PersonView:
    """Whoever still comes; NotFound for anybody else."""
    person = next((one for one in found.signup.coming if one.id == person_id), None)
    if person is None:
        raise NotFound("participant")
    return person


def _form(found: Found, person: PersonView, *given: Any, **values: Any) -> SwapForm:
    """The form; standing is asked where a meeting of theirs does, or the person has one."""
    form = SwapForm(*given, **values)
    theirs = {one.event_id for one in person.bookings if one.active}
    asked = any(one.standings for one in found.offer.meetings if one.id in theirs)
    if not (asked or person.standing):
        del form.standing
    return form


def _seen(found: Found) -> dict[str, int]:
    return {"version": found.signup.version, "link_version": found.signup.link_version}


def _again(registration_id: int, person_id: int, form: SwapForm, **facts: Any) -> tuple[str, int]:
    """The question once more, about how things are now, with what was typed."""
    found = find(registration_id)
    person = _person(found, person_id)
    for name, value in _seen(found).items():
        form[name].data = str(value)
    return _page(found, person, form, **facts), HTTPStatus.CONFLICT


def _page(found: Found, person: PersonView, form: SwapForm, **facts: Any) -> str:
    privacy = get_notice(found.signup.series_id)
    whole = wishes.entry_of(found.signup, found.offer)
    own, shared = wishes.wished_once(whole, found.offer, person.id)
    form.notice.data = str(privacy.number)
    return render_template(
        "office/swap.html",
        signup=found.signup,
        offer=found.offer,
        home=found.home,
        person=person,
        form=form,
        privacy=privacy,
        passed_on=_passed_on(found, person),
        wished_alone=own,
        wished_together=shared,
        **{"problem": "", "same": (), **facts},
    )
