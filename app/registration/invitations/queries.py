"""Reading invitations, with how many people signed up by each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.base.addresses import email_key
from app.base.errors import NotFound
from app.base.tokens import content_digest
from app.db import db
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration.invitations import links
from app.registration.invitations.facts import InvitationView, ListPlan, NewInvitation
from app.registration.invitations.models import Invitation
from app.registration.invitations.rules import state
from app.registration.models import LIVE, Booking, Registration


def letter_key(invitation_id: int, sent: int) -> str:
    """The key of the letter that was the ``sent``-th with this link."""
    return f"invitation:{invitation_id}:{sent}"


def list_invitations(event_id: int, now: datetime) -> tuple[InvitationView, ...]:
    """All of a meeting, the newest first, with the states of their letters: three queries."""
    session = db.session()
    query = _INVITATIONS.where(Invitation.event_id == event_id).order_by(Invitation.id.desc())
    return _views(session, query, now, letters=True)


def list_unused(
    session: Session, event_id: int, addresses: Collection[str], now: datetime
) -> tuple[InvitationView, ...]:
    """The newest unused link of each of these addresses, where there is one: three queries.

    Args:
        session: for reading, or that of a transaction that holds the lock of the series.
        event_id: of the meeting.
        addresses: as ``email_key`` makes them.
        now: aware.
    """
    rows = session.execute(
        select(Invitation.id, Invitation.email).where(
            Invitation.event_id == event_id, Invitation.email != "", Invitation.revoked_at.is_(None)
        )
    )
    found = [row.id for row in rows if email_key(row.email) in addresses]
    query = _INVITATIONS.where(Invitation.id.in_(found)).order_by(Invitation.id)
    unused = (one for one in _views(session, query, now) if one.state == "good" and not one.used)
    return tuple({email_key(one.email): one for one in unused}.values())


def get_plan(event_id: int, wanted: Sequence[NewInvitation], now: datetime) -> ListPlan:
    """What inviting a list would do: five queries.

    Raises:
        NotFound: there is no such meeting.
    """
    return read_plan(db.session(), event_id, wanted, now)


def read_plan(
    session: Session, event_id: int, wanted: Sequence[NewInvitation], now: datetime
) -> ListPlan:
    """The same; in a transaction that holds the lock of the series it decides."""
    state = session.scalar(select(Event.state).where(Event.id == event_id))
    if state is None:
        raise NotFound("event")
    keys = {email_key(one.email) for one in wanted if one.email}
    there = list_unused(session, event_id, keys, now)
    have = {email_key(one.email) for one in there}
    new = [one for one in wanted if not one.email or email_key(one.email) not in have]
    newest = select(func.max(Invitation.id)).where(Invitation.event_id == event_id)
    shown = {
        "wanted": [[one.label, one.email] for one in wanted],
        "there": [one.id for one in there],
        "newest": session.scalar(newest),
        "state": state,
    }
    return ListPlan(
        mailed=tuple(one for one in new if one.email),
        handed=tuple(one for one in new if not one.email),
        there=there,
        writes=state != "draft",
        seen=content_digest(shown),
    )


def get_invitation(event_id: int, invitation_id: int, now: datetime) -> InvitationView:
    """One of a meeting.

    Raises:
        NotFound: it has no such invitation.
    """
    found = read_invitation(db.session(), invitation_id, now)
    if found is None or found.event_id != event_id:
        raise NotFound("invitation")
    return found


def event_invited_to(invitation_id: int | None, now: datetime) -> frozenset[int]:
    """The meeting to which a link still lets somebody more come; none where it does not."""
    if invitation_id is None:
        return frozenset()
    found = read_invitation(db.session(), invitation_id, now)
    return frozenset([found.event_id] if found and found.state == "good" else [])


def find_by_token(token: str, now: datetime) -> InvitationView | None:
    """The invitation of a link, good or not; None where the link is none of ours."""
    invitation_id = links.read(token)
    if invitation_id is None:
        return None
    return read_invitation(db.session(), invitation_id, now)


def read_invitation(
    session: Session, invitation_id: int, now: datetime, *, but_not: int = 0
) -> InvitationView | None:
    """An invitation by its id: two queries. Under the lock of the series its count decides.

    ``but_not``: id of a sign-up whose people are not counted, since it is being changed.
    """
    query = _INVITATIONS.where(Invitation.id == invitation_id)
    return next(iter(_views(session, query, now, but_not=but_not)), None)


_INVITATIONS: Any = select(Invitation, Event.slug).join(Event, Event.id == Invitation.event_id)


def _views(
    session: Session,
    query: Select[Any],
    now: datetime,
    *,
    letters: bool = False,
    but_not: int = 0,
) -> tuple[InvitationView, ...]:
    rows = session.execute(query).all()
    used = _used(session, [row.id for row, _slug in rows], but_not)
    sent = _letters(session, [row for row, _slug in rows]) if letters else {}
    return tuple(
        InvitationView(
            id=row.id,
            event_id=row.event_id,
            slug=slug,
            label=row.label,
            email=row.email,
            places=row.places,
            used=used.get(row.id, 0),
            expires_at=row.expires_at,
            created_at=row.created_at,
            state=state(
                places=row.places,
                used=used.get(row.id, 0),
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
                now=now,
            ),
            letter=sent.get(letter_key(row.id, row.sent), ""),
            unsent=bool(row.email) and row.sent == 0,
        )
        for row, slug in rows
    )


def _used(session: Session, ids: Collection[int], but_not: int) -> dict[int, int]:
    """How many people come, wait or have asked to by each of these links."""
    query = (
        select(Registration.invitation_id, func.count())
        .join(Invitation, Invitation.id == Registration.invitation_id)
        .join(Booking, Booking.registration_id == Registration.id)
        .where(
            Registration.invitation_id.in_(ids),
            Registration.id != but_not,
            Booking.event_id == Invitation.event_id,
            Booking.state.in_(LIVE),
        )
        .group_by(Registration.invitation_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(query)}


def _letters(session: Session, rows: Collection[Invitation]) -> dict[str, str]:
    keys = [letter_key(row.id, row.sent) for row in rows if row.sent]
    query = select(OutboxLetter.key, OutboxLetter.state).where(OutboxLetter.key.in_(keys))
    return {row[0]: row[1] for row in session.execute(query)}
