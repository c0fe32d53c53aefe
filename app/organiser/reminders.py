"""Letters to a group: the list, writing with a preview, the question, and the start."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, may_open, office
from app.base.clock import now
from app.base.errors import Busy
from app.base.timezones import to_local
from app.organiser import writing
from app.organiser.audience_words import GROUP_GONE, REASONS, timing_words
from app.organiser.blueprint import blueprint
from app.organiser.clashes import merge
from app.organiser.moments import read_moment
from app.organiser.order_forms import OrderForm
from app.organiser.words import queue_facts
from app.organiser.writing import DeskDay, day_of
from app.reminders import due, letters, queries, readers, service
from app.reminders.facts import CampaignView, Order, Target
from app.web.arguments import find_id

Page = tuple[str, int]


@blueprint.get("/events/<slug:slug>/reminders")
@office
def reminders(slug: str) -> str:
    """The rules of the day, what goes next, what was sent, and what is being written."""
    day = day_of(slug)
    whole = may_open("organiser.new_rule", slug=slug)
    rules = queries.list_rules(day.offer.series_id) if whole else []
    zone, by_id = day.meeting.zone, {one.id: one for one in day.offer.meetings}
    coming = due.worth_showing(due.upcoming(day.offer.series_id, rules, now()))
    return render_template(
        "office/reminders.html",
        meeting=day.meeting,
        several=len(day.offer.meetings) > 1,
        whole=whole,
        unseen=sum(one.enabled and not one.seen for one in rules),
        rules=[(one, timing_words(one.timing), day.words(one.order)) for one in rules],
        upcoming=[
            (
                one,
                by_id[one.event_id].title,
                to_local(one.due_at, zone),
                reason_words(one.reason),
            )
            for one in coming
        ],
        campaigns=[
            (
                *(one, letters.shown_subject(one.text, [by_id[one.event_id]]), told),
                *(to_local(_moment(one), zone), day.words(one.order), reason_words(one.reason)),
                by_id[one.event_id].slug,
            )
            for one, told in queries.list_campaigns([one.id for one in day.offer.meetings])
            if (one.rule_id or one.event_id == day.meeting.id)
            and (whole or not one.order.target.whole_day)
        ],
        **queue_facts(),
    )


@blueprint.get("/events/<slug:slug>/reminders/new")
@office
def new_reminder(slug: str) -> str:
    """The default text, to be changed."""
    order = Order(target=Target(), text=letters.default_text())
    day = day_of(slug)
    return _show(day, None, _form(day, order))


@blueprint.post("/events/<slug:slug>/reminders/new")
@office
def write_new_reminder(slug: str) -> Response | Page | str:
    """Whatever button was pressed on a letter that is not stored yet."""
    return _act(day_of(slug), None)


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/edit")
@office
def edit_reminder(slug: str, campaign_id: int) -> Response | str:
    """A draft, to be changed."""
    day = day_of(slug)
    campaign = queries.get_campaign(day.meeting.id, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id))
    day = day.with_list(campaign.order.target.list_id)
    return _show(day, campaign, _form(day, campaign.order, campaign.version))


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/edit")
@office
def write_reminder(slug: str, campaign_id: int) -> Response | Page | str:
    """Whatever button was pressed on a draft."""
    day = day_of(slug)
    return _act(day, queries.get_campaign(day.meeting.id, campaign_id))


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/send")
@office
def ask_to_send(slug: str, campaign_id: int) -> Response | str:
    """The question with the number."""
    day = day_of(slug)
    campaign = queries.get_campaign(day.meeting.id, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id))
    return _ask(day, campaign)


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/send")
@office
def send(slug: str, campaign_id: int) -> Response | Page:
    """Start sending, or set when: once however often the button is pressed."""
    day = day_of(slug)
    problem, status = _start(day, campaign_id)
    if problem:
        campaign = queries.get_campaign(day.meeting.id, campaign_id)
        return _ask(day_of(slug), campaign, problem=problem), status
    return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/remove")
@office
def ask_to_remove_reminder(slug: str, campaign_id: int) -> Response | str:
    """The question before a draft is deleted."""
    day = day_of(slug)
    campaign = queries.get_campaign(day.meeting.id, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id))
    return _ask_to_remove(day, campaign)


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/remove")
@office
def remove_reminder(slug: str, campaign_id: int) -> Response | Page:
    """Delete a draft: once however often the button is pressed."""
    day = day_of(slug)
    version = find_id(request.form.get("version")) or 0
    try:
        done = service.remove(day.meeting.id, campaign_id, version, actor())
    except service.Changed:
        campaign = queries.get_campaign(day.meeting.id, campaign_id)
        if campaign.state == "draft":
            return _ask_to_remove(day, campaign, clash=True), HTTPStatus.CONFLICT
        flash(_("It has been sent meanwhile, so it was not deleted."), "error")
        return redirect(url_for(".reminder", slug=slug, campaign_id=campaign_id), 303)
    flash(_("The draft was deleted.") if done else _("It had been deleted already."), "success")
    return redirect(url_for(".reminders", slug=slug), HTTPStatus.SEE_OTHER)


def _ask_to_remove(day: DeskDay, campaign: CampaignView, *, clash: bool = False) -> str:
    return render_template(
        "office/remove_reminder.html",
        meeting=day.meeting,
        campaign=campaign,
        words=day.words(campaign.order),
        clash=clash,
    )


def _start(day: DeskDay, campaign_id: int) -> tuple[str, HTTPStatus]:
    """Start as asked; what to say and the status where that was refused, '' where it was done."""
    later = request.form.get("step") == "later"
    typed = f"{request.form.get('day', '')} {request.form.get('clock', '')}".strip()
    send_at = read_moment(typed, day.meeting.zone) if later else None
    too_early = _("Please enter a date and a time that are still to come.")
    if later and send_at is None:
        return too_early, HTTPStatus.UNPROCESSABLE_ENTITY
    asked = service.Asked(
        version=find_id(request.form.get("version")) or 0,
        up_to=find_id(request.form.get("up_to")) or 0,
        send_at=send_at,
    )
    told, status = "", HTTPStatus.SEE_OTHER
    try:
        service.start(day.meeting.id, campaign_id, asked, actor())
    except service.Changed:
        told = _("The text was changed meanwhile. This is how it reads now.")
        status = HTTPStatus.CONFLICT
    except service.Nobody:
        told = _("Nobody belongs to this group just now, so nothing was sent.")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    except service.TooEarly:
        told, status = too_early, HTTPStatus.UNPROCESSABLE_ENTITY
    except service.GroupGone:
        told, status = str(GROUP_GONE), HTTPStatus.CONFLICT
    except service.CalledOff:
        told, status = _("The meeting was called off."), HTTPStatus.CONFLICT
    except Busy:
        told = _("We are very busy just now. Please press the button again in a minute.")
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return told, status


def reason_words(reason: str) -> str:
    """Why something that was due did not go; '' for nothing."""
    return str(REASONS.get(reason, ""))


def _moment(one: CampaignView) -> Any:
    """The moment that the list shows of a campaign."""
    return one.send_at or one.started_at or one.due_at or one.created_at


def _act(day: DeskDay, campaign: CampaignView | None) -> Response | Page | str:
    form = OrderForm(request.form)
    form.offer(day.with_list(campaign.order.target.list_id if campaign else None).choices)
    step = writing.pressed(form)
    if not step:
        return _show(day, campaign, form)
    if not form.validate():
        return _show(day, campaign, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return redirect(_store(day, campaign, form, step), HTTPStatus.SEE_OTHER)
    except service.Changed:
        return _changed(day, campaign, form)
    except Busy:
        return _show(day, campaign, form, busy=True), HTTPStatus.SERVICE_UNAVAILABLE


def _store(day: DeskDay, campaign: CampaignView | None, form: OrderForm, step: str) -> str:
    """Store the draft, try it where that was asked for, and return the address of the next page."""
    meeting, order = day.meeting, letters.refreshed(form.order)
    saved = service.save(
        meeting.id,
        order,
        actor(),
        campaign_id=campaign.id if campaign else None,
        version=find_id(form.seen.data) or 0,
    )
    if step != "test":
        return url_for(".ask_to_send", slug=meeting.slug, campaign_id=saved)
    plan = readers.plan_for(meeting.id, order)
    like = writing.reader(plan, form.person.data)
    service.send_test(plan, like, actor(), writing.once(form.once.data))
    flash(_("A test letter goes to %(address)s.", address=actor().email), "success")
    return url_for(".edit_reminder", slug=meeting.slug, campaign_id=saved)


def _changed(day: DeskDay, campaign: CampaignView | None, form: OrderForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    if campaign is not None and campaign.state == "draft":
        day = day.with_list(campaign.order.target.list_id)
        clash = merge(form, _form(day, campaign.order, campaign.version))
        form.offer(day.choices)
        return _show(day, campaign, form, clash=clash), HTTPStatus.CONFLICT
    return _show(day, None, form, sent=campaign), HTTPStatus.CONFLICT


def _form(day: DeskDay, order: Order, version: int = 0) -> OrderForm:
    given = {**writing.fields_of(order), "seen": str(version), **writing.new_once()}
    form = OrderForm(data=given)
    form.offer(day.choices)
    return form


def _show(day: DeskDay, campaign: CampaignView | None, form: OrderForm, **more: Any) -> str:
    """The text with a preview as one real recipient gets it."""
    writing.refresh_default(form, after=False)
    return render_template(
        "office/write.html",
        meeting=day.meeting,
        several=len(day.offer.meetings) > 1,
        campaign=campaign,
        form=form,
        fixes=list(form.fixes),
        words=day.words(form.order),
        **writing.shown(readers.plan_for(day.meeting.id, form.order), form.person.data),
        **{"clash": None, **more},
    )


def _ask(day: DeskDay, campaign: CampaignView, problem: str = "") -> str:
    return render_template(
        "office/send.html",
        meeting=day.meeting,
        campaign=campaign,
        words=day.words(campaign.order),
        day=request.form.get("day", ""),
        clock=request.form.get("clock", "10:00"),
        **writing.shown(readers.plan_of(campaign), request.args.get("person")),
        **queue_facts(),
        problem=problem,
    )
