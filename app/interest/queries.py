"""Reading interest."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from app.base.clock import now
from app.base.errors import Gone, NotFound
from app.db import db
from app.events.models import Event
from app.interest import links
from app.interest.facts import InterestView, Prefill
from app.interest.models import Interest
from app.interest.rules import Standing, page


def get_interest(token: str, moment: datetime) -> InterestView:
    """The interest of this link at ``moment`` (aware); of one that has ended the texts are ''.

    Raises:
        NotFound: the link is not ours.
        Gone: there is no such interest any more.
    """
    row = _row(token)
    standing = Standing(state=row.state, created_at=row.created_at)
    return InterestView(
        id=row.id,
        event_id=row.event_id,
        name=row.name,
        organisation=row.organisation,
        email=row.email,
        locale=row.locale,
        page=page(standing, moment),
    )


def find_prefill(token: str) -> Prefill | None:
    """What the sign-up form is filled in with for whoever holds this link; None for a bad link.

    Only for somebody who confirmed; whether the meeting takes sign-ups is not looked at.
    """
    try:
        row = _row(token)
    except (NotFound, Gone):
        return None
    if page(Standing(state=row.state, created_at=row.created_at), now()) != "listed":
        return None
    return Prefill(
        slug=row.slug,
        name=row.name,
        organisation=row.organisation,
        email=row.email,
        locale=row.locale,
    )


def ids_of_meeting(event_id: int) -> Select[int]:
    """The ids of all that wait, or waited, for the date of a meeting: a query."""
    return select(Interest.id).where(Interest.event_id == event_id)


def meetings_of(ids: Collection[int]) -> dict[int, int]:
    """The meetings of interests: one query, none where none are asked for."""
    query = select(Interest.id, Interest.event_id).where(Interest.id.in_(ids))
    return {row.id: row.event_id for row in db.session.execute(query)} if ids else {}


def count_by_event() -> dict[int, int]:
    """How many wait to be told, by event id: those who confirmed; who has none is left out."""
    query = (
        select(Interest.event_id, func.count().label("waiting"))
        .where(Interest.state == "confirmed")
        .group_by(Interest.event_id)
        .order_by(Interest.event_id)
    )
    return {row.event_id: row.waiting for row in db.session.execute(query)}


def _row(token: str) -> Row[Any]:
    found = links.read(token)
    if found is None:
        raise NotFound("interest")
    interest: Any = Interest.__table__
    query = (
        select(interest, Event.slug)
        .join(Event, Event.id == interest.c.event_id)
        .where(interest.c.id == found[0], interest.c.version == found[1])
    )
    row = db.session.execute(query).first()
    if row is None:
        raise Gone("interest")
    return row
