"""What is due: rules at their moment, campaigns at theirs. A duty of the worker.

Nothing is queued ahead: when its moment has come a rule looks at the meeting's present time and at
each person's present state, so moving the meeting moves the reminder.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.auth.queries import list_addresses
from app.base.clock import now
from app.base.languages import DEFAULT
from app.base.timezones import to_local
from app.config import current_settings
from app.db import db, transaction
from app.db.session import WriteSession
from app.events import heads
from app.events import queries as events
from app.events.models import Event
from app.mail import outbox
from app.mail.models import OutboxLetter
from app.reminders import gone, groups, letters, plans, queries, ruling, service, timing
from app.reminders.facts import CampaignView, RuleView, Upcoming
from app.reminders.making import Stop
from app.reminders.models import Campaign, ReminderRule
from app.reminders.timing import Standing, Stretch

Runs = Mapping[datetime | None, CampaignView]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to be done now about a rule for one meeting: as ``timing.decide`` says."""

    rule: RuleView
    meeting: Stretch
    step: timing.Step
    reason: timing.Reason


def due_tick(stop: Stop) -> None:
    """Begin what is due now; ask the office to look at what will be due within a day.

    Raises:
        Busy: the database could not be had; what was begun stays begun.
    """
    ruling.give_first_rules()
    moment = now()
    for one in list(_steps(moment)):
        if stop.asked:
            return
        if one.step == "ask":
            _ask(one)
        else:
            _run(one)
    for event_id, campaign_id in _scheduled(moment):
        if stop.asked:
            return
        _begin_scheduled(event_id, campaign_id)


def upcoming(series_id: int, rules: Iterable[RuleView], moment: datetime) -> list[Upcoming]:
    """What the rules of a series will do, by meeting: when, and to how many people as of now."""
    found = []
    rules = list(rules)
    session = db.session()
    meetings = queries.read_stretches(session, [series_id]).get(series_id, [])
    runs = queries.read_runs(session, [rule.id for rule in rules])
    for rule in rules:
        for meeting in timing.in_order(rule.timing, meetings):
            known = runs.get((rule.id, meeting.event_id), {})
            due = timing.due_at(rule.timing, meeting)
            if meeting.start in known or due < min(rule.timed_at, moment - timing.REMEMBERED):
                continue
            plan = plans.plan_rule(rule, meeting.event_id, meetings)
            step, reason = _decide(rule, meeting, known, moment)
            found.append(
                Upcoming(
                    rule_id=rule.id,
                    event_id=meeting.event_id,
                    due_at=due,
                    people=groups.count(session, rule.order.target, plan.scope).everybody,
                    step="over" if due < rule.timed_at else step,
                    reason=reason,
                )
            )
    return found


def worth_showing(coming: Iterable[Upcoming]) -> list[Upcoming]:
    """By time; a rule's meetings without readers are left out where another of the day has some.

    Those who come to several meetings count at one of them only.
    """
    found = sorted(coming, key=lambda one: one.due_at)
    reached = {one.rule_id for one in found if one.people}
    return [one for one in found if one.people or one.rule_id not in reached]


def _steps(moment: datetime) -> Iterator[Step]:
    """Every rule and meeting about which something is to be done now: three queries."""
    session = db.session()
    rules = queries.list_enabled_rules()
    series_ids = sorted({rule.series_id for rule in rules})
    meetings = queries.read_stretches(session, series_ids, moment - timing.LONGEST_AFTER)
    runs = queries.read_runs(session, [rule.id for rule in rules])
    db.session.close()
    for rule in rules:
        for meeting in meetings.get(rule.series_id, []):
            known = runs.get((rule.id, meeting.event_id), {})
            due = timing.due_at(rule.timing, meeting)
            if meeting.start in known or due < moment - timing.REMEMBERED:
                continue
            step, reason = _decide(rule, meeting, known, moment)
            if step != "wait":
                yield Step(rule=rule, meeting=meeting, step=step, reason=reason)


def _decide(
    rule: RuleView, meeting: Stretch, known: Runs, moment: datetime
) -> tuple[timing.Step, timing.Reason]:
    """What is to be done now; where nobody could say that it is right, why."""
    step, reason = timing.decide(_standing(rule, meeting, known), moment, _late())
    return step, "group" if reason == "unseen" and rule.group_gone else reason


