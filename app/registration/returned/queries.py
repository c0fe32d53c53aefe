"""The people behind addresses and calendars' answers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db import db
from app.events.models import Event, Series
from app.registration.models import Registration
from app.registration.rules import show_number

MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """A sign-up that has an address."""

    registration_id: int
    number: str
    name: str
    telephone: str
    address_key: str


def list_by_address(keys: Collection[str]) -> dict[str, tuple[Concerned, ...]]:
    """The sign-ups of addresses, by ``email_key``, the latest first; one query."""
    query = _concerned().where(Registration.email_key.in_(keys)).order_by(Registration.id.desc())
    found: dict[str, tuple[Concerned, ...]] = {}
    for row in db.session.execute(query.limit(MOST)):
        one = _view(row)
        found[one.address_key] = (*found.get(one.address_key, ()), one)
    return found


def list_by_id(ids: Collection[int]) -> dict[int, Concerned]:
    """The sign-ups of these ids that there are; one query."""
    query = _concerned().where(Registration.id.in_(ids))
    return {row.id: _view(row) for row in db.session.execute(query)}


def list_titles(event_ids: Collection[int], locale: str) -> dict[int, str]:
    """The titles of meetings; one query."""
    query = select(Event.id, Event.title).where(Event.id.in_(event_ids))
    return {row.id: row.title.text(locale) for row in db.session.execute(query)}


def _concerned() -> Any:
    return select(
        *(Registration.id, Registration.number, Registration.contact_name),
        *(Registration.telephone, Registration.email_key, Series.number_letter),
    ).join(Series, Series.id == Registration.series_id)


def _view(row: Any) -> Concerned:
    return Concerned(
        registration_id=row.id,
        number=show_number(row.number_letter, row.number),
        name=row.contact_name,
        telephone=row.telephone,
        address_key=row.email_key,
    )
