"""「電話・FAX・はがきの申込みを入力」: one page by keyboard, then the number to be told."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.postal import addressee, split_address
from app.base.timezones import to_local
from app.base.tokens import content_digest
from app.events.offers import get_offer, get_offer_of
from app.mail.by_hand import OPEN
from app.mail.queries import list_letters
from app.organiser import signup_words
from app.organiser.blueprint import blueprint
from app.organiser.entry_page import Page, Sheet, ground_of, read_aloud, take
from app.organiser.reason_forms import good_key, new_key
from app.organiser.signups import ID, find, for_me, refuse_erased
from app.organiser.words import ZONE
from app.registration import by_hand, links, service
from app.registration.facts import ByOffice, Entry, SignUp
from app.registration.forms.office import CHANNELS
from app.registration.forms.signup import DayForm
from app.registration.forms.values import first_values_of_office
from app.web.locale import current_locale, force
from app.web.qr import qr_svg

APART = frozenset(
    {"token", "notice", "seen", "email_kept", "people", "differ", "room", "beyond_reason"}
)
"""Values that do not make another sign-up of it."""


@blueprint.get("/events/<slug:slug>/enter")
@office
def enter(slug: str) -> Page:
    """The empty form of the day; ``?channel=`` as the last one was."""
    sheet = _sheet(slug)
    home = sheet.home.id if sheet.home else None
    values = first_values_of_office(sheet.ground.offer, home, sheet.ground.now)
    channel = request.args.get("channel", "")
    values.update({"differ": "1", "channel": channel if channel in CHANNELS else "telephone"})
    return sheet.show(DayForm(sheet.ground, values), focus="p0-name")


@blueprint.post("/events/<slug:slug>/enter")
@office
def store_entry(slug: str) -> Response | Page:
    """Store it, once however often pressed; whatever fails keeps what was typed."""
    sheet = _sheet(slug)

    def store(form: DayForm, entry: Entry, by: ByOffice) -> Response | Page:
        command = SignUp(
            slug=slug,
            entry=entry,
            form_key=good_key(form["token"].data),
            form_digest=_digest(form),
            notice_version=read_aloud(form),
            channel=form["channel"].data,
            office=by,
        )
        try:
            receipt = service.sign_up(command)
        except service.FormUsed:
            form["token"].data = new_key()
            told = _("This page was stored before. Press the button again to store it once more.")
            return sheet.show(form, HTTPStatus.CONFLICT, problem=told)
        address = url_for(".entered", registration_id=receipt.registration_id, meeting=slug)
        return redirect(address, HTTPStatus.SEE_OTHER)

    return take(sheet, store)


@blueprint.get(f"/signups/{ID}/entered")
@office
def entered(registration_id: int) -> str:
    """The number to be told, how they hear of it, and the way to the next person."""
    found = find(registration_id)
    return render_template(
        "office/entered.html",
        signup=found.signup,
        offer=found.offer,
        home=found.home,
        chosen=[pair for pair in found.bookings if pair[1].active],
        open_letters=_open_letters(registration_id),
    )


@blueprint.post(f"/signups/{ID}/entered")
@office
def told_number(registration_id: int) -> Response:
    """The number was told on the telephone: their letter is settled, and the next one begins."""
    found = find(registration_id)
    if by_hand.record_told(_open_letters(registration_id), actor()):
        flash(_("%(number)s: noted as told.", number=found.signup.number), "success")
    if found.home is None:
        address = url_for(".signup", registration_id=registration_id)
    else:
        address = url_for(".enter", slug=found.home.slug, channel=found.signup.channel)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get(f"/signups/{ID}/confirmation")
@office
def confirmation(registration_id: int) -> Response | str:
    """The confirmation on one sheet; ``?to=organisation`` addresses the organisation.

    It names what was answered; of arrangements only that they are known, as a letter may lie about.
    """
    found = find(registration_id)
    signup = found.signup
    refused = refuse_erased(signup)
    if refused is not None:
        return refused
    if not signup.active:
        flash(_("Nobody of this sign-up comes any more, so there is no confirmation."), "error")
        return redirect(url_for(".signup", registration_id=registration_id), HTTPStatus.SEE_OTHER)
    with force(signup.locale):
        offer = for_me(get_offer_of(signup.series_id, signup.locale, now()))
        wished = signup_words.said(signup, offer, arrangements=True)
        code, address = split_address(signup.postal_address)
        return render_template(
            "office/confirmation.html",
            signup=signup,
            offer=offer,
            said=signup_words.said(signup, offer, arrangements=False),
            wished={(one.event_id, one.person_id) for one in wished},
            to=addressee(
                signup.organisation,
                signup.contact_name,
                organisation_only=request.args.get("to") == "organisation",
                english=signup.locale == "en",
            ),
            code=code,
            address=address,
            on=to_local(now(), ZONE),
            qr=qr_svg(links.check_in_code(registration_id, signup.link_version)),
        )


def _sheet(slug: str) -> Sheet:
    offer = for_me(get_offer(slug, current_locale(), now()))
    home = next((one for one in offer.meetings if one.slug == slug), None)
    return Sheet(ground=ground_of(offer), home=home, action=url_for(".store_entry", slug=slug))


def _open_letters(registration_id: int) -> list[int]:
    return [one.id for one in list_letters(registration_id) if one.state in OPEN]


def _digest(form: DayForm) -> str:
    return content_digest({"v": [f"{n}={v}" for n, v in form.carried if n not in APART]})
