"""The page on which the office types in a sign-up: its steps, and why it comes back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor
from app.base.clock import now
from app.config import current_settings
from app.events.facts import MeetingView, Offer
from app.organiser.reason_forms import good_key
from app.registration.door.refusals import choice_label
from app.registration.duplicates import Twice
from app.registration.facts import ByOffice, Entry, Signup
from app.registration.forms.entry import read_seen
from app.registration.forms.layout import Ground
from app.registration.forms.office import by_office
from app.registration.forms.signup import DayForm
from app.registration.forms.values import Typed, add_person, remove_person
from app.registration.preview import preview
from app.registration.privacy.queries import get_notice, shown_number
from app.registration.rules import Refused
from app.registration.service import SignUpRefused, WouldWait
from app.web.arguments import find_id
from app.web.fields import EMAIL

Page = tuple[str, int]
Store = Callable[[DayForm, Entry, ByOffice], Response | Page]
NO_PLACE = frozenset({"full", "way_full", "way_full_keep", "seats_full"})
"""Refusals that the office may pass over, with a reason."""
_PLACE = 4
"""The most digits of a person's place."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one page stands on, whose tabs it shows, and where it is sent."""

    ground: Ground
    home: MeetingView | None
    action: str

    def show(self, form: DayForm, status: int = HTTPStatus.OK, **facts: Any) -> Page:
        """The page with all that was typed."""
        form["token"].data = good_key(form["token"].data)
        lacking, privacy = _lacking(form), get_notice(self.ground.offer.series_id)
        form["notice"].data = str(privacy.number)
        page = render_template(
            "office/enter.html",
            form=form,
            offer=self.ground.offer,
            signup=self.ground.signup,
            home=self.home,
            action=self.action,
            lacking=lacking,
            can_wait=all(_may_wait(form, *place) for place in lacking),
            others=_others(),
            privacy=privacy,
            closed=self._why_closed(form),
            typed=status != HTTPStatus.OK,
            **{"problem": "", "focus": "", "same": (), "clash": None, **facts},
        )
        return page, status

    def _why_closed(self, form: DayForm) -> str:
        """Why nobody new can be typed in at any meeting; '' where somebody can."""
        ground = self.ground
        if ground.signup or any(one.offered for one in ground.seats_of(None)):
            return ""
        meeting = self.home or ground.offer.meetings[0]
        if meeting.status == "open":
            return ""
        return refused_words(Refused(meeting.status, meeting.id), form)


def ground_of(offer: Offer, signup: Signup | None = None) -> Ground:
    """What the form of the office stands on now."""
    least = len(signup.people) if signup else 1
    return Ground(
        offer=offer,
        now=now(),
        most_people=max(current_settings().signup_people, least),
        signup=signup,
        by_office=True,
    )


def read_aloud(form: DayForm) -> int:
    """The number of the privacy notice that the page gave to be read aloud."""
    return shown_number(form.ground.offer.series_id, find_id(form["notice"].data) or 0)


def take(sheet: Sheet, store: Store) -> Response | Page:
    """Do what the button says: one person more or fewer, or ``store`` what was typed."""
    step, _colon, place = request.form.get("step", "store").partition(":")
    if step in {"add", "remove"}:
        return _with_people(sheet, step, place)
    form = DayForm(sheet.ground, request.form)
    if step == "without":
        form = DayForm(sheet.ground, form.without_unasked())
    if "fix_email" in request.form:
        form["email"].data = request.form["fix_email"][:EMAIL]
        return sheet.show(form, focus="telephone")
    gone = form.vanished()
    if gone is not None:
        return sheet.show(form, HTTPStatus.CONFLICT, problem=refused_words(gone, form))
    if not form.validate():
        return sheet.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    by = ByOffice(actor=actor(), others=_others())
    by = by_office(form, read_seen(form["seen"].data or ""), by)
    return _store(sheet, form, by, store)


def _store(sheet: Sheet, form: DayForm, by: ByOffice, store: Store) -> Response | Page:
    entry = form.entry
    try:
        return store(form, entry, by)
    except Twice as twice:
        return sheet.show(form, HTTPStatus.CONFLICT, same=twice.same)
    except WouldWait:
        return _ask_room(sheet, form, entry)
    except SignUpRefused as refusal:
        if refusal.refused.code in NO_PLACE:
            return _ask_room(sheet, form, entry)
        told = refused_words(refusal.refused, form)
        return sheet.show(form, HTTPStatus.CONFLICT, problem=told)


def _others() -> bool:
    """Whether who has the same name as somebody signed up is said to be another person."""
    return request.form.get("step") == "another" or request.form.get("others") == "1"


def _with_people(sheet: Sheet, step: str, place: str) -> Page:
    typed: Typed = request.form.copy()
    typed.poplist("seen")  # it names people by their places, which move
    if step == "add":
        typed = add_person(typed, sheet.ground.most_people)
    elif place.isascii() and place.isdigit():
        typed = remove_person(typed, int(place[:_PLACE]))
    form = DayForm(sheet.ground, typed)
    focus = f"p{form.count - 1}-name" if step == "add" else "add"
    return sheet.show(form, focus=focus)


def _ask_room(sheet: Sheet, form: DayForm, entry: Entry) -> Page:
    """Ask what to do with those for whom no place is free, all of them at once."""
    ground = sheet.ground
    every = {(n, event) for n, one in enumerate(entry.people) for event in one.ways}
    plan = preview(ground.offer, entry, ground.signup, now=ground.now, by_office=True, beyond=every)
    if isinstance(plan, Refused):
        told = refused_words(plan, form)
        return sheet.show(form, HTTPStatus.CONFLICT, problem=told)
    beyond = [(one.wish.person, one.wish.event_id) for one in plan.outcomes if one.beyond]
    if not beyond:
        told = _("The places have changed just now. Please press the button once more.")
        return sheet.show(form, HTTPStatus.CONFLICT, problem=told)
    form.show_waiting(iter(beyond))
    return sheet.show(form, HTTPStatus.CONFLICT, focus="room")


def _lacking(form: DayForm) -> Collection[tuple[int, int]]:
    """Who was found to have no place where, as far as they are in the form still."""
    known = {one.id for one in form.ground.offer.meetings}
    seen = read_seen(form["seen"].data or "")
    return sorted(one for one in seen if one[0] < form.count and one[1] in known)


def _may_wait(form: DayForm, place: int, event_id: int) -> bool:
    """Whether somebody could wait there: not who has a place now, which they would lose."""
    if not form.ground.offer.meeting(event_id).can_wait:
        return False
    seat = next(one for one in form.layout.seats[place] if one.meeting.id == event_id)
    return seat.had is None or seat.had.state != "confirmed"


def refused_words(refused: Refused, form: DayForm) -> str:
    """Why it cannot be stored, about whom and which meeting."""
    offer = form.ground.offer
    words: str = {
        "cancelled": _("This meeting has been called off."),
        "past": _("This meeting is over."),
        "walk_in": _("No sign-up is needed for this meeting."),
        "undecided": _("The date of this meeting is not fixed yet."),
        "way_unknown": _("This way of taking part is not offered."),
        "choice_used_up": _(
            "“%(choice)s” is used up. Please choose another answer, or none.",
            choice=choice_label(refused, offer),
        ),
    }.get(refused.code, _("This is not possible just now."))
    about = [one.title for one in offer.meetings if one.id == refused.event_id]
    if refused.person is not None and refused.person < form.count:
        name = form.people[refused.person]["name"].data
        about.append(_("%(name)s", name=name))
    return _("%(about)s: %(words)s", about=_(", ").join(about), words=words) if about else words
