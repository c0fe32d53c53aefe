"""Reminders: the list, writing with a preview, the question, and the start."""

import re
import secrets
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import Busy
from app.base.timezones import to_local
from app.events import queries as events
from app.events.facts import MeetingView
from app.organiser.arguments import find_id, row_id
from app.organiser.blueprint import blueprint
from app.organiser.forms import TEXTS, ReminderForm
from app.organiser.words import queue_facts
from app.reminders import letters, queries, rules, service
from app.reminders.facts import CampaignView, Recipient, Text
from app.web.locale import current_locale

Page = tuple[str, int]
ONCE = re.compile("[0-9a-f]{16}")


@blueprint.get("/events/<slug:slug>/reminders")
@office
def reminders(slug: str) -> str:
    """What was sent, and what is being written."""
    meeting = _meeting(slug)

    def shown(one: CampaignView) -> str:
        return letters.shown_subject(one.text, meeting)

    return render_template(
        "office/reminders.html",
        meeting=meeting,
        campaigns=[
            (one, shown(one), told, to_local(one.started_at or one.created_at, meeting.zone))
            for one, told in queries.list_campaigns(meeting.id)
        ],
        **queue_facts(),
    )


@blueprint.get("/events/<slug:slug>/reminders/new")
@office
def new_reminder(slug: str) -> str:
    """The default text, to be changed."""
    return _show(_meeting(slug), None, _form(letters.default_text()))


@blueprint.post("/events/<slug:slug>/reminders/new")
@office
def write_new_reminder(slug: str) -> Response | Page | str:
    """Whatever button was pressed on a reminder that is not stored yet."""
    return _act(_meeting(slug), None, ReminderForm(request.form))


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/edit")
@office
def edit_reminder(slug: str, campaign_id: int) -> Response | str:
    """A draft, to be changed."""
    meeting = _meeting(slug)
    campaign = queries.get_campaign(meeting.id, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id))
    return _show(meeting, campaign, _form(campaign.text, campaign.version))


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/edit")
@office
def write_reminder(slug: str, campaign_id: int) -> Response | Page | str:
    """Whatever button was pressed on a draft."""
    meeting = _meeting(slug)
    campaign = queries.get_campaign(meeting.id, campaign_id)
    return _act(meeting, campaign, ReminderForm(request.form))


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/send")
@office
def ask_to_send(slug: str, campaign_id: int) -> Response | str:
    """The question with the number."""
    meeting = _meeting(slug)
    campaign = queries.get_campaign(meeting.id, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id))
    return _ask(meeting, campaign)


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/send")
@office
def send(slug: str, campaign_id: int) -> Response | Page:
    """Start sending, once however often the button is pressed."""
    meeting = _meeting(slug)
    try:
        service.start(
            meeting.id,
            campaign_id,
            find_id(request.form.get("version")) or 0,
            find_id(request.form.get("up_to")) or 0,
            actor(),
        )
    except service.Changed:
        campaign = queries.get_campaign(meeting.id, campaign_id)
        told = _("The text was changed meanwhile. This is how it reads now.")
        return _ask(meeting, campaign, problem=told), HTTPStatus.CONFLICT
    except service.Nobody:
        campaign = queries.get_campaign(meeting.id, campaign_id)
        told = _("Nobody is signed up just now, so nothing was sent.")
        return _ask(meeting, campaign, problem=told), HTTPStatus.UNPROCESSABLE_ENTITY
    except service.CalledOff:
        campaign = queries.get_campaign(meeting.id, campaign_id)
        return _ask(_meeting(slug), campaign), HTTPStatus.CONFLICT
    except Busy:
        campaign = queries.get_campaign(meeting.id, campaign_id)
        told = _("We are very busy just now. Please press the button again in a minute.")
        return _ask(meeting, campaign, problem=told), HTTPStatus.SERVICE_UNAVAILABLE
    return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id), HTTPStatus.SEE_OTHER)


