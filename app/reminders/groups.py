"""The groups of people (宛先) that a letter can go to, as conditions of the database.

A letter goes to a sign-up, once, however many people and meetings it names: so a group is a set of
sign-ups, those with any booking that belongs to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.base.clock import now
from app.interest.models import Interest
from app.mail.bounces.models import MailAddress
from app.mail.models import OutboxLetter
from app.registration.attendance import came, stayed_away
from app.registration.models import LIVE, Answer, Booking, Participant, Registration
from app.reminders.facts import Audience, Target
from app.reminders.models import Listed

_later = aliased(OutboxLetter)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The meetings whose people are meant: of ``event_ids``, and of none of ``but_not``.

    ``until``: only those who had signed up by then (aware UTC); ``up_to``: only ids up to this one.
    """

    event_ids: Sequence[int]
    but_not: Sequence[int] = ()
    until: datetime | None = None
    up_to: int | None = None


def members(target: Target, scope: Scope) -> ColumnElement[bool]:
    """Whether a ``Registration`` belongs to a group."""
    # Nobody can be written to of whom only what minutes need is left.
    conditions = [Registration.erased == "", _signed_up(target, scope.event_ids)]
    if scope.but_not:
        conditions.append(~_signed_up(target, scope.but_not))
    if scope.until is not None:
        conditions.append(Registration.created_at <= scope.until)
    if scope.up_to is not None:
        conditions.append(Registration.id <= scope.up_to)
    if target.list_id is not None:
        conditions.append(Registration.id.in_(_listed(target.list_id)))
    elif target.audience == "letter_failed":
        conditions.append(_last_letter_failed())
    return and_(*conditions)


def by_set(target: Target, scope: Scope) -> ColumnElement[bool]:
    """``members``, begun at the bookings of the meetings: faster where all are wanted at once."""
    begun_there = select(Booking.registration_id).where(
        Booking.event_id.in_(scope.event_ids), bookings(target)
    )
    rest = members(target, scope) if _needs_more(target, scope) else None
    inside = and_(Registration.erased == "", Registration.id.in_(begun_there))
    return inside if rest is None else and_(inside, rest)


def bookings(target: Target) -> ColumnElement[bool]:
    """Whether a ``Booking`` is one of those that a group is about."""
    audience = target.audience
    if target.list_id is not None:
        return Booking.state.in_(LIVE)
    if audience == "waiting":
        return Booking.state == "waiting"
    if audience == "letter_failed":
        return Booking.state.in_(("confirmed", "waiting"))
    further: dict[str, ColumnElement[bool]] = {
        "venue": Booking.way == "venue",
        "online": Booking.way == "online",
        "came": came(),
        "not_came": stayed_away(Booking, now()),
        "not_arrived": ~came(),
        "answered": _answered(target),
        "not_answered": ~_answered(target),
    }
    return and_(Booking.state == "confirmed", further.get(audience, true()))


def count(session: Session, target: Target, scope: Scope) -> Audience:
    """How many sign-ups (or interests) a group has now: one query."""
    if target.audience == "interested":
        return _count_interests(session, scope)
    return _counted(
        session,
        select(
            func.count(Registration.id),
            func.count(case((_reached_by_mail(), 1))),
            func.count(case((Registration.locale == "en", 1))),
            func.coalesce(func.max(Registration.id), 0),
        ).where(by_set(target, scope)),
    )


def interests(scope: Scope) -> ColumnElement[bool]:
    """Whether an ``Interest`` is one of those who asked for news of a meeting."""
    known = true() if scope.up_to is None else Interest.id <= scope.up_to
    return and_(Interest.event_id.in_(scope.event_ids), Interest.state == "confirmed", known)


def _count_interests(session: Session, scope: Scope) -> Audience:
    return _counted(
        session,
        select(
            func.count(Interest.id),
            func.count(case((~_is_marked(Interest.email), 1))),
            func.count(case((Interest.locale == "en", 1))),
            func.coalesce(func.max(Interest.id), 0),
        ).where(interests(scope)),
    )


def _counted(session: Session, query: Any) -> Audience:
    everybody, by_mail, english, up_to = session.execute(query).one()
    return Audience(everybody=everybody, by_mail=by_mail, in_english=english, up_to=up_to)


def _reached_by_mail() -> ColumnElement[bool]:
    """Whether there is an address, and none from which letters came back."""
    return and_(Registration.email != "", ~_is_marked(Registration.email))


def _is_marked(address: Any) -> ColumnElement[bool]:
    return exists().where(
        MailAddress.address_key == func.lower(address), MailAddress.state == "marked"
    )


def _needs_more(target: Target, scope: Scope) -> bool:
    limited = scope.until is not None or scope.up_to is not None
    more = target.list_id is not None or target.audience == "letter_failed"
    return bool(scope.but_not or limited or more)


def _listed(list_id: int) -> Any:
    return select(Listed.registration_id).where(Listed.list_id == list_id)


def _signed_up(target: Target, event_ids: Sequence[int]) -> ColumnElement[bool]:
    # Person by person: joined, SQLite reads all bookings of the meetings anew for each sign-up.
    theirs = exists(
        select(Booking.id)
        .where(Booking.participant_id == Participant.id)
        .where(Booking.event_id.in_(event_ids), bookings(target))
        .correlate(Participant)
    )
    return exists(
        select(Participant.id)
        .where(Participant.registration_id == Registration.id, theirs)
        .correlate(Registration)
    )


def _answered(target: Target) -> ColumnElement[bool]:
    """Whether a question was answered, for the person or once for the sign-up, and so."""
    chosen = [] if target.choice_id is None else [Answer.choice_id == target.choice_id]
    return exists().where(
        Answer.question_id == target.question_id,
        Answer.registration_id == Booking.registration_id,
        or_(Answer.participant_id.is_(None), Answer.participant_id == Booking.participant_id),
        *chosen,
    )


def _last_letter_failed() -> ColumnElement[bool]:
    later = exists().where(
        _later.registration_id == OutboxLetter.registration_id,
        _later.id > OutboxLetter.id,
        _later.state != "suppressed",
    )
    # One that came back, or was not sent since others had, waits to be told by hand.
    came_back = and_(OutboxLetter.state == "by_hand", OutboxLetter.to_address != "")
    return exists().where(
        OutboxLetter.registration_id == Registration.id,
        or_(OutboxLetter.state == "failed", came_back),
        ~later,
    )
