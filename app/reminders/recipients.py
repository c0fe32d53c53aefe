"""Those a letter goes to, in the order of their ids, with what they take part in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.auth.facts import Actor
from app.events.models import Series
from app.interest.models import Interest
from app.registration.models import LIVE, Booking, Participant, Registration
from app.registration.rules import show_number
from app.reminders import groups
from app.reminders.facts import Attending, Neighbours, Recipient, Target
from app.reminders.groups import Scope

_SHOWN = LIVE


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which part of a group: ids over ``after`` and not over ``up_to``, at most ``limit``."""

    after: int
    up_to: int
    limit: int


def next_ids(session: Session, target: Target, scope: Scope, reach: Reach) -> Sequence[int]:
    """The ids of the next sign-ups (or interests) of a group, in order."""
    ids, inside = _members(target, scope)
    query = select(ids).where(ids > reach.after, ids <= reach.up_to, inside)
    return session.scalars(query.order_by(ids).limit(reach.limit)).all()


def read(
    session: Session,
    target: Target,
    scope: Scope,
    ids: Iterable[int],
    event_ids: Sequence[int],
) -> list[Recipient]:
    """Those of ``ids`` who (still) belong to a group, in the order of their ids: two queries.

    Args:
        session: that reads, or writes under the lock.
        target: the group.
        scope: of which meetings.
        ids: of sign-ups, or of interests for that group.
        event_ids: the meetings that the letter is about, in their order.
    """
    if target.audience == "interested":
        found = select(Interest).where(Interest.id.in_(list(ids)), groups.interests(scope))
        rows = session.scalars(found.order_by(Interest.id))
        return [_interested(row) for row in rows]
    signups = session.execute(_signups(target, scope).where(Registration.id.in_(list(ids)))).all()
    attending = _attending(session, [row.id for row in signups], event_ids)
    return [_recipient(row, attending[row.id]) for row in signups]


def find(
    session: Session, target: Target, scope: Scope, event_ids: Sequence[int], wanted: int | None
) -> Neighbours | None:
    """The recipient of this id, else the first; None where there is nobody: four queries."""
    ids, inside = _everybody(target, scope)
    asked = func.min(case((ids == (wanted or 0), ids)))
    found = session.scalar(select(func.coalesce(asked, func.min(ids))).where(inside))
    here = [] if found is None else read(session, target, scope, [found], event_ids)
    if not here:
        return None
    beside = select(func.max(case((ids < found, ids))), func.min(case((ids > found, ids))))
    before, after = session.execute(beside.where(inside)).one()
    return Neighbours(here=here[0], before=before, after=after)


def nobody(by: Actor, locale: str, event_ids: tuple[int, ...]) -> Recipient:
    """A stand-in for letters to be tried on while nobody is signed up: whoever is acting."""
    return Recipient(
        registration_id=0,
        registration_version=0,
        link_version=0,
        number="A-0000",
        name=by.name,
        email=by.email,
        telephone="",
        locale=locale,
        attending=tuple(Attending(event_id=one, way="venue") for one in event_ids),
    )


def _everybody(target: Target, scope: Scope) -> tuple[Any, Any]:
    if target.audience == "interested":
        return Interest.id, groups.interests(scope)
    return Registration.id, groups.by_set(target, scope)


def _members(target: Target, scope: Scope) -> tuple[Any, Any]:
    if target.audience == "interested":
        return Interest.id, groups.interests(scope)
    return Registration.id, groups.members(target, scope)


def _signups(target: Target, scope: Scope) -> Any:
    return (
        select(
            *(Registration.id, Registration.version, Registration.link_version),
            *(Registration.contact_name, Registration.email, Registration.telephone),
            *(Registration.number, Registration.locale, Series.number_letter),
        )
        .join(Series, Series.id == Registration.series_id)
        .where(groups.members(target, scope))
        .order_by(Registration.id)
    )


def _attending(
    session: Session, ids: Sequence[int], event_ids: Sequence[int]
) -> Mapping[int, tuple[Attending, ...]]:
    """By sign-up: the meetings that its people have a place at or wait for, in their order."""
    query = (
        select(Participant.registration_id, Booking.event_id, Booking.way)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Participant.registration_id.in_(ids), Booking.event_id.in_(event_ids))
        .where(Booking.state.in_(_SHOWN))
        .distinct()
    )
    ways: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for registration_id, event_id, way in session.execute(query):
        ways[registration_id][event_id].add(way)
    return {
        one: tuple(
            Attending(event_id=event_id, way=_one_way(ways[one][event_id]))
            for event_id in event_ids
            if event_id in ways[one]
        )
        for one in ids
    }


def _one_way(ways: set[str]) -> str:
    return next(iter(ways)) if len(ways) == 1 else "both"


def _recipient(row: Any, attending: tuple[Attending, ...]) -> Recipient:
    return Recipient(
        registration_id=row.id,
        registration_version=row.version,
        link_version=row.link_version,
        number=show_number(row.number_letter, row.number),
        name=row.contact_name,
        email=row.email,
        telephone=row.telephone,
        locale=row.locale,
        attending=attending,
    )


def _interested(row: Interest) -> Recipient:
    return Recipient(
        registration_id=0,
        registration_version=0,
        link_version=row.version,
        number="",
        name=row.name,
        email=row.email,
        telephone="",
        locale=row.locale,
        attending=(Attending(event_id=row.event_id, way="both"),),
        interest_id=row.id,
    )
