"""The settings of a meeting: what, when, where, places; who is told; calling it off."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.meeting_forms import SESSIONS, MeetingForm, TellForm, values_of
from app.organiser.reason_forms import ReasonForm
from app.registration import meetings
from app.registration.change_preview import preview_change
from app.registration.concerned import kinds_of
from app.registration.lists.change_told import find_change_told
from app.registration.meeting_settings import (
    Audience,
    People,
    Stored,
    count_audience,
    get_stored,
)
from app.registration.meetings import MeetingSettings
from app.web.locale import current_locale

Page = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What a change means to people: ``told`` hear of it, ``over`` are (way, taken, places).

    ``kinds``: of the notices that tell it; ``must_tell``: some hear of it in any case, and
    ``may_tell``: others as the office wishes.
    """

    kinds: tuple[str, ...]
    told: People
    must_tell: bool
    may_tell: bool
    over: tuple[tuple[str, int, int], ...]

    @property
    def ask(self) -> bool:
        """Whether to ask before it is stored."""
        return bool(self.told or self.over)


@blueprint.get("/events/<slug:slug>/settings")
@office
def settings(slug: str) -> str:
    """The form, as things are."""
    meeting = get_head(slug, current_locale())
    stored = get_stored(meeting.id)
    return _show(meeting, stored, _form(meeting, stored.settings))


@blueprint.post("/events/<slug:slug>/settings")
@office
def change_settings(slug: str) -> Response | Page | str:
    """Check, ask where people are concerned, store."""
    meeting = get_head(slug, current_locale())
    stored = get_stored(meeting.id)
    form = MeetingForm(request.form)
    if request.form.get("step") in {"back", "add"}:
        return _show(meeting, stored, form, more=request.form["step"] == "add")
    wanted = form.read(stored.settings, meeting.zone, stored.used)
    if wanted is None:
        return _show(meeting, stored, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.seen.data != meetings.digest(stored.settings):
        return _changed(meeting, form, wanted)
    found = _consequences(stored.settings, wanted, count_audience(meeting.id))
    asked = TellForm(request.form)
    if found.ask and request.form.get("step") != "confirm":
        return _ask(meeting, form, wanted, TellForm(data={"tell": "1"}), found)
    if not asked.validate():
        return _ask(meeting, form, wanted, asked, found), HTTPStatus.UNPROCESSABLE_ENTITY
    return _store(meeting, form, wanted, asked)


@blueprint.get("/events/<slug:slug>/call-off")
@office
def ask_to_call_off(slug: str) -> Response | str:
    """The question with the number of people."""
    meeting = get_head(slug, current_locale())
    if get_stored(meeting.id).state == "cancelled":
        flash(_("This meeting has been called off already."), "success")
        return redirect(url_for(".settings", slug=slug), HTTPStatus.SEE_OTHER)
    return _ask_to_call_off(meeting, ReasonForm())


@blueprint.post("/events/<slug:slug>/call-off")
@office
def call_off(slug: str) -> Response | Page:
    """Call it off, once however often pressed."""
    meeting = get_head(slug, current_locale())
    form = ReasonForm(request.form)
    if not form.validate():
        return _ask_to_call_off(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    meetings.call_off(meeting.id, actor(), form.reason.data or "")
    flash(_("The meeting has been called off. Everybody signed up is told."), "success")
    return redirect(url_for(".settings", slug=slug), HTTPStatus.SEE_OTHER)


def _consequences(
    stored: MeetingSettings, wanted: MeetingSettings, people: Audience
) -> Consequences:
    changed = set(meetings.differences(stored, wanted))
    kinds = kinds_of(changed)
    always = people.told_by(kinds_of(changed, tell=False))
    lowered = {
        way: places
        for way, places in wanted.places.items()
        if places is not None and stored.places.get(way, places) != places
    }
    return Consequences(
        kinds=kinds,
        told=people.told_by(kinds),
        must_tell=bool(always),
        may_tell=people.told_by(kinds) != always,
        over=tuple(
            (way, people.taken[way], places)
            for way, places in lowered.items()
            if people.taken.get(way, 0) > places
        ),
    )


def _store(
    meeting: MeetingHead, form: MeetingForm, wanted: MeetingSettings, asked: TellForm
) -> Response | Page:
    try:
        changed = meetings.change_meeting(
            meeting.id,
            wanted,
            actor(),
            tell=bool(asked.tell.data),
            reason=asked.reason.data or "",
            seen=form.seen.data,
        )
    except ChangedMeanwhile:
        return _changed(meeting, form, wanted)
    if changed:
        flash(_("The settings have been stored."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    moved = "1" if "spans" in changed and "closes_at" not in changed else None
    return redirect(url_for(".settings", slug=meeting.slug, moved=moved), HTTPStatus.SEE_OTHER)


def _changed(meeting: MeetingHead, form: MeetingForm, wanted: MeetingSettings) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    stored = get_stored(meeting.id)
    typed = MeetingForm(data=values_of(wanted, meeting.zone))
    typed.shown.data = form.shown.data
    clash = merge(typed, _form(meeting, stored.settings))
    return _show(meeting, stored, typed, clash=clash), HTTPStatus.CONFLICT


def _form(meeting: MeetingHead, stored: MeetingSettings) -> MeetingForm:
    values = values_of(stored, meeting.zone)
    return MeetingForm(data={**values, "seen": meetings.digest(stored)})


def _show(
    meeting: MeetingHead,
    stored: Stored,
    form: MeetingForm,
    *,
    more: bool = False,
    clash: Clash | None = None,
) -> str:
    return render_template(
        "office/settings.html",
        meeting=meeting,
        form=form,
        used=stored.used,
        called_off=stored.state == "cancelled",
        closed=to_local(stored.closed_at, meeting.zone) if stored.closed_at else None,
        sessions=form.rows(more=more),
        most=SESSIONS,
        more=more,
        clash=clash,
        told=find_change_told(meeting.id),
        kept=_kept(meeting, stored.settings),
    )


def _kept(meeting: MeetingHead, stored: MeetingSettings) -> datetime | None:
    """The closing time, where the day has just been moved and it has stayed."""
    if request.args.get("moved") != "1" or not stored.spans or stored.closes_at is None:
        return None
    return to_local(stored.closes_at, meeting.zone)


def _ask(
    meeting: MeetingHead,
    form: MeetingForm,
    wanted: MeetingSettings,
    asked: TellForm,
    found: Consequences,
) -> str:
    """The question, with the letter that would go; that of those online, too, where it differs."""
    whom = list(found.kinds) if found.told else []
    if found.must_tell and "online" not in whom:
        whom.append("online")
    letters = [preview_change(meeting, wanted, [kind]) for kind in whom]
    shown = {one.to.registration_id: one for one in letters if one is not None}
    return render_template(
        "office/settings_ask.html",
        meeting=meeting,
        form=form,
        asked=asked,
        found=found,
        previews=list(shown.values()),
    )


def _ask_to_call_off(meeting: MeetingHead, form: ReasonForm) -> str:
    people = count_audience(meeting.id).everybody
    return render_template("office/call_off.html", meeting=meeting, form=form, told=people)
