"""Making, sending and revoking invitations; whom a link lets in, under the lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events.facts import MeetingView
from app.registration.invitations import queries
from app.registration.invitations.facts import ListPlan, NewInvitation
from app.registration.invitations.letters import invitation
from app.registration.invitations.models import Invitation
from app.registration.locking import Day, lock_event

MOST = 200
"""Links that are made at once."""


class Made(NamedTuple):
    """The ids of new links in the order in which they were wanted, and how many letters go."""

    ids: list[int]
    letters: int


def make(event_id: int, wanted: Sequence[NewInvitation], by: Actor) -> Made:
    """Make links for a meeting, and write to everybody of whom an address is known, in one commit.

    For a draft no letter goes; ``send_waiting`` writes them once it is published.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        return _make(session, lock_event(session, event_id, now()), event_id, wanted, by)


def invite(
    event_id: int, wanted: Sequence[NewInvitation], by: Actor, *, seen: str, again: bool = False
) -> Made:
    """Invite a list as it was shown; who has an unused link gets no second one.

    Args:
        event_id: of the meeting.
        wanted: a link for each.
        by: who of the office acts.
        seen: of the ``ListPlan`` that was shown.
        again: whether the links that are there are sent once more.

    Raises:
        NotFound: there is no such meeting.
        ChangedMeanwhile: the plan is another one now.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        known = queries.read_plan(session, event_id, wanted, day.moment)
        if known.seen != seen:
            raise ChangedMeanwhile("invitations")
        letters = _remind(session, day, event_id, known, by) if again else 0
        new = (*known.mailed, *known.handed)
        if not new:
            return Made([], letters)
        ordered = [one for one in wanted if one in new]
        made = _make(session, day, event_id, ordered, by)
        return Made(made.ids, made.letters + letters)


def _make(
    session: WriteSession, day: Day, event_id: int, wanted: Sequence[NewInvitation], by: Actor
) -> Made:
    made = {"event_id": event_id, "created_at": day.moment, "created_by": by.account_id, "sent": 0}
    rows = [Invitation(**made, **vars(one)) for one in wanted]
    reached = _reached(day, rows)
    session.put_many(rows)
    _write_to(day, reached)
    _record(session, "invitation.made", event_id, by, day.moment, people=len(rows))
    return Made([row.id for row in rows], len(reached))


def _remind(session: WriteSession, day: Day, event_id: int, known: ListPlan, by: Actor) -> int:
    """Send the links of a list that are there once more; return how many letters go."""
    rows = lock(session, {Invitation: [one.id for one in known.there]})[Invitation]
    reached = _reached(day, rows)
    _write_to(day, reached)
    if reached:
        _record(session, "invitation.sent_again", event_id, by, day.moment, people=len(reached))
    return len(reached)


def send_waiting(event_id: int, by: Actor) -> int:
    """Write to everybody who was invited before there was a page; return how many letters go.

    Raises:
        NotFound: there is no such meeting.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        waiting = select(Invitation).where(
            Invitation.event_id == event_id,
            Invitation.email != "",
            Invitation.sent == 0,
            Invitation.revoked_at.is_(None),
            or_(Invitation.expires_at.is_(None), Invitation.expires_at > day.moment),
        )
        reached = _reached(day, session.scalars(waiting.order_by(Invitation.id)).all())
        _write_to(day, reached)
        if reached:
            _record(session, "invitation.sent", event_id, by, day.moment, people=len(reached))
        return len(reached)


def send_again(event_id: int, invitation_id: int, by: Actor) -> bool:
    """Write to them once more; False where no address is known, the link is revoked, or a draft.

    Raises:
        NotFound: the meeting has no such invitation.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        row = _get(session, event_id, invitation_id)
        if not row.email or row.revoked_at is not None:
            return False
        if not _reached(day, [row]):
            return False
        _write_to(day, [row])
        _record(session, "invitation.sent_again", event_id, by, day.moment, people=1)
        return True


def revoke(event_id: int, invitation_id: int, by: Actor) -> bool:
    """End a link at once; who signed up by it stays signed up. False: it had ended already.

    Raises:
        NotFound: the meeting has no such invitation.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, event_id, now())
        row = _get(session, event_id, invitation_id)
        if row.revoked_at is not None:
            return False
        row.revoked_at = day.moment
        _record(session, "invitation.revoked", event_id, by, day.moment, people=1)
        return True


def _get(session: WriteSession, event_id: int, invitation_id: int) -> Invitation:
    rows = lock(session, {Invitation: [invitation_id]})[Invitation]
    if not rows or rows[0].event_id != event_id:
        raise NotFound("invitation")
    found: Invitation = rows[0]
    return found


def _reached(day: Day, rows: Sequence[Invitation]) -> list[Invitation]:
    """Those who can be written to, with the letter counted in."""
    found = [row for row in rows if row.email and _meeting(day, row)]
    for row in found:
        row.sent += 1
    return found


def _write_to(day: Day, rows: Sequence[Invitation]) -> None:
    day.post_many(
        [invitation(row, meeting, day.texts) for row in rows if (meeting := _meeting(day, row))]
    )


def _meeting(day: Day, row: Invitation) -> MeetingView | None:
    """None while it is a draft: there is no page yet to which a link could lead."""
    offer = day.offer(row.locale).for_invited([row.event_id], day.moment)
    return next((one for one in offer.meetings if one.id == row.event_id), None)


def _record(  # noqa: PLR0913, PLR0917  # one entry
    session: WriteSession, action: str, event_id: int, by: Actor, moment: datetime, people: int
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
        after={"people": people},
    )
    audit.record(session, entry, moment)
