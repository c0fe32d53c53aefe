"""Making the letters of campaigns in batches: short transactions, resumable after a kill.

Whom a batch goes to and what its letters share is read first. The batch is then one transaction,
the only one that moves ``made_up_to``: it locks the campaign and the sign-ups it writes to, looks
at them again, and writes the letters together with how far it came. A killed worker's batch was
never there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from app.base.clock import now
from app.db import Base, db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.interest.models import Interest
from app.mail import outbox
from app.mail.models import OutboxLetter
from app.registration.models import Registration
from app.reminders import letters, plans, queries, recipients
from app.reminders.facts import Recipient
from app.reminders.groups import Scope
from app.reminders.models import Campaign
from app.reminders.plans import Plan

BATCH = 50
BATCHES = 50
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
    for _batch in range(BATCHES):
        if stop.asked:
            return
        batch = _next_batch(campaign_id)
        if batch is None:
            _end(campaign_id)
            return
        with transaction() as session:
            if not _make_batch(session, campaign_id, batch):
                return


def make_again(campaign_id: int, stop: Stop) -> None:
    """Make anew the letters of sign-ups that have changed since; drop those of no one any more.

    Raises:
        Busy: the database could not be had.
    """
    for _batch in range(BATCHES):
        if stop.asked:
            return
        plan, facts = _read_plan(campaign_id)
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
    wrong = (
        ("paused", waiting),
        ("cancelled", (*waiting, *held, "outdated", "by_hand")),
        ("made", held),
    )
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


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Whom the next letters go to, read before the transaction: finding them may take long.

    ``after``: how far the making had come; where that has changed, somebody else made them.
    """

    plan: Plan
    facts: letters.Facts
    after: int
    ids: Sequence[int]


def _next_batch(campaign_id: int) -> Batch | None:
    """The next batch of a campaign; None where no letters of it are to be made."""
    try:
        campaign = queries.find_campaign(db.session(), campaign_id)
        plan, facts = _read_plan(campaign_id)
        if campaign is None or plan is None or facts is None:
            return None
        reach = recipients.Reach(after=campaign.made_up_to, up_to=campaign.up_to, limit=BATCH)
        ids = recipients.next_ids(db.session(), plan.order.target, plan.scope, reach)
        return Batch(plan=plan, facts=facts, after=campaign.made_up_to, ids=ids)
    finally:
        db.session.close()


def _read_plan(campaign_id: int) -> tuple[Plan | None, letters.Facts | None]:
    """What a campaign is about, and what its letters share, as it is now."""
    plan = find_plan(db.session(), campaign_id)
    facts = letters.read_facts(plan.series_id, plan.order, now()) if plan else None
    db.session.close()
    return plan, facts


def _make_batch(session: WriteSession, campaign_id: int, batch: Batch) -> bool:
    """Make one batch of letters; tell whether there may be more. Called off, no more are made."""
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == "making")
    campaign = session.scalar(query.with_for_update())
    if campaign is None:
        return False
    if campaign.made_up_to != batch.after:
        return True
    off = session.scalar(select(Event.state).where(Event.id == campaign.event_id)) == "cancelled"
    if off or not batch.ids:
        campaign.state, campaign.made_up_to = "made", campaign.up_to
        return False
    plan = batch.plan
    made = [
        letters.letter(plan.key_of(one), campaign.id, batch.facts, one)
        for one in _read_locked(session, plan, plan.scope, batch.ids)
    ]
    outbox.post_many(session, made, now())
    campaign.made_up_to = batch.ids[-1]
    return True


def _renew_batch(
    session: WriteSession, campaign_id: int, plan: Plan | None, facts: letters.Facts | None
) -> bool:
    """Make one batch of letters anew; tell whether there may be more.

    While paused they wait; once cancelled they are ended with the rest. Where there is no plan any
    more, nobody is to get them.
    """
    if session.scalar(_locked(campaign_id)) not in ("making", "made"):
        return False
    rows = outbox.outdated(session, campaign_id, BATCH)
    kept = (
        set() if plan is None or facts is None else _renew(session, campaign_id, plan, facts, rows)
    )
    outbox.drop(session, [letter for letter, signup in rows if signup not in kept])
    return len(rows) == BATCH


def _renew(
    session: WriteSession,
    campaign_id: int,
    plan: Plan,
    facts: letters.Facts,
    rows: Sequence[tuple[int, int | None]],
) -> set[int]:
    """Put new texts into letters; return the sign-ups that still get one.

    Whoever is still at any of the meetings that it tells of gets it, with what is true now.
    """
    wanted = {signup: letter for letter, signup in rows if signup is not None}
    readers = _read_locked(session, plan, Scope(event_ids=plan.event_ids), list(wanted))
    for one in readers:
        renewed = letters.letter(plan.key_of(one), campaign_id, facts, one)
        outbox.renew(session, wanted[one.registration_id], renewed)
    return {one.registration_id for one in readers}


def _read_locked(
    session: WriteSession, plan: Plan, scope: Scope, ids: Sequence[int]
) -> list[Recipient]:
    """Those who still belong to the group, read under the lock: who cancelled gets no letter."""
    whose: type[Base] = Interest if plan.order.target.audience == "interested" else Registration
    lock(session, {whose: set(ids)})
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
