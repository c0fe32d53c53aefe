"""One sign-up: all that is known of it, cancelling, a new link, another person of the same name."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth import queries as accounts
from app.auth.guards import actor, my_meetings, my_rights, office, require
from app.auth.rights import Act
from app.base.addresses import email_key
from app.base.clock import now
from app.base.errors import Gone
from app.base.timezones import to_local
from app.events.facts import MeetingView, Offer
from app.events.offers import get_offer_of
from app.mail.bounces.queries import find_marked, list_answers_of
from app.mail.queries import list_letters
from app.mail.words import reason_words
from app.organiser import origins, signup_words, words
from app.organiser.blueprint import blueprint
from app.organiser.finders import wholly_mine
from app.organiser.mail import answer_rows
from app.organiser.reason_forms import ActForm, new_key
from app.registration import attendance, changing, queries, renewing
from app.registration.attendance import Arrival
from app.registration.changing import ByOffice, ChangedMeanwhile
from app.registration.door.refusals import refused_text
from app.registration.facts import BookingView, PersonView, Signup
from app.registration.lists import arrangements as special
from app.registration.lists import pairs
from app.registration.presence import desk_is_open
from app.registration.service import SignUpRefused
from app.retention.held import named
from app.web.arguments import find_id
from app.web.locale import current_locale

Page = tuple[str, int]
ID = "<int(max=2147483647):registration_id>"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A sign-up with its meetings; ``home``: the first that it is for, whose tabs are shown."""

    signup: Signup
    offer: Offer
    home: MeetingView | None

    @property
    def zone(self) -> str:
        """The zone that moments are told in."""
        return self.home.zone if self.home else words.ZONE

    @property
    def bookings(self) -> tuple[tuple[PersonView, BookingView], ...]:
        """Everybody at every meeting, cancelled ones included, person by person."""
        return tuple((person, one) for person in self.signup.people for one in person.bookings)


@blueprint.get(f"/signups/{ID}")
@office
def signup(registration_id: int) -> str:
    """All that is known of one sign-up, arrangements apart: few queries more than its meetings."""
    found = find(registration_id)
    mine = my_meetings()
    letters = list_letters(registration_id)
    entries = accounts.list_history_of("registration", registration_id)
    twice = [
        one for one in pairs.list_pairs_of(registration_id) if mine is None or one.event_id in mine
    ]
    return _page(
        "signup.html",
        found,
        pairs=twice,
        whole=wholly_mine(
            {i for one in twice for i in (one.registration_id, one.first_registration_id)}
        ),
        marked=find_marked(email_key(found.signup.email)) if found.signup.email else None,
        answers=answer_rows(
            tuple(
                one
                for one in list_answers_of(registration_id)
                if mine is None or one.event_id in mine
            )
        ),
        names=named(found.signup),
        notices=origins.notices_of(found.signup, found.zone),
        typed_by=origins.typed_by([found.signup]).get(registration_id, ""),
        said=signup_words.said(found.signup, found.offer, arrangements=False),
        special=any(one.is_arrangement for one in found.offer.questions),
        created_at=to_local(found.signup.created_at, found.zone),
        answered_at=found.signup.answered_at and to_local(found.signup.answered_at, found.zone),
        arrivals=_arrivals(found),
        letters=[
            (one, to_local(one.accepted_at or one.due_at, found.zone), reason_words(one.reason))
            for one in letters
        ],
        # A letter names everybody of the sign-up, at meetings of others, too.
        readable=mine is None or mine >= queries.event_ids_of(registration_id),
        history=signup_words.history(entries, found.signup, found.offer, found.zone),
    )


@blueprint.get(f"/signups/{ID}/arrangements")
@office
def arrangements(registration_id: int) -> str:
    """What is to be arranged. Looking at it is noted first: the one GET that writes."""
    if request.method == "GET":  # HEAD shows nothing
        queries.get_signup(registration_id)
        special.record_view(registration_id, actor())
    found = find(registration_id)
    said = signup_words.said(found.signup, found.offer, arrangements=True)
    return _page("arrangements.html", found, said=said)


