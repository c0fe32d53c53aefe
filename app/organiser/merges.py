"""Two sign-ups of the same people: making them one after a look at the result."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField

from app.auth.guards import actor, office, require
from app.auth.rights import Act
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.events.offers import get_offer_of
from app.organiser.blueprint import blueprint
from app.organiser.reason_forms import ActForm, new_key
from app.organiser.signup_words import said
from app.organiser.signups import ID
from app.registration import merging, queries
from app.registration.facts import ByOffice, Seen, Signup
from app.registration.rules import Refused
from app.registration.service import SignUpRefused
from app.web.arguments import find_id
from app.web.locale import current_locale

OTHER = "<int(max=2147483647):other_id>"


class MergeForm(ActForm):
    """Both sign-ups as they were shown."""

    other_version = HiddenField()
    other_link_version = HiddenField()

    def seen_of(self, first: int, second: int) -> tuple[Seen, Seen]:
        """The versions that the page showed; 0 for what is no number."""
        link, version = self.other_link_version.data, self.other_version.data
        return Seen(first, *self.seen), Seen(second, find_id(link) or 0, find_id(version) or 0)


@blueprint.get(f"/signups/{ID}/merge/{OTHER}")
@office
def ask_merge(registration_id: int, other_id: int) -> Response | str:
    """What would come of it, whom it concerns, and the question."""
    first, second = _both(registration_id, other_id)
    try:
        return _page(first, second, _fresh(first, second))
    except merging.NotTogether:
        return _not_together(registration_id)


@blueprint.post(f"/signups/{ID}/merge/{OTHER}")
@office
def merge(registration_id: int, other_id: int) -> Response | tuple[str, int]:
    """Make them one, once however often pressed."""
    first, second = _both(registration_id, other_id)
    form = MergeForm(request.form)
    try:
        if not form.validate():
            return _page(first, second, form), HTTPStatus.UNPROCESSABLE_ENTITY
        seen = form.seen_of(registration_id, other_id)
        by = ByOffice(actor=actor(), reason=form.reason.data or "")
        merging.merge(*seen, form.key, office=by)
    except merging.NotTogether:
        return _not_together(registration_id)
    except (ChangedMeanwhile, SignUpRefused):
        form = _fresh(*_both(registration_id, other_id), reason=form.reason.data or "")
        told = _("One of them was changed meanwhile. This is how it would be now.")
        return _page(first, second, form, told), HTTPStatus.CONFLICT
    told = _("%(other)s is part of %(number)s now.", other=second.number, number=first.number)
    flash(told, "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _both(registration_id: int, other_id: int) -> tuple[Signup, Signup]:
    """Both, if whoever is logged in may work on all their meetings; NotFound otherwise."""
    for one in (registration_id, other_id):
        require(Act.DIRECT, queries.event_ids_of(one))
    return queries.get_signup(registration_id), queries.get_signup(other_id)


def _fresh(first: Signup, second: Signup, reason: str = "") -> MergeForm:
    return MergeForm(
        data={
            "version": first.version,
            "link_version": first.link_version,
            "other_version": second.version,
            "other_link_version": second.link_version,
            "form_key": new_key(),
            "reason": reason,
        }
    )


def _not_together(registration_id: int) -> Response:
    told = _(
        "These two cannot be made one: they are of different days, one is cancelled or part of "
        "another, or somebody has come already by the number that would end."
    )
    flash(told, "error")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _page(first: Signup, second: Signup, form: MergeForm, problem: str = "") -> str:
    offer = get_offer_of(first.series_id, current_locale(), now())
    union, plan = merging.preview(first, second, offer)
    names = {one.id: one.name for one in first.people}
    outcomes = () if isinstance(plan, Refused) else plan.outcomes
    rows = [(union.entry.people[one.wish.person], one) for one in outcomes]
    return render_template(
        "office/merge.html",
        first=first,
        second=second,
        offer=offer,
        home=next((one for one in offer.meetings if one.id in first.event_ids), None),
        union=union,
        rows=rows,
        possible=bool(rows),
        same=[
            (one.name, names[union.partners[one.id]])
            for one in second.coming
            if one.id in union.partners
        ],
        said=said(union.result, offer, arrangements=False),
        number=len({one.id for one in (*first.coming, *second.coming)}),
        form=form,
        problem=problem,
    )
