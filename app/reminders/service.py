"""Writing, trying and starting a reminder."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, Invalid, NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events.models import Event
from app.mail import outbox
from app.mail.letter import Letter
from app.registration.models import Booking, Participant
from app.reminders import letters, queries
from app.reminders.facts import Recipient, Text
from app.reminders.making import make_letters_tick
from app.reminders.models import Campaign

__all__ = [
    "CalledOff",
    "Changed",
    "Nobody",
    "make_letters_tick",
    "nobody",
    "save",
    "send_test",
    "start",
]


class Changed(Conflict):
    """Somebody else has changed or sent the reminder since this page was opened."""


class CalledOff(Conflict):
    """The meeting does not take place, so nobody is to be reminded of it."""


class Nobody(Invalid):
    """Nobody is signed up, so there is nobody to write to."""


def save(
    event_id: int, text: Text, by: Actor, *, campaign_id: int | None = None, version: int = 0
) -> int:
    """Store a draft, new or changed; return its id.

    Args:
        event_id: the meeting.
        text: checked before.
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
            found = _same_draft(session, event_id, text, by)
            if found is not None:
                return found
            campaign = Campaign(event_id=event_id, created_at=now(), created_by=by.account_id)
            session.add(campaign)
        else:
            campaign = _locked(session, event_id, campaign_id)
            same = queries.text_of(campaign) == text
            if campaign.state != "draft" or (campaign.version != version and not same):
                raise Changed("campaign")
            if same:
                return campaign.id
            campaign.version += 1
        campaign.subject, campaign.body = text.subject, text.body
        campaign.subject_en, campaign.body_en = text.subject_en, text.body_en
        session.flush()
        _record(session, campaign, by, "campaign.written")
        return campaign.id


def send_test(event_id: int, text: Text, like: Recipient, by: Actor, once: str) -> None:
    """Post the letter to whoever is acting, as one recipient would get it, without their link.

    Args:
        event_id: the meeting.
        text: checked before.
        like: whose values are filled in, and whose language it is in.
        by: who gets it.
        once: of the page; pressing its button twice sends one letter.
    """
    facts = letters.meeting_facts(event_id, now())
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
    )
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action="campaign.tried",
        subject="event",
        subject_id=event_id,
    )
    with transaction() as session:
        outbox.post_many(session, [letter], now())
        audit.record(session, entry, now())


def start(event_id: int, campaign_id: int, version: int, up_to: int, by: Actor) -> bool:
    """Begin sending to everybody who is confirmed; the worker makes the letters.

    Args:
        event_id: the meeting.
        campaign_id: the draft.
        version: of the draft as it was shown with the question.
        up_to: the last booking that was counted for the question; later ones get no letter.
        by: who starts.

    Returns:
        False where it was started before: nothing happens twice.

    Raises:
        CalledOff: the meeting was called off.
        Changed: the text was changed meanwhile.
        Nobody: there is nobody to write to.
        NotFound: there is no such draft.
    """
    with transaction() as session:
        events = lock(session, {Event: [event_id]})[Event]
        campaign = _locked(session, event_id, campaign_id)
        if campaign.state != "draft":
            return False
        if any(event.state == "cancelled" for event in events):
            raise CalledOff("cancelled")
        if campaign.version != version:
            raise Changed("campaign")
        count, last = _count(session, event_id, up_to)
        if not count:
            raise Nobody("nobody")
        campaign.state = "making"
        campaign.recipients, campaign.up_to = count, last
        campaign.started_at, campaign.started_by = now(), by.account_id
        _record(session, campaign, by, "campaign.started")
        return True


def _same_draft(session: WriteSession, event_id: int, text: Text, by: Actor) -> int | None:
    """The draft that the first of two taps on the same button stored."""
    query = select(Campaign).where(
        Campaign.event_id == event_id,
        Campaign.created_by == by.account_id,
        Campaign.state == "draft",
        Campaign.subject == text.subject,
    )
    same = (draft.id for draft in session.scalars(query) if queries.text_of(draft) == text)
    return next(same, None)


def _locked(session: WriteSession, event_id: int, campaign_id: int) -> Campaign:
    query = select(Campaign).where(Campaign.id == campaign_id, Campaign.event_id == event_id)
    campaign = session.scalar(query.with_for_update())
    if campaign is None:
        raise NotFound("campaign")
    return campaign


def _count(session: WriteSession, event_id: int, up_to: int) -> tuple[int, int]:
    """How many sign-ups are confirmed up to this booking, and the last of them."""
    query = (
        select(
            func.count(Participant.registration_id.distinct()),
            func.coalesce(func.max(Booking.id), 0),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.event_id == event_id, Booking.state == "confirmed", Booking.id <= up_to)
    )
    count, last = session.execute(query).one()
    return count, last


def _record(session: WriteSession, campaign: Campaign, by: Actor, action: str) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="campaign",
        subject_id=campaign.id,
    )
    audit.record(session, entry, now())


def nobody(by: Actor, locale: str) -> Recipient:
    """A stand-in for letters to be tried on while nobody is signed up: whoever is acting."""
    return Recipient(
        booking_id=0,
        registration_id=0,
        registration_version=0,
        link_version=0,
        number="A-0000",
        name=by.name,
        reading="",
        email=by.email,
        telephone="",
        locale=locale,
        way="venue",
    )