@blueprint.get(f"/signups/{ID}/cancel")
@office
def ask_to_cancel(registration_id: int) -> Response | str:
    """The question with the number of people, and the reason for the letter."""
    found = find(registration_id)
    refused = refuse_erased(found.signup)
    if refused is not None:
        return refused
    chosen = _chosen(found, request.args.getlist("b"))
    if not chosen:
        flash(_("Please choose whom to cancel first."), "error")
        return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)
    return _ask(found, chosen, fresh(found))


@blueprint.post(f"/signups/{ID}/cancel")
@office
def cancel(registration_id: int) -> Response | Page:
    """Cancel what was chosen; pressed twice, it is done once."""
    form = ActForm(request.form)
    before = find(registration_id)
    refused = refuse_erased(before.signup)
    if refused is not None:
        return refused
    mine = {one.id for _person, one in before.bookings}
    chosen = [number for one in request.form.getlist("b") if (number := find_id(one)) in mine]
    if not form.validate():
        found = find(registration_id)
        return _ask(found, _chosen(found, request.form.getlist("b")), form), 422
    by = ByOffice(actor=actor(), reason=form.reason.data or "")
    try:
        changing.cancel(registration_id, *form.seen, chosen, form.key, office=by)
    except (ChangedMeanwhile, Gone):
        told = _("This sign-up was changed meanwhile. This is how it is now.")
        return _cancel_again(registration_id, form, told)
    except SignUpRefused as refusal:
        found = find(registration_id)
        return _cancel_again(registration_id, form, refused_text(refusal.refused, found.offer))
    flash(_("It has been cancelled."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


@blueprint.get(f"/signups/{ID}/link")
@office
def ask_for_new_link(registration_id: int) -> Response | str:
    """Whether to end the link and send a new one."""
    found = find(registration_id)
    refused = refuse_erased(found.signup)
    return refused or _page("signup_link.html", found, form=fresh(found))


@blueprint.post(f"/signups/{ID}/link")
@office
def renew_link(registration_id: int) -> Response:
    """End the link that was shown as good and send a new one, once however often pressed."""
    refused = refuse_erased(queries.get_signup(registration_id))
    if refused is not None:
        return refused
    seen, _version = ActForm(request.form).seen
    renewing.renew_link(registration_id, seen, actor())
    if queries.get_signup(registration_id).email:
        flash(_("The old link has ended, and a letter with the new one is on its way."), "success")
    else:
        flash(_("The old link has ended. There is no e-mail address to send one to."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


@blueprint.get(f"/signups/{ID}/another")
@office
def ask_for_another(registration_id: int) -> Response | str:
    """Whether this is another person of the same name."""
    if not my_rights().may(Act.DIRECT, queries.event_ids_of(registration_id)):
        told = _("This sign-up is for other meetings, too. Please ask an administrator.")
        flash(told, "error")
        return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)
    found = find(registration_id)
    twice = [(person, one) for person, one in found.bookings if one.is_duplicate]
    if not twice:
        flash(_("Nobody of this sign-up is signed up twice any more."), "success")
        return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)
    return _page("signup_another.html", found, form=fresh(found), **_people(twice))


@blueprint.post(f"/signups/{ID}/another")
@office
def become_another(registration_id: int) -> Response | Page:
    """Take them for another person."""
    require(Act.DIRECT, queries.event_ids_of(registration_id))
    form = ActForm(request.form)
    seen, _version = form.seen
    try:
        by = ByOffice(actor=actor())
        changing.become_another(registration_id, seen, form.key, office=by)
    except (Gone, SignUpRefused) as refusal:
        found = find(registration_id)
        told = _("This sign-up was changed meanwhile. This is how it is now.")
        if isinstance(refusal, SignUpRefused):
            told = refused_text(refusal.refused, found.offer)
        twice = [(person, one) for person, one in found.bookings if one.is_duplicate]
        values = {"form": fresh(found), "problem": told, **_people(twice)}
        return _page("signup_another.html", found, **values), HTTPStatus.CONFLICT
    flash(_("They are signed up as another person now, and are told so."), "success")
    return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)


def _arrivals(found: Found) -> list[tuple[PersonView, BookingView, Arrival | None]]:
    """Everybody with a place at a meeting whose day has come, and when they came (local)."""
    open_ids = {
        one.id
        for one in found.offer.meetings
        if desk_is_open(one.day, to_local(now(), one.zone).date())
    }
    known = attendance.arrivals(found.signup.registration_id)
    zones = {one.id: one.zone for one in found.offer.meetings}
    return [
        (person, one, come and replace(come, at=to_local(come.at, zones[one.event_id])))
        for person, one in found.bookings
        if one.event_id in open_ids and one.state == "confirmed" and not one.is_duplicate
        for come in [known.get(one.id)]
    ]


def find(registration_id: int) -> Found:
    """A sign-up with its meetings, as far as whoever is logged in may see it."""
    whole = queries.get_signup(registration_id)
    # For a meeting of somebody else they are signed up with somebody else.
    offer = for_me(get_offer_of(whole.series_id, current_locale(), now()))
    one = whole if my_meetings() is None else whole.only({one.id for one in offer.meetings})
    concerned = {booking.event_id for person in one.people for booking in person.bookings}
    home = next((meeting for meeting in offer.meetings if meeting.id in concerned), None)
    return Found(signup=one, offer=offer, home=home)


def for_me(offer: Offer) -> Offer:
    """What of an offer is for whoever is logged in; a copy to practise with stands alone."""
    mine = my_meetings()
    is_practice = any(one.is_practice for one in offer.meetings)
    return offer if mine is None or is_practice else offer.only(mine)


def refuse_erased(signup: Signup) -> Response | None:
    """To the page of a sign-up whose contact is erased: nothing of it is changed any more.

    None where it can be.
    """
    if not signup.erased:
        return None
    told = _("This sign-up has been erased. There is nothing to be changed or printed.")
    flash(told, "error")
    address = url_for(".signup", registration_id=signup.registration_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _chosen(found: Found, ids: list[str]) -> list[tuple[PersonView, BookingView]]:
    """What was chosen and can still be cancelled."""
    wanted = {find_id(one) for one in ids}
    return [(person, one) for person, one in found.bookings if one.id in wanted and one.active]


def _people(chosen: list[tuple[PersonView, BookingView]]) -> dict[str, Any]:
    return {"chosen": chosen, "number": len({person.id for person, _booking in chosen})}


def fresh(found: Found) -> ActForm:
    """The form of an act on a sign-up as it is shown now."""
    seen = {"version": found.signup.version, "link_version": found.signup.link_version}
    return ActForm(data={**seen, "form_key": new_key()})


def _ask(
    found: Found, chosen: list[tuple[PersonView, BookingView]], form: ActForm, problem: str = ""
) -> str:
    return _page("signup_cancel.html", found, form=form, problem=problem, **_people(chosen))


def _cancel_again(registration_id: int, form: ActForm, problem: str) -> Response | Page:
    """The question once more, about how things are now, with the reason that was typed."""
    found = find(registration_id)
    chosen = _chosen(found, request.form.getlist("b"))
    if not chosen:
        flash(_("It had been cancelled already."), "success")
        return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)
    again = fresh(found)
    again.reason.data = form.reason.data
    return _ask(found, chosen, again, problem), HTTPStatus.CONFLICT


def _page(template: str, found: Found, **more: Any) -> str:
    return render_template(
        f"office/{template}",
        found=found,
        signup=found.signup,
        offer=found.offer,
        home=found.home,
        words=words,
        **more,
    )
