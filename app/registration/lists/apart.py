"""The office has looked: those with something in common are different people, or may not be."""

import secrets

from sqlalchemy import delete, select

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events import changes
from app.events.models import Event, Series
from app.registration.lists.likely import Group, Wanted, find_group
from app.registration.models import PersonApart

APART, TOGETHER = "people.apart", "people.apart_taken_back"


def note_apart(wanted: Wanted, participant_id: int, seen: str, by: Actor) -> None:
    """Offer a group no more: they are different people; noted already, nothing happens.

    Args:
        wanted: where the group was found.
        participant_id: anybody of it.
        seen: its digest as it was shown.
        by: who of the office acts.

    Raises:
        ChangedMeanwhile: the group is not as it was seen, or there is none any more.
        Busy: nothing was stored.
    """
    with transaction() as session:
        group = _group(session, wanted, participant_id, seen)
        if group is None:
            return
        decision, moment = secrets.token_hex(8), now()
        rows = [
            PersonApart(
                decision=decision,
                likeness=wanted.by,
                participant_id=one.participant_id,
                noted_at=moment,
                noted_by=by.account_id,
            )
            for one in group.people
        ]
        session.write_many(rows)
        changes.record(session, APART, wanted.event_id, by, {}, _told(wanted, group))


def take_back(wanted: Wanted, participant_id: int, seen: str, by: Actor) -> None:
    """Offer a group again; done already, nothing happens. The arguments are as in ``note_apart``.

    Raises:
        ChangedMeanwhile: the group is not as it was seen, or there is none any more.
        Busy: nothing was stored.
    """
    with transaction() as session:
        group = _group(session, wanted, participant_id, seen)
        if group is None:
            return
        whom = [one.participant_id for one in group.people]
        mine = PersonApart.participant_id.in_(whom), PersonApart.likeness == wanted.by
        session.execute(delete(PersonApart).where(*mine))
        changes.record(session, TOGETHER, wanted.event_id, by, _told(wanted, group), {})


def _group(session: WriteSession, wanted: Wanted, participant_id: int, seen: str) -> Group | None:
    """The group as it was seen; None where somebody has done the same with it already.

    The series is locked, as it is for every change of a sign-up.
    """
    series = session.scalar(select(Event.series_id).where(Event.id == wanted.event_id))
    lock(session, {Series: [series] if series else []})
    group = find_group(session, wanted, participant_id)
    if group and group.digest == seen:
        return group
    other = find_group(session, wanted.turned, participant_id)
    if other and other.digest == seen:
        return None
    raise ChangedMeanwhile("group")


def _told(wanted: Wanted, group: Group) -> dict[str, object]:
    """By their numbers alone, so that the entry holds nothing of a person."""
    numbers = dict.fromkeys(one.number for one in group.people)
    return {"likeness": wanted.by, "numbers": list(numbers)}
