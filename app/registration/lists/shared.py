"""The list for a co-host: only what a notice of joint use named, only of those who saw it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.registration.models import Booking, Participant, Registration
from app.registration.privacy.facts import Wording
from app.registration.privacy.queries import list_versions
from app.registration.privacy.rules import sharing

BATCH = 1000
COLUMNS: dict[str, Any] = {
    "name": Participant.name,
    "reading": Participant.reading,
    "organisation": Participant.organisation,
    "role": Participant.role,
    "standing": Participant.standing,
    "way": Booking.way,
    "state": Booking.state,
    "email": Registration.email,
    "telephone": Registration.telephone,
}


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What a co-host may get: ``people`` of a meeting, ``left_out`` of those who come or wait.

    ``wording``: the newest version that tells of joint use, None where there is none;
    ``numbers``: those of the versions whose readers are in the list.
    """

    wording: Wording | None
    numbers: frozenset[int]
    people: int
    left_out: int


def read_shared(event_id: int, series_id: int) -> Shared:
    """What there is to share of a meeting: two queries."""
    versions = {one.number: one.wording for one in list_versions(series_id)}
    current = next((one for one in versions.values() if one.is_joint), None)
    numbers = sharing(current, versions) if current else frozenset()
    saw = case((Participant.notice_version.in_(numbers), 1))
    counted = (
        select(func.count(), func.count(saw))
        .select_from(Booking)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(*_coming(event_id))
    )
    every, people = db.session.execute(counted).one()
    return Shared(
        wording=current,
        numbers=numbers,
        people=people,
        left_out=every - people,
    )


def record_shared(event_id: int, shared: Shared, by: Actor) -> None:
    """Note who takes the list out of the house for whom, before the first line goes out."""
    told = shared.wording or Wording()
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action="people.shared",
        subject="event",
        subject_id=event_id,
        after={
            "partners": told.partners.ja,
            "items": list(told.items),
            "people": shared.people,
            "left_out": shared.left_out,
        },
    )
    with transaction() as session:
        audit.record(session, entry, now())


def list_rows(event_id: int, shared: Shared) -> Iterator[dict[str, str]]:
    """Item → value of everybody in the list by their reading, in short reads."""
    items = shared.wording.items if shared.wording else ()
    last: tuple[str, int] | None = None
    while rows := _batch(event_id, shared.numbers, items, last):
        for row in rows:
            yield {item: getattr(row, item) for item in items}
        last = rows[-1].sort_key, rows[-1].id


def _batch(
    event_id: int, numbers: frozenset[int], items: Sequence[str], last: tuple[str, int] | None
) -> Sequence[Any]:
    query: Select[Any] = (
        select(Booking.id, Booking.sort_key, *(COLUMNS[item].label(item) for item in items))
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(*_coming(event_id), Participant.notice_version.in_(numbers))
        .order_by(Booking.sort_key, Booking.id)
        .limit(BATCH)
    )
    if last is not None:
        query = query.where(tuple_(Booking.sort_key, Booking.id) > last)
    return db.session.execute(query).all()


def _coming(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who comes or waits, and has a name still."""
    return (
        Booking.event_id == event_id,
        Booking.state.in_(("confirmed", "waiting")),
        Booking.registration_id.in_(select(Registration.id).where(Registration.erased == "")),
    )
