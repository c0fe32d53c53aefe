"""Reading rules and campaigns, and what has become of each letter."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.auth.models import Account
from app.base.errors import NotFound
from app.db import db
from app.events.models import Event, EventSession, Series
from app.mail.models import OutboxLetter
from app.registration.models import Registration
from app.registration.rules import show_number
from app.reminders.facts import (
    CampaignView,
    LetterRow,
    Order,
    Progress,
    RuleView,
    Target,
    Text,
)
from app.reminders.gone import group_gone
from app.reminders.models import Campaign, ReminderRule, Wording
from app.reminders.progress import count_letters, progress_from
from app.reminders.timing import Stretch, Timing, in_turn

PAGE = 50
TABS = {
    "mind": ("failed", "retrying", "by_hand"),
    "waiting": ("queued", "sending", "held", "outdated"),
    "accepted": ("accepted", "told"),
}


def get_campaign(event_id: int, campaign_id: int) -> CampaignView:
    """One campaign of a meeting.

    Raises:
        NotFound: the meeting has none of this id.
    """
    query = _campaigns().where(Campaign.id == campaign_id, Campaign.event_id == event_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("campaign")
    return _campaign_view(row)


def event_ids_of(campaign_id: int) -> frozenset[int]:
    """The meetings whose people a campaign may name: its own, or all of its day."""
    own = select(Campaign.event_id).where(Campaign.id == campaign_id).scalar_subquery()
    whole = select(Campaign.whole_day).where(Campaign.id == campaign_id).scalar_subquery()
    series = select(Event.series_id).where(Event.id == own).scalar_subquery()
    query = select(Event.id).where(
        or_(Event.id == own, and_(whole.is_(True), Event.series_id == series))
    )
    return frozenset(db.session.scalars(query))


def ids_of_meeting(event_id: int) -> Select[int]:
    """A query for the campaigns of a meeting, to be used within another."""
    return select(Campaign.id).where(Campaign.event_id == event_id)


def meetings_of(ids: Collection[int]) -> dict[int, int]:
    """The meetings of campaigns: one query, none where none are asked for."""
    query = select(Campaign.id, Campaign.event_id).where(Campaign.id.in_(ids))
    return {row.id: row.event_id for row in db.session.execute(query)} if ids else {}


def rule_ids_of_series(series_id: int) -> Select[int]:
    """A query for the rules of a series, removed ones too, to be used within another."""
    return select(ReminderRule.id).where(ReminderRule.series_id == series_id)


def series_of_rules(ids: Collection[int]) -> dict[int, int]:
    """The series of rules, removed ones too: one query, none where none are asked for."""
    query = select(ReminderRule.id, ReminderRule.series_id).where(ReminderRule.id.in_(ids))
    return {row.id: row.series_id for row in db.session.execute(query)} if ids else {}


def find_campaign(session: Session, campaign_id: int) -> CampaignView | None:
    """The campaign of this id, of whatever meeting."""
    row = session.execute(_campaigns().where(Campaign.id == campaign_id)).first()
    return None if row is None else _campaign_view(row)


def list_campaigns(event_ids: Sequence[int]) -> list[tuple[CampaignView, Progress]]:
    """The campaigns of meetings, the newest first, in two queries."""
    rows = db.session.execute(
        _campaigns().where(Campaign.event_id.in_(event_ids)).order_by(Campaign.id.desc())
    ).all()
    views = [_campaign_view(row) for row in rows]
    counts = count_letters(OutboxLetter.campaign_id.in_([view.id for view in views]))
    return [(view, progress_from(view, counts[view.id])) for view in views]


def progress(campaign: CampaignView) -> Progress:
    """How far the sending of ``campaign`` is, counted now."""
    counts = count_letters(OutboxLetter.campaign_id == campaign.id)
    return progress_from(campaign, counts[campaign.id])


def list_letters(
    campaign_id: int, tab: str, *, after: int | None = None, before: int | None = None
) -> tuple[list[LetterRow], int | None, int | None]:
    """One page of letters in the order of their making, and where the pages beside it go on."""
    backwards = after is None and before is not None
    query = _letters(campaign_id).where(OutboxLetter.state.in_(TABS[tab]))
    if backwards:
        query = query.where(OutboxLetter.id < before).order_by(OutboxLetter.id.desc())
    else:
        query = query.where(OutboxLetter.id > (after or 0)).order_by(OutboxLetter.id)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    more, letters = len(rows) > PAGE, [_letter_row(row) for row in rows[:PAGE]]
    if backwards:
        letters.reverse()
    if not letters and (after is not None or before is not None):
        return list_letters(campaign_id, tab)  # what was there has changed its state meanwhile
    if not letters:
        return [], None, None
    earlier = more if backwards else after is not None
    later = True if backwards else more
    return letters, letters[0].id if earlier else None, letters[-1].id if later else None


def get_rule(series_id: int, rule_id: int) -> RuleView:
    """One rule of a series.

    Raises:
        NotFound: the series has none of this id.
    """
    found = _rules(ReminderRule.id == rule_id, ReminderRule.series_id == series_id)
    if not found:
        raise NotFound("rule")
    return found[0]


def find_rule(session: Session, rule_id: int) -> RuleView:
    """The rule of this id, also one that was removed."""
    query = select(ReminderRule, group_gone(ReminderRule)).where(ReminderRule.id == rule_id)
    row = session.execute(query).one()
    return rule_view(row.ReminderRule, group_gone=row.group_gone)


def list_rules(series_id: int) -> list[RuleView]:
    """The rules of a series, in the order in which they are due."""
    meetings = read_stretches(db.session(), [series_id]).get(series_id, [])
    found = _rules(ReminderRule.series_id == series_id)
    return sorted(found, key=lambda one: in_turn(one.timing, meetings))


def list_enabled_rules() -> list[RuleView]:
    """Every rule that may send, of all series."""
    return _rules(ReminderRule.enabled.is_(True))


def _rules(*conditions: ColumnElement[bool]) -> list[RuleView]:
    query = (
        select(
            *(ReminderRule, group_gone(ReminderRule)),
            func.coalesce(Account.name, "").label("seen_by"),
        )
        .outerjoin(Account, Account.id == ReminderRule.seen_by)
        .where(ReminderRule.removed_at.is_(None), *conditions)
        .order_by(ReminderRule.id)
    )
    return [
        rule_view(row.ReminderRule, row.seen_by, group_gone=row.group_gone)
        for row in db.session.execute(query)
    ]


def read_stretches(
    session: Session, series_ids: Sequence[int], since: datetime | None = None
) -> dict[int, list[Stretch]]:
    """By series: its published meetings with a date; only those that end after ``since``."""
    query = (
        select(
            *(Event.series_id, Event.id, Event.zone),
            func.min(EventSession.starts_at).label("start"),
            func.max(EventSession.ends_at).label("end"),
        )
        .join(EventSession, EventSession.event_id == Event.id)
        .where(Event.series_id.in_(series_ids), Event.state == "published")
        .group_by(Event.series_id, Event.id, Event.zone)
        .order_by(Event.id)
    )
    if since is not None:
        query = query.having(func.max(EventSession.ends_at) > since)
    found = defaultdict(list)
    for row in session.execute(query):
        stretch = Stretch(event_id=row.id, start=row.start, end=row.end, zone=row.zone)
        found[row.series_id].append(stretch)
    return dict(found)


def read_runs(
    session: Session, rule_ids: Sequence[int]
) -> dict[tuple[int, int], dict[datetime | None, CampaignView]]:
    """What rules have done: by (rule, meeting) and the start that it was for (aware UTC)."""
    rows = session.execute(_campaigns().where(Campaign.rule_id.in_(rule_ids)))
    found: dict[tuple[int, int], dict[datetime | None, CampaignView]] = defaultdict(dict)
    for row in rows:
        campaign = row.Campaign
        found[campaign.rule_id, campaign.event_id][campaign.starts_at] = _campaign_view(row)
    return dict(found)


def rule_view(rule: ReminderRule, seen_by: str = "", *, group_gone: bool = False) -> RuleView:
    """A stored rule; it has not been seen as it is where its group is gone."""
    return RuleView(
        id=rule.id,
        series_id=rule.series_id,
        timing=Timing(unit=rule.unit, amount=rule.amount, after=rule.after, minute=rule.minute),
        order=order_of(rule),
        enabled=rule.enabled,
        version=rule.version,
        timed_at=rule.timed_at,
        seen=rule.seen_version == rule.version and not group_gone,
        group_gone=group_gone,
        seen_at=rule.seen_at,
        seen_by=seen_by,
    )


def told_of(order: Order) -> dict[str, Any]:
    """What the audit log keeps of a letter to many: text and recipients, nobody's own values."""
    target = order.target
    return {
        "subject": order.text.subject,
        "body": order.text.body,
        "subject_en": order.text.subject_en,
        "body_en": order.text.body_en,
        "target": target.audience,
        "whole_day": target.whole_day,
        "asks_coming": order.asks_coming,
    }


