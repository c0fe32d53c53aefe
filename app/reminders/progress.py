"""How many letters of a campaign are in which state, and so how far it is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select

from app.db import db
from app.mail.bounces.models import MARKED
from app.mail.models import OutboxLetter
from app.reminders.facts import CampaignView, Progress, progress_of


@dataclass(frozen=True, kw_only=True)
class Count:
    """Letters of one state, those ``without`` an address that is good, and the next that is due."""

    letters: int
    without: int
    due_at: datetime


def count_letters(which: ColumnElement[bool]) -> Mapping[int, Mapping[str, Count]]:
    """Letters by campaign and state: one query."""
    query = (
        select(
            *(OutboxLetter.campaign_id, OutboxLetter.state),
            func.count().label("letters"),
            func.count(case((_without_mail(), 1))).label("without"),
            func.min(OutboxLetter.due_at).label("due_at"),
        )
        .where(which)
        .group_by(OutboxLetter.campaign_id, OutboxLetter.state)
    )
    found: dict[int, dict[str, Count]] = defaultdict(dict)
    for row in db.session.execute(query):
        count = Count(letters=row.letters, without=row.without, due_at=row.due_at)
        found[row.campaign_id or 0][row.state] = count
    return found


def _without_mail() -> ColumnElement[bool]:
    return or_(OutboxLetter.to_address == "", OutboxLetter.reason == MARKED)


def _going_on(campaign: CampaignView, letters: dict[str, int]) -> Mapping[str, int]:
    """Letters that were paused are queued from the press on, though the worker frees them later."""
    if campaign.state not in ("making", "made"):
        return letters
    waiting = letters.pop("held", 0)
    return {**letters, "queued": letters.get("queued", 0) + waiting}


def progress_from(campaign: CampaignView, counts: Mapping[str, Count]) -> Progress:
    """How far the sending of ``campaign`` is, by its letters of each state."""
    making = campaign.state in ("making", "paused") and campaign.made_up_to < campaign.up_to
    outdated = counts["outdated"].without if "outdated" in counts else 0
    listed = sum(one.without for one in counts.values()) - outdated
    without = campaign.recipients - campaign.by_mail
    return progress_of(
        campaign.recipients,
        making=making,
        counts=_going_on(campaign, {state: one.letters for state, one in counts.items()}),
        to_list=max(0, without - listed) if making else outdated,
        next_try=counts["retrying"].due_at if "retrying" in counts else None,
    )
