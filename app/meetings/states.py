"""Publishing a meeting, taking it back, closing its sign-up, its archive, deleting a draft."""

from sqlalchemy import delete, exists, func, or_, select, update

from app.auth.facts import Actor
from app.auth.models import account_meetings
from app.base.clock import now
from app.base.errors import Conflict
from app.db import transaction
from app.db.session import WriteSession
from app.events import changes
from app.events.models import (
    Event,
    EventChoice,
    EventFile,
    EventNotice,
    EventQuestion,
    Series,
)
from app.events.rules import reopens, window
from app.events.showing import event_facts
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.meetings import rows
from app.meetings.queries import read_missing
from app.planning.models import Plan, PlanTask
from app.registration.imports.models import ImportRow, ImportRun
from app.registration.invitations.models import Invitation
from app.registration.models import Booking, BulkAct, ReceptionPass, Registration
from app.registration.orders.models import CountOrder
from app.registration.paper.models import PrintedLabel
from app.registration.privacy.models import PrivacyNotice
from app.reminders.models import Campaign, RecipientList, ReminderRule
from app.retention.models import RetentionRun
from app.texts.models import LetterText

KEPT = (BulkAct, ReceptionPass, RecipientList, Invitation)
"""A meeting that has one of these is no longer a mere draft."""


class NotReady(Conflict):
    """Something is missing without which the page would be wrong."""


class InUse(Conflict):
    """People have signed up, want to be told of the date, or were written to."""


class NotNow(Conflict):
    """In the state it is in this cannot be done."""


def publish(event_id: int, by: Actor) -> None:
    """Let everybody see a draft; pressed twice it is published once.

    Raises:
        NotFound: there is no such meeting.
        NotReady: something is missing without which the page would be wrong.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = rows.lock_meeting(session, event_id)
        if event.state == "published":
            return
        if event.state != "draft":
            raise NotNow(event.state)
        if any(one.blocks for one in read_missing(session, event, now())):
            raise NotReady("draft")
        _set_state(session, event, "published", by, "event.published")


def withdraw(event_id: int, by: Actor) -> None:
    """Make a published meeting a draft again, as long as it is nobody's.

    That its sign-up was closed by hand is forgotten.

    Raises:
        NotFound: there is no such meeting.
        InUse: people have signed up or want to be told of the date.
        NotNow: it has been called off.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = rows.lock_meeting(session, event_id)
        if event.state == "draft":
            return
        if event.state != "published":
            raise NotNow(event.state)
        if _touched(session, event_id):
            raise InUse("people")
        event.closed_at = None
        _set_state(session, event, "draft", by, "event.withdrawn")


_OPEN = {"open", "invited"}
"""Of ``window``: anybody, or whoever is invited, can sign up."""


def close_sign_up(event_id: int, by: Actor) -> None:
    """End sign-up now; the closing time that was set stays, for ``reopen_sign_up`` and copies.

    Who is signed up changes and cancels as long as they could before.

    Raises:
        NotFound: there is no such meeting.
        NotNow: it is not open.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event, moment = rows.lock_meeting(session, event_id), now()
        facts = event_facts(event)
        status = window(facts, moment)
        if status == "closed":
            return
        if status not in _OPEN:
            raise NotNow(status)
        event.closed_at = moment
        after = {"closed_at": moment.isoformat()}
        changes.record(session, "event.closed", event_id, by, {"closed_at": None}, after)


def reopen_sign_up(event_id: int, by: Actor) -> None:
    """Take back that somebody has closed sign-up; it is open as long as was set before.

    Raises:
        NotFound: there is no such meeting.
        NotNow: the closing time that was set is over, or it is closed for another reason.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event, moment = rows.lock_meeting(session, event_id), now()
        facts = event_facts(event)
        if window(facts, moment) in _OPEN:
            return
        if event.closed_at is None or not reopens(facts, moment):
            raise NotNow(window(facts, moment))
        before, event.closed_at = event.closed_at.isoformat(), None
        changes.record(
            session, "event.reopened", event_id, by, {"closed_at": before}, {"closed_at": None}
        )


