"""What has become of a reminder: how many letters were accepted, and each recipient's."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.facts import Actor
from app.auth.guards import actor, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events import queries as events
from app.events.facts import MeetingView
from app.mail.words import reason_words
from app.organiser.audience_words import REASONS
from app.organiser.blueprint import blueprint
from app.organiser.words import queue_facts
from app.organiser.writing import day_of
from app.reminders import letters, queries, readers, service
from app.reminders.facts import Audience, CampaignView, LetterRow, Progress
from app.web.arguments import row_id
from app.web.locale import current_locale

ARGUMENTS = ("tab", "after", "before")


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>")
@office
def reminder(slug: str, campaign_id: int) -> Response | str:
    """The whole page; ``tab`` chooses whose letters are listed."""
    meeting = events.get_meeting(slug, current_locale(), now())
    campaign = queries.get_campaign(meeting.id, campaign_id)
    if campaign.state == "draft":
        return redirect(url_for(".edit_reminder", slug=slug, campaign_id=campaign_id))
    return render_template(
        "office/progress.html",
        **_facts(meeting, campaign),
        subject=letters.shown_subject(campaign.text, [meeting]),
        words=day_of(slug).words(campaign.order),
        asked={name: request.args[name] for name in ARGUMENTS if name in request.args},
    )


@blueprint.get("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>/progress")
@office
def reminder_progress(slug: str, campaign_id: int) -> str:
    """All of the page that changes, for the script that looks again."""
    meeting = events.get_meeting(slug, current_locale(), now())
    campaign = queries.get_campaign(meeting.id, campaign_id)
    return render_template("components/office_progress.html", **_facts(meeting, campaign))


@blueprint.post("/events/<slug:slug>/reminders/<int(max=2147483647):campaign_id>")
@office
def steer_reminder(slug: str, campaign_id: int) -> Response:
    """Pause, go on, stop, send again what failed, or make a draft of what was to be sent."""
    meeting = events.get_meeting(slug, current_locale(), now())
    act = _ACTS.get(request.form.get("step", ""))
    if act is not None:
        act(meeting.id, campaign_id, actor())
    back = url_for(".reminder", slug=slug, campaign_id=campaign_id)
    return redirect(back, HTTPStatus.SEE_OTHER)


_ACTS: dict[str, Callable[[int, int, Actor], object]] = {
    "pause": service.pause,
    "resume": service.resume,
    "cancel": service.cancel,
    "again": service.send_again,
    "draft": service.unschedule,
}


def _facts(meeting: MeetingView, campaign: CampaignView) -> dict[str, Any]:
    started = campaign.started_at or campaign.created_at
    told = queries.progress(campaign)
    tab = _tab(told)
    rows, before, after = queries.list_letters(
        campaign.id,
        tab,
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
    )
    return {
        "tab": tab,
        "rows": [_row(row, meeting.zone) for row in rows],
        "before": before,
        "after": after,
        **queue_facts(),
        "meeting": meeting,
        "campaign": campaign,
        "progress": told,
        "started_at": to_local(started, meeting.zone),
        "send_at": campaign.send_at and to_local(campaign.send_at, meeting.zone),
        "people_now": _people_now(campaign),
        "too_late": _comes_too_late(meeting, campaign),
        "why_missed": REASONS.get(campaign.reason, ""),
        "next_try": told.next_try and to_local(told.next_try, meeting.zone),
        "seen_at": to_local(now(), meeting.zone),
    }


def _people_now(campaign: CampaignView) -> Audience | None:
    """How many it would go to now, while it waits for its time."""
    if campaign.state != "scheduled":
        return None
    return readers.audience(readers.plan_for(campaign.event_id, campaign.order))


def _comes_too_late(meeting: MeetingView, campaign: CampaignView) -> bool:
    """Whether it is set for a time after the meeting, though not for those who (never) came."""
    if campaign.send_at is None or campaign.order.target.audience in {"came", "not_came"}:
        return False
    return bool(meeting.spans) and campaign.send_at >= max(one.end for one in meeting.spans)


def _tab(told: Progress) -> str:
    asked = request.args.get("tab", "")
    if asked in queries.TABS:
        return asked
    if told.failed or told.retrying or told.by_hand:
        return "mind"
    return "waiting" if told.queued or told.is_being_made else "accepted"


def _row(row: LetterRow, zone: str) -> tuple[LetterRow, Any, str]:
    """A letter, the moment that its state is about, and why it is so."""
    moment = row.accepted_at if row.state == "accepted" else row.due_at
    return row, moment and to_local(moment, zone), reason_words(row.reason)