def _standing(rule: RuleView, meeting: Stretch, known: Runs) -> Standing:
    sent = [one.started_at for one in known.values() if one.started_at is not None]
    return Standing(
        due_at=timing.due_at(rule.timing, meeting),
        start=meeting.start,
        before=not rule.timing.after,
        seen=rule.seen,
        timed_at=rule.timed_at,
        sent_at=max(sent, default=None),
    )


def _run(one: Step) -> None:
    """Make the campaign of a rule that is due, or note that it was missed: once, under its lock."""
    series_id, meeting = one.rule.series_id, one.meeting
    due = timing.due_at(one.rule.timing, meeting)
    meetings = queries.read_stretches(db.session(), [series_id]).get(series_id, [])
    if meeting not in meetings:
        return
    plan = plans.plan_rule(one.rule, meeting.event_id, meetings, until=due)
    counted = None
    if one.step == "send":  # before the transaction: it takes long
        counted = groups.count(db.session(), plan.order.target, plan.scope)
    db.session.close()
    with transaction() as session:
        if not _is_still_so(session, one):
            return
        campaign = Campaign(
            event_id=meeting.event_id,
            rule_id=one.rule.id,
            starts_at=meeting.start,
            due_at=due,
            created_at=now(),
            state="missed",
            reason=one.reason,
        )
        queries.write_order(campaign, plan.order)
        session.add(campaign)
        if counted is not None:
            service.count_in(campaign, counted)
            campaign.state, campaign.started_at = "making", now()


def _is_still_so(session: WriteSession, one: Step) -> bool:
    """Whether rule and meeting are as they were and nothing was done; locks the rule."""
    rule = session.scalar(
        select(ReminderRule).where(ReminderRule.id == one.rule.id).with_for_update()
    )
    if rule is None or not rule.enabled or rule.version != one.rule.version:
        return False
    meetings = queries.read_stretches(session, [rule.series_id]).get(rule.series_id, [])
    known = queries.read_runs(session, [rule.id]).get((rule.id, one.meeting.event_id), {})
    return one.meeting in meetings and one.meeting.start not in known


def _ask(one: Step) -> None:
    """Ask everybody of the office to look at a rule: once for each version and day it is due."""
    due = timing.due_at(one.rule.timing, one.meeting)
    day = to_local(due, one.meeting.zone).date()
    mark = f"rule_unseen:{one.rule.id}:{one.rule.version}:{day:%Y%m%d}"
    day_ids = heads.ids_of_series(one.rule.series_id)
    people = {f"{mark}:{who.id}": who for who in list_addresses(day_ids)}
    asked = set(db.session.scalars(select(OutboxLetter.key).where(OutboxLetter.key.in_(people))))
    meeting = events.get_meeting_by_id(one.meeting.event_id, DEFAULT, now())
    db.session.close()
    made = [
        letters.unseen(key, who, meeting, one.rule, due)
        for key, who in people.items()
        if key not in asked
    ]
    if made:
        with transaction() as session:
            outbox.post_many(session, made, now())


def _scheduled(moment: datetime) -> list[tuple[int, int]]:
    query = select(Campaign.event_id, Campaign.id).where(
        Campaign.state == "scheduled", Campaign.send_at <= moment
    )
    ids = [(row.event_id, row.id) for row in db.session.execute(query.order_by(Campaign.id))]
    db.session.close()
    return ids


def _begin_scheduled(event_id: int, campaign_id: int) -> None:
    """Begin a campaign at its time; not where its meeting was called off, or much too late."""
    readers = service.count_readers(event_id, campaign_id)
    with transaction() as session:
        query = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == "scheduled")
        campaign = session.scalar(query.with_for_update())
        if campaign is None or campaign.send_at is None or campaign.send_at > now():
            return
        event = session.scalars(select(Event.state).where(Event.id == campaign.event_id)).one()
        if event == "cancelled":
            campaign.state, campaign.reason = "missed", "called_off"
        elif gone.is_gone(session, campaign_id):
            campaign.state, campaign.reason = "missed", "group"
        elif now() - campaign.send_at > _late():
            campaign.state, campaign.reason = "missed", "late"
        else:
            service.begin(campaign, readers)


def _late() -> timedelta:
    return timedelta(hours=current_settings().reminder_late_hours)
