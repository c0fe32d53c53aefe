"""What the office reads before anything is sent: whom a letter goes to, and how it reads."""

from app.db import db
from app.reminders import groups, plans, queries, recipients
from app.reminders.facts import Audience, CampaignView, Neighbours, Order, RuleView
from app.reminders.groups import Scope
from app.reminders.plans import Plan


def plan_of(campaign: CampaignView) -> Plan:
    """What a campaign of the office is about."""
    return plans.plan_campaign(db.session(), campaign)


def plan_for(event_id: int, order: Order) -> Plan:
    """What a letter that is being written is about."""
    return plans.plan_order(db.session(), event_id, order, key="")


def plan_of_rule(rule: RuleView) -> Plan:
    """What a rule is about: everybody of its group on any meeting of the day."""
    return plan_of_day(rule.series_id, rule.order, after=rule.timing.after)


def plan_of_day(series_id: int, order: Order, *, after: bool) -> Plan:
    """What a rule that is being written is about; ``after``: it goes after the meeting."""
    meetings = queries.read_stretches(db.session(), [series_id]).get(series_id, [])
    ids = tuple(one.event_id for one in sorted(meetings, key=lambda one: one.start))
    return Plan(
        series_id=series_id,
        scope=Scope(event_ids=ids),
        event_ids=ids,
        order=plans.with_text(order, after=after),
        key="",
    )


def audience(plan: Plan) -> Audience:
    """How many a letter would go to now: one query."""
    return groups.count(db.session(), plan.order.target, plan.scope)


def find_reader(plan: Plan, wanted: int | None) -> Neighbours | None:
    """The reader of this id with the ids beside it, else the first; None where there is nobody."""
    return recipients.find(db.session(), plan.order.target, plan.scope, plan.event_ids, wanted)