def archive(event_id: int, by: Actor, *, away: bool) -> None:
    """Take a meeting out of every list, or (``away`` false) put it back. Its page stays.

    Raises:
        NotFound: there is no such meeting.
        NotNow: it is still to come.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event, moment = rows.lock_meeting(session, event_id), now()
        if (event.archived_at is not None) == away:
            return
        if away and window(event_facts(event), moment) not in {"draft", "past", "cancelled"}:
            raise NotNow(event.state)
        event.archived_at = moment if away else None
        action = "event.archived" if away else "event.unarchived"
        changes.record(session, action, event_id, by, {"archived": not away}, {"archived": away})


def delete_draft(event_id: int, by: Actor) -> None:
    """Delete a draft that is nobody's, with its questions and files; its series if it was alone.

    Reminder rules that ask for answers to its questions go, too.

    Raises:
        NotFound: there is no such meeting.
        NotNow: it is no draft.
        InUse: people have signed up, want to be told of the date, or were written to.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = rows.lock_meeting(session, event_id)
        if event.state != "draft":
            raise NotNow(event.state)
        if _touched(session, event_id) or _worked_with(session, event_id):
            raise InUse("people")
        before = {"title": event.title.ja, "slug": event.slug}
        series_id = event.series_id
        _delete_what_hangs_on(session, event_id)
        session.delete(event)
        session.flush()
        _delete_empty(session, series_id)
        changes.record(session, "event.deleted", event_id, by, before, {})


def _set_state(session: WriteSession, event: Event, state: str, by: Actor, action: str) -> None:
    before, event.state = event.state, state
    changes.record(session, action, event.id, by, {"state": before}, {"state": state})


def _touched(session: WriteSession, event_id: int) -> bool:
    booked = exists().where(Booking.event_id == event_id)
    waiting = exists().where(Interest.event_id == event_id)
    return bool(session.scalar(select(booked | waiting)))


def _worked_with(session: WriteSession, event_id: int) -> bool:
    """Whether people were written to, chosen from its list, or given a link to its desk.

    A pass of the reception and an invitation are never deleted: their numbers, given anew, would
    open the old links.
    """
    letters = exists().where(OutboxLetter.campaign_id == Campaign.id, Campaign.event_id == event_id)
    kept = (exists().where(one.event_id == event_id) for one in KEPT)
    return bool(session.scalar(select(or_(letters, *kept))))


def _delete_what_hangs_on(session: WriteSession, event_id: int) -> None:
    mine = select(EventQuestion.id).where(EventQuestion.event_id == event_id)
    session.execute(delete(account_meetings).where(account_meetings.c.event_id == event_id))
    runs = select(ImportRun.id).where(ImportRun.event_id == event_id)
    session.execute(delete(ImportRow).where(ImportRow.run_id.in_(runs)))
    for model in (
        EventNotice,
        Campaign,
        PlanTask,
        Plan,
        CountOrder,
        RetentionRun,
        ImportRun,
        PrintedLabel,
    ):
        session.execute(delete(model).where(model.event_id == event_id))
    about = ReminderRule.question_id.in_(mine)
    session.execute(
        update(ReminderRule)
        .where(about)
        .values(enabled=False, removed_at=now(), question_id=None, choice_id=None)
    )
    campaigns = update(Campaign).where(Campaign.question_id.in_(mine))
    session.execute(campaigns.values(question_id=None, choice_id=None))
    session.execute(delete(EventChoice).where(EventChoice.question_id.in_(mine)))
    session.execute(
        delete(EventQuestion).where(
            EventQuestion.event_id == event_id, EventQuestion.depends_on_id.is_not(None)
        )
    )
    session.execute(delete(EventQuestion).where(EventQuestion.event_id == event_id))
    session.execute(delete(EventFile).where(EventFile.event_id == event_id))


def _delete_empty(session: WriteSession, series_id: int) -> None:
    """A series without meetings and people, with what was written for its letters."""
    used = select(func.count()).where(Event.series_id == series_id).scalar_subquery()
    people = select(func.count()).where(Registration.series_id == series_id).scalar_subquery()
    if session.scalar(select(used + people)):
        return
    for model in (ReminderRule, LetterText, PrivacyNotice):
        session.execute(delete(model).where(model.series_id == series_id))
    session.execute(delete(Series).where(Series.id == series_id))
