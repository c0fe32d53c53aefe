"""Writing, trying, sending, pausing and stopping a campaign."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.auth import audit
from app.auth.audit import NOTHING, Changes, differing
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, Invalid, NotFound
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.mail import outbox
from app.mail.letter import Letter
from app.reminders import gone, groups, letters, plans, queries
from app.reminders.facts import Audience, Order, Recipient
from app.reminders.models import Campaign


class Changed(Conflict):
    """Somebody else has changed or sent the campaign since this page was opened."""


class CalledOff(Conflict):
    """The meeting does not take place, so nobody is to be reminded of it."""


class GroupGone(Conflict):
    """The letter was for those who answered a question that has been removed."""


class Nobody(Invalid):
    """Nobody belongs to the group, so there is nobody to write to."""


class TooEarly(Invalid):
    """The moment at which it is to be sent has passed."""


def save(
    event_id: int, order: Order, by: Actor, *, campaign_id: int | None = None, version: int = 0
) -> int:
    """Store a draft, new or changed; return its id.

    Args:
        event_id: the meeting.
        order: checked before.
        by: who writes.
        campaign_id: the draft that is changed; None for a new one.
        version: of the draft as the writer saw it.

    Raises:
        Changed: the draft has another version now, or was sent.
        NotFound: there is no such draft.
    """
    with transaction() as session:
        if campaign_id is None:
            lock(session, {Event: [event_id]})
            found = _same_draft(session, event_id, order, by)
            if found is not None:
                return found
            before: dict[str, Any] = {}
            campaign = Campaign(event_id=event_id, created_at=now(), created_by=by.account_id)
            session.add(campaign)
        else:
            campaign = _locked(session, event_id, campaign_id)
            same = queries.order_of(campaign) == order
            if campaign.state != "draft" or (campaign.version != version and not same):
                raise Changed("campaign")
            if same:
                return campaign.id
            campaign.version += 1
            before = queries.told_of(queries.order_of(campaign))
        queries.write_order(campaign, order)
        session.flush()
        changes = differing(before, queries.told_of(order))
        _record(session, campaign, by, "campaign.written", changes)
        return campaign.id


def send_test(plan: plans.Plan, like: Recipient, by: Actor, once: str) -> None:
    """Post the letter to whoever is acting, as one recipient would get it, without their link.

    Args:
        plan: the letter and its meetings.
        like: whose values are filled in, and whose language it is in.
        by: who gets it.
        once: of the page; pressing its button twice sends one letter.
    """
    facts = letters.read_facts(plan.series_id, plan.order, now())
    text = plan.order.text
    subject, body = letters.filled(text, facts, like, letters.hidden_link())
    locale = text.language_for(like.locale)
    with force_locale(locale):
        subject = _("[Test] %(subject)s", subject=subject)
    letter = Letter(
        key=f"test:{by.account_id}:{once}",
        purpose="test",
        to_address=by.email,
        to_name=by.name,
        locale=locale,
        subject=subject,
        body=body,
        host_id=letters.host_for(facts, like),
    )
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action="campaign.tried",
        subject="event",
        subject_id=plan.event_ids[0] if plan.event_ids else None,
    )
    with transaction() as session:
        outbox.post_many(session, [letter], now())
        audit.record(session, entry, now())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody agreed to: the draft at ``version``, with its readers up to the id ``up_to``.

    ``send_at``: aware UTC, None for now; whoever belongs to the group at that moment gets it.
    """

    version: int
    up_to: int = 0
    send_at: datetime | None = None


