"""Copies to practise with: how they are told from meetings, and which meeting each is of."""

import re
import secrets
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.db import db
from app.events.models import Event, Series

_SLUG = re.compile("practice-([0-9]{1,9})-[0-9a-f]{12}")


def is_real() -> ColumnElement[bool]:
    """Whether an ``Event`` is a meeting: lists, counts and ticks leave copies out by it."""
    return Event.series_id.in_(select(Series.id).where(Series.is_practice.is_(False)))


def new_slug(event_id: int) -> str:
    """A name for a new copy of a meeting; nobody can guess it."""
    return f"{beginning(event_id)}{secrets.token_hex(6)}"


def beginning(event_id: int) -> str:
    """How the names of all copies of a meeting begin."""
    return f"practice-{event_id}-"


def originals_of(ids: Collection[int]) -> dict[int, int]:
    """The meetings that copies were made of, by id: one query, none where none are asked for."""
    if not ids:
        return {}
    query = select(Event.id, Event.slug).where(Event.id.in_(ids))
    found = {row.id: original_of(row.slug) for row in db.session.execute(query)}
    return {row: original for row, original in found.items() if original is not None}


def with_copies(event_id: int) -> Select[int]:
    """A query for a meeting and its copies, gone ones too, to be used within another."""
    mine = Event.slug.startswith(beginning(event_id), autoescape=True)
    return select(Event.id).where(or_(Event.id == event_id, and_(mine, ~is_real())))


def original_of(slug: str) -> int | None:
    """The id of the meeting that a copy was made of; None where the name is no copy's."""
    found = _SLUG.fullmatch(slug)
    return int(found[1]) if found else None