def order_of(stored: Wording) -> Order:
    """What a stored rule or campaign says."""
    return Order(
        target=Target(
            audience=stored.audience,
            question_id=stored.question_id,
            choice_id=stored.choice_id,
            whole_day=stored.whole_day,
            list_id=stored.list_id if isinstance(stored, Campaign) else None,
        ),
        text=Text(
            subject=stored.subject,
            body=stored.body,
            subject_en=stored.subject_en,
            body_en=stored.body_en,
        ),
        asks_coming=stored.asks_coming,
        file_id=stored.file_id,
    )


def write_order(stored: Wording, order: Order) -> None:
    """Put what somebody wrote into a rule or campaign."""
    stored.audience = order.target.audience
    stored.question_id, stored.choice_id = order.target.question_id, order.target.choice_id
    stored.whole_day = order.target.whole_day
    if isinstance(stored, Campaign):
        stored.list_id = order.target.list_id
    stored.asks_coming, stored.file_id = order.asks_coming, order.file_id
    stored.subject, stored.body = order.text.subject, order.text.body
    stored.subject_en, stored.body_en = order.text.subject_en, order.text.body_en


def _campaigns() -> Any:
    starter = aliased(Account)
    return (
        select(
            Campaign,
            func.coalesce(Account.name, "").label("created_by"),
            func.coalesce(starter.name, "").label("started_by"),
        )
        .outerjoin(Account, Account.id == Campaign.created_by)
        .outerjoin(starter, starter.id == Campaign.started_by)
    )


