"""What a campaign is about: whose sign-ups it goes to, and of which meetings its letters tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import Event, EventSession
from app.reminders import letters, timing
from app.reminders.facts import CampaignView, Order, Recipient, RuleView
from app.reminders.groups import Scope
from app.reminders.timing import Stretch


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``event_ids``: the meetings that the letters tell of, in their order.

    ``order``: with the text that is really sent. ``key``: of a letter, but for its reader.
    """

    series_id: int
    scope: Scope
    event_ids: tuple[int, ...]
    order: Order
    key: str

    def key_of(self, one: Recipient) -> str:
        """Unique for ever: one letter for each reader and meeting time."""
        who = f"interest-{one.interest_id}" if one.interest_id else str(one.registration_id)
        return self.key.format(who=who)


def plan_campaign(session: Session, campaign: CampaignView) -> Plan:
    """The plan of a letter that the office wrote."""
    key = f"campaign:{campaign.id}:{{who}}"
    return plan_order(session, campaign.event_id, campaign.order, key=key)


def plan_order(session: Session, event_id: int, order: Order, *, key: str) -> Plan:
    """The plan of a letter about one meeting, or the whole of its day: two queries."""
    events = read_day(session, event_id)
    event_ids = events.ids if order.target.whole_day else (event_id,)
    return Plan(
        series_id=events.series_id,
        scope=Scope(event_ids=event_ids),
        event_ids=event_ids,
        order=with_text(order),
        key=key,
    )


def plan_rule(
    rule: RuleView,
    event_id: int,
    meetings: Sequence[Stretch],
    *,
    order: Order | None = None,
    until: datetime | None = None,
) -> Plan:
    """The plan of a rule for those whose first (after it: last) meeting is ``event_id``.

    Args:
        rule: the rule.
        event_id: one of ``meetings``.
        meetings: all of the series that have a date and take place.
        order: what is sent, where the rule has been changed since it was due.
        until: whoever signed up later gets nothing (aware UTC).
    """
    ordered = timing.in_order(rule.timing, meetings)
    ids = [one.event_id for one in ordered]
    start = next(one.start for one in meetings if one.event_id == event_id)
    before = ids[: ids.index(event_id)]
    by_start = sorted(meetings, key=lambda one: (one.start, one.event_id))
    return Plan(
        series_id=rule.series_id,
        scope=Scope(event_ids=(event_id,), but_not=tuple(before), until=until),
        event_ids=tuple(one.event_id for one in by_start),
        order=with_text(order or rule.order, after=rule.timing.after),
        key=f"remind:{rule.id}:{{who}}:{start:%Y%m%dT%H%MZ}",
    )


def with_text(order: Order, *, after: bool = False) -> Order:
    """The order with the default text where none was written."""
    return replace(order, text=letters.text_of(order, after=after))


@dataclass(frozen=True, kw_only=True)
class DayIds:
    """The meetings of a series that take place, by start, those without a date last."""

    series_id: int
    ids: tuple[int, ...]


def read_day(session: Session, event_id: int) -> DayIds:
    """The series of a meeting, called off ones left out: two queries."""
    series_id = session.scalars(select(Event.series_id).where(Event.id == event_id)).one()
    rows = session.execute(
        select(Event.id, EventSession.starts_at)
        .outerjoin(EventSession, EventSession.event_id == Event.id)
        .where(Event.series_id == series_id, Event.state == "published")
        .order_by(EventSession.starts_at.is_(None), EventSession.starts_at, Event.id)
    )
    return DayIds(series_id=series_id, ids=tuple(dict.fromkeys(row.id for row in rows)))