def start(event_id: int, campaign_id: int, asked: Asked, by: Actor) -> bool:
    """Begin sending to everybody of the group, or at a set time; the worker makes the letters.

    Args:
        event_id: the meeting.
        campaign_id: the draft.
        asked: the question as it was shown; who signed up later gets no letter.
        by: who starts.

    Returns:
        False where it was started before: nothing happens twice.

    Raises:
        CalledOff: the meeting was called off.
        Changed: the text was changed meanwhile.
        GroupGone: the question whose answers it goes by was removed.
        Nobody: there is nobody to write to.
        NotFound: there is no such draft.
        TooEarly: ``send_at`` has passed.
    """
    readers = None if asked.send_at else count_readers(event_id, campaign_id, asked.up_to)
    with transaction() as session:
        events = lock(session, {Event: [event_id]})[Event]
        campaign = _locked(session, event_id, campaign_id)
        if campaign.state != "draft":
            return False
        if any(event.state == "cancelled" for event in events):
            raise CalledOff("cancelled")
        if campaign.version != asked.version:
            raise Changed("campaign")
        if gone.is_gone(session, campaign.id):
            raise GroupGone("question")
        if readers is not None:
            begin(campaign, readers)
            if not campaign.recipients:
                raise Nobody("nobody")
        elif asked.send_at is None or asked.send_at <= now():
            raise TooEarly("send_at")
        else:
            campaign.state, campaign.send_at = "scheduled", asked.send_at
        campaign.started_at, campaign.started_by = now(), by.account_id
        action = "campaign.started" if readers is not None else "campaign.scheduled"
        _record(session, campaign, by, action)
        return True


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Whom the draft at ``version`` goes to: counted before the transaction, as it takes long."""

    version: int
    audience: Audience


def count_readers(event_id: int, campaign_id: int, up_to: int | None = None) -> Readers:
    """Count the readers that a campaign has now; ``up_to``: the last id, None for all.

    Raises:
        NotFound: there is no such campaign.
    """
    view = queries.get_campaign(event_id, campaign_id)
    plan = plans.plan_campaign(db.session(), view)
    scope = replace(plan.scope, up_to=up_to)
    counted = groups.count(db.session(), plan.order.target, scope)
    db.session.close()
    return Readers(version=view.version, audience=counted)


def begin(campaign: Campaign, readers: Readers) -> None:
    """Let the worker make the letters of a locked campaign.

    Raises:
        Changed: the readers are those of another version.
    """
    if campaign.version != readers.version:
        raise Changed("campaign")
    count_in(campaign, readers.audience)
    campaign.state, campaign.reason, campaign.made_up_to = "making", "", 0


def count_in(campaign: Campaign, audience: Audience) -> None:
    """Keep how many a campaign goes to, how many of them by mail, and the last of them."""
    campaign.recipients, campaign.by_mail = audience.everybody, audience.by_mail
    campaign.up_to = audience.up_to


def pause(event_id: int, campaign_id: int, by: Actor) -> bool:
    """Hold back all letters that have not gone; False where there is nothing to hold."""
    return _turn(event_id, campaign_id, by, ("making", "made"), "paused")


def resume(event_id: int, campaign_id: int, by: Actor) -> bool:
    """Go on with a paused campaign."""
    return _turn(event_id, campaign_id, by, ("paused",), "making")


def cancel(event_id: int, campaign_id: int, by: Actor) -> bool:
    """Stop all letters that have not gone; those that went stay as they are."""
    return _turn(event_id, campaign_id, by, ("scheduled", "making", "made", "paused"), "cancelled")


def unschedule(event_id: int, campaign_id: int, by: Actor) -> bool:
    """Make a draft of a campaign that was to be sent later, or was missed."""
    return _turn(event_id, campaign_id, by, ("scheduled", "missed"), "draft")


def remove(event_id: int, campaign_id: int, version: int, by: Actor) -> bool:
    """Delete a draft, of which no letter was ever made; that there was one stays in the history.

    Args:
        event_id: the meeting.
        campaign_id: the draft.
        version: of the draft as it was shown.
        by: who deletes it.

    Returns:
        False where it was deleted before: nothing happens twice.

    Raises:
        Changed: it has another version now, or was sent.
    """
    with transaction() as session:
        campaign = _find_locked(session, event_id, campaign_id)
        if campaign is None:
            return False
        if campaign.state != "draft" or campaign.version != version:
            raise Changed("campaign")
        _record(session, campaign, by, "campaign.removed")
        session.delete(campaign)
        return True


def send_again(event_id: int, campaign_id: int, by: Actor) -> int:
    """Queue the letters that could not be sent, 500 at a time; return how many."""
    with transaction() as session:
        campaign = _locked(session, event_id, campaign_id)
        if campaign.state not in {"making", "made"}:
            return 0
        number = outbox.send_again(session, campaign.id)
        if number:
            _record(session, campaign, by, "campaign.sent_again")
        return number


def _turn(event_id: int, campaign_id: int, by: Actor, states: tuple[str, ...], state: str) -> bool:
    """Change the state of a campaign; the worker brings its letters into line."""
    with transaction() as session:
        campaign = _locked(session, event_id, campaign_id)
        if campaign.state not in states or (state == "draft" and campaign.rule_id is not None):
            return False
        campaign.state = state
        if state == "draft":
            campaign.send_at = campaign.started_at = campaign.started_by = None
        _record(session, campaign, by, f"campaign.{state}")
        return True


def _same_draft(session: WriteSession, event_id: int, order: Order, by: Actor) -> int | None:
    """The draft that the first of two taps on the same button stored."""
    query = select(Campaign).where(
        Campaign.event_id == event_id,
        Campaign.created_by == by.account_id,
        Campaign.state == "draft",
        Campaign.subject == order.text.subject,
    )
    same = (draft.id for draft in session.scalars(query) if queries.order_of(draft) == order)
    return next(same, None)


def _locked(session: WriteSession, event_id: int, campaign_id: int) -> Campaign:
    campaign = _find_locked(session, event_id, campaign_id)
    if campaign is None:
        raise NotFound("campaign")
    return campaign


def _find_locked(session: WriteSession, event_id: int, campaign_id: int) -> Campaign | None:
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.event_id == event_id)
    return session.scalar(query.with_for_update())


def _record(
    session: WriteSession,
    campaign: Campaign,
    by: Actor,
    action: str,
    changes: Changes = NOTHING,
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="campaign",
        subject_id=campaign.id,
        before=changes[0],
        after=changes[1],
    )
    audit.record(session, entry, now())