def _campaign_view(row: Any) -> CampaignView:
    campaign: Campaign = row.Campaign
    return CampaignView(
        id=campaign.id,
        event_id=campaign.event_id,
        rule_id=campaign.rule_id,
        order=order_of(campaign),
        state=campaign.state,
        reason=campaign.reason,
        version=campaign.version,
        created_at=campaign.created_at,
        created_by=row.created_by,
        starts_at=campaign.starts_at,
        due_at=campaign.due_at,
        send_at=campaign.send_at,
        started_at=campaign.started_at,
        started_by=row.started_by,
        recipients=campaign.recipients,
        by_mail=campaign.by_mail,
        made_up_to=campaign.made_up_to,
        up_to=campaign.up_to,
    )


def _letters(campaign_id: int) -> Any:
    return (
        select(
            *(OutboxLetter.id, OutboxLetter.to_name, OutboxLetter.to_address, OutboxLetter.state),
            *(OutboxLetter.reason, OutboxLetter.attempts, OutboxLetter.due_at),
            *(OutboxLetter.accepted_at, Registration.telephone, Registration.number),
            Series.number_letter,
        )
        .outerjoin(Registration, Registration.id == OutboxLetter.registration_id)
        .outerjoin(Series, Series.id == Registration.series_id)
        .where(OutboxLetter.campaign_id == campaign_id)
    )


def _letter_row(row: Any) -> LetterRow:
    return LetterRow(
        id=row.id,
        number=show_number(row.number_letter, row.number) if row.number else "",
        name=row.to_name,
        address=row.to_address,
        telephone=row.telephone or "",
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        due_at=row.due_at,
        accepted_at=row.accepted_at,
    )