def _act(
    meeting: MeetingView, campaign: CampaignView | None, form: ReminderForm
) -> Response | Page | str:
    step, _colon, person = request.form.get("step", "check").partition(":")
    if "fix" in request.form:
        form.fix(request.form["fix"])
        return _show(meeting, campaign, form)
    if step == "person":
        form.person.data = person
    if step in {"person", "preview"}:
        return _show(meeting, campaign, form)
    if not form.validate():
        return _show(meeting, campaign, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return redirect(_store(meeting, campaign, form, step), HTTPStatus.SEE_OTHER)
    except service.Changed:
        return _changed(meeting, campaign, form)
    except Busy:
        return _show(meeting, campaign, form, busy=True), HTTPStatus.SERVICE_UNAVAILABLE


def _store(
    meeting: MeetingView, campaign: CampaignView | None, form: ReminderForm, step: str
) -> str:
    """Store the draft, try it where that was asked for, and return the address of the next page."""
    saved = service.save(
        meeting.id,
        form.text,
        actor(),
        campaign_id=campaign.id if campaign else None,
        version=find_id(request.form.get("version")) or 0,
    )
    if step != "test":
        return url_for(".ask_to_send", slug=meeting.slug, campaign_id=saved)
    _try_on_oneself(meeting, form)
    return url_for(".edit_reminder", slug=meeting.slug, campaign_id=saved)


def _try_on_oneself(meeting: MeetingView, form: ReminderForm) -> None:
    found = queries.find_recipient(meeting.id, find_id(form.person.data))
    like = found.here if found else service.nobody(actor(), current_locale())
    service.send_test(meeting.id, form.text, like, actor(), _once(form.once.data))
    flash(_("A test letter goes to %(address)s.", address=actor().email), "success")


def _changed(meeting: MeetingView, campaign: CampaignView | None, form: ReminderForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    if campaign is not None and campaign.state == "draft":
        form.version.data = str(campaign.version)
        return _show(meeting, campaign, form, stored=campaign.text), HTTPStatus.CONFLICT
    return _show(meeting, None, form, sent=campaign), HTTPStatus.CONFLICT


def _form(text: Text, version: int = 0) -> ReminderForm:
    values: dict[str, Any] = {name: getattr(text, name) for name in TEXTS}
    person = request.args.get("person", "")
    return ReminderForm(
        data={**values, "version": version, "person": person, "once": secrets.token_hex(8)}
    )


def _show(
    meeting: MeetingView, campaign: CampaignView | None, form: ReminderForm, **more: Any
) -> str:
    """The text with a preview as one real recipient gets it."""
    found = queries.find_recipient(meeting.id, find_id(form.person.data))
    like = found.here if found else service.nobody(actor(), current_locale())
    return render_template(
        "office/write.html",
        meeting=meeting,
        campaign=campaign,
        form=form,
        fixes=list(form.fixes),
        variables=rules.VARIABLES,
        values=_values(meeting, form.text, like),
        people=queries.audience(meeting.id),
        neighbours=found,
        preview=_preview(meeting, form.text, like),
        **more,
    )


def _ask(meeting: MeetingView, campaign: CampaignView, problem: str = "") -> str:
    found = queries.find_recipient(meeting.id, request.args.get("person", type=row_id))
    like = found.here if found else service.nobody(actor(), current_locale())
    return render_template(
        "office/send.html",
        meeting=meeting,
        campaign=campaign,
        people=queries.audience(meeting.id),
        preview=_preview(meeting, campaign.text, like),
        **queue_facts(),
        problem=problem,
    )


def _values(meeting: MeetingView, text: Text, like: Recipient) -> dict[str, str]:
    facts = letters.meeting_facts(meeting.id, now())
    return facts.values_for(like, text.language_for(like.locale), letters.hidden_link())


def _preview(meeting: MeetingView, text: Text, like: Recipient) -> dict[str, Any]:
    """The letter with every wrong variable marked; a personal link is nobody else's to see."""
    values = _values(meeting, text, like)
    subject, body = text.of(like.locale)
    return {
        "to": like,
        "locale": text.language_for(like.locale),
        "subject": _marked(subject, values),
        "body": _marked(body, values),
    }


def _marked(text: str, values: dict[str, str]) -> Markup:
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.wrong else escape(piece.text)
        for piece in rules.pieces(text, values)
    )


def _once(raw: str | None) -> str:
    """The page's own number, by which a second press is known; a new one for anything else."""
    return raw if raw and ONCE.fullmatch(raw) else secrets.token_hex(8)


def _meeting(slug: str) -> MeetingView:
    return events.get_meeting(slug, current_locale(), now())
