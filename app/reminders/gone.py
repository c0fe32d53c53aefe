"""Groups of recipients that are no more: they go by the answers to a question that was removed.

Nobody may guess whom such a letter is to go to instead, so nothing is sent until the office says.
"""

from collections import Counter
from typing import Any

from sqlalchemy import exists, select, union_all
from sqlalchemy.orm import Session

from app.db import db
from app.events.models import Event, EventQuestion
from app.reminders.models import Campaign, ReminderRule


def group_gone(whose: type[ReminderRule | Campaign]) -> Any:
    """Whether a rule or campaign goes by the answers to a question that was removed."""
    removed = EventQuestion.removed_at.is_not(None)
    return exists().where(EventQuestion.id == whose.question_id, removed).label("group_gone")


def is_gone(session: Session, campaign_id: int) -> bool:
    """Whether a campaign goes by the answers to a question that was removed."""
    query = select(group_gone(Campaign)).where(Campaign.id == campaign_id)
    return bool(session.scalar(query))


def count_by_series() -> dict[int, int]:
    """By series: rules that are on and campaigns with a set time that wait for another group."""
    rules = select(ReminderRule.series_id).where(
        ReminderRule.enabled, ReminderRule.removed_at.is_(None), group_gone(ReminderRule)
    )
    scheduled = (
        select(Event.series_id)
        .join(Campaign, Campaign.event_id == Event.id)
        .where(Campaign.state == "scheduled", group_gone(Campaign))
    )
    return Counter(db.session.scalars(union_all(rules, scheduled)))
