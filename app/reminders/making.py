"""Making the letters of campaigns in batches: short transactions, resumable after a kill.

A batch is one transaction, the only one that moves ``made_up_to``: it locks the campaign and the
sign-ups it writes to, and writes the letters together with how far it came. A killed worker's batch
was never there.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from app.base.clock import now
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.mail import outbox
from app.mail.models import OutboxLetter
from app.registration.models import Registration
from app.reminders import letters, plans, queries, recipients
from app.reminders.facts import Recipient
from app.reminders.groups import Scope
from app.reminders.models import Campaign
from app.reminders.plans import Plan

BATCH = 200
BATCHES = 25
"""At most in one call, so that the worker's other duties have their turn."""


class Stop(Protocol):
    """How the worker asks its ticks to end."""

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""


def make_letters_tick(stop: Stop) -> None:
    """The worker's duty: letters that are missing, that are outdated, or that are not to go."""
    making = select(Campaign.id).where(Campaign.state == "making").order_by(Campaign.id)
    ids = list(db.session.scalars(making))
    again = select(OutboxLetter.campaign_id).where(OutboxLetter.state == "outdated").distinct()
    outdated = [one for one in db.session.scalars(again.limit(BATCHES)) if one is not None]
    db.session.close()
    for campaign_id in ids:
        make_letters(campaign_id, stop)
    for campaign_id in outdated:
        make_again(campaign_id, stop)
    for campaign_id in _unsettled():
        settle(campaign_id, stop)


def make_letters(campaign_id: int, stop: Stop) -> None:
    """Make all letters of one campaign that are missing, until asked to stop.

    Raises:
        Busy: the database could not be had; what was made stays made.
    """
    plan = find_plan(db.session(), campaign_id)
    if plan is None:
        _end(campaign_id)
        return
    facts = letters.read_facts(plan.series_id, plan.order, now())
    db.session.close()
    for _batch in range(BATCHES):
        if stop.asked:
            return
        with transaction() as session:
            if not _make_batch(session, campaign_id, plan, facts):
                return


def make_again(campaign_id: int, stop: Stop) -> None:
    """Make anew the letters of sign-ups that have changed since; drop those of no one any more.

    Raises:
        Busy: the database could not be had.
    """
    plan = find_plan(db.session(), campaign_id)
    if plan is None:
        with transaction() as session:
            outbox.drop(session, [i for i, _ in outbox.outdated(session, campaign_id, BATCH)])
        return
    facts = letters.read_facts(plan.series_id, plan.order, now())
    db.session.close()
    for _batch in range(BATCHES):
        if stop.asked:
            return
        with transaction() as session:
            if not _renew_batch(session, campaign_id, plan, facts):
                return


def settle(campaign_id: int, stop: Stop) -> None:
    """Bring the letters of a campaign into line with its state: held, let go, or stopped.

    Raises:
        Busy: the database could not be had; what was done stays done.
    """
    while not stop.asked:
        with transaction() as session:
            state = session.scalar(_locked(campaign_id))
            step = _STEPS.get(state or "")
            if step is None or not step(session, campaign_id):
                return


_STEPS = {
    "paused": outbox.hold,
    "cancelled": outbox.suppress_campaign,
    "making": outbox.let_go,
    "made": outbox.let_go,
}


def _unsettled() -> list[int]:
    """Campaigns with letters that are in another state than theirs says."""
    waiting, held = ("queued", "retrying"), ("held",)
    wrong = (("paused", waiting), ("cancelled", (*waiting, *held)), ("made", held))
    found: list[int] = []
    for state, letters_in in wrong:
        has = exists().where(
            OutboxLetter.campaign_id == Campaign.id, OutboxLetter.state.in_(letters_in)
        )
        found += db.session.scalars(select(Campaign.id).where(Campaign.state == state, has))
    db.session.close()
    return found


def find_plan(session: Session, campaign_id: int) -> Plan | None:
    """What a campaign is about as its meetings are now; None where there is no such campaign.

    A rule's is None, too, where its meeting no longer takes place at that time: whoever moved it
    has told everybody, and the rule has its turn at the new time.
    """
    campaign = queries.find_campaign(session, campaign_id)
    if campaign is None:
        return None
    if campaign.rule_id is None:
        return plans.plan_campaign(session, campaign)
    rule = queries.find_rule(session, campaign.rule_id)
    meetings = queries.read_stretches(session, [rule.series_id]).get(rule.series_id, [])
    same = (campaign.event_id, campaign.starts_at)
    if same not in {(one.event_id, one.start) for one in meetings}:
        return None
    return plans.plan_rule(
        rule, campaign.event_id, meetings, order=campaign.order, until=campaign.due_at
    )


def _make_batch(session: WriteSession, campaign_id: int, plan: Plan, facts: letters.Facts) -> bool:
    """Make up to 200 letters; tell whether there may be more. Called off, no more are made."""
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == "making")
    campaign = session.scalar(query.with_for_update())
    if campaign is None:
        return False
    reach = recipients.Reach(after=campaign.made_up_to, up_to=campaign.up_to, limit=BATCH)
    target = plan.order.target
    off = session.scalar(select(Event.state).where(Event.id == campaign.event_id)) == "cancelled"
    chosen = [] if off else recipients.next_ids(session, target, plan.scope, reach)
    if not chosen:
        campaign.state, campaign.made_up_to = "made", campaign.up_to
        return False
    made = [
        letters.letter(plan.key_of(one), campaign.id, facts, one)
        for one in _read_locked(session, plan, plan.scope, chosen)
    ]
    outbox.post_many(session, made, now())
    campaign.made_up_to = chosen[-1]
    return True


def _renew_batch(session: WriteSession, campaign_id: int, plan: Plan, facts: letters.Facts) -> bool:
    """Make up to 200 letters anew; tell whether there may be more."""
    if session.scalar(_locked(campaign_id)) == "paused":
        return False
    rows = outbox.outdated(session, campaign_id, BATCH)
    # Whoever is still at any of the meetings that it tells of gets it, with what is true now.
    scope = Scope(event_ids=plan.event_ids)
    wanted = {signup: letter for letter, signup in rows if signup is not None}
    readers = _read_locked(session, plan, scope, list(wanted))
    for one in readers:
        renewed = letters.letter(plan.key_of(one), campaign_id, facts, one)
        outbox.renew(session, wanted[one.registration_id], renewed)
    kept = {one.registration_id for one in readers}
    outbox.drop(session, [letter for letter, signup in rows if signup not in kept])
    return len(rows) == BATCH


def _read_locked(
    session: WriteSession, plan: Plan, scope: Scope, ids: Sequence[int]
) -> list[Recipient]:
    """Those who still belong to the group, read under the lock: who cancelled gets no letter."""
    if plan.order.target.audience != "interested":
        lock(session, {Registration: set(ids)})
    return recipients.read(session, plan.order.target, scope, ids, plan.event_ids)


def _end(campaign_id: int) -> None:
    """Make no more letters of a campaign whose meeting is no longer when it was."""
    with transaction() as session:
        session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id, Campaign.state == "making")
            .values(state="made")
        )


def _locked(campaign_id: int) -> Select[str]:
    return select(Campaign.state).where(Campaign.id == campaign_id).with_for_update()
