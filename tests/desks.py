"""A meeting of today with people, and its desk: set-up of several tests."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.events.facts import MeetingView
from app.events.queries import get_meeting_by_id
from app.registration.desk import passes, queries
from app.registration.desk.facts import DeskRow
from app.registration.desk.rules import Wanted
from app.registration.models import Attendance, Booking, Participant
from tests.factories import make_event, make_signups
from tests.office import make_account, token_of

TODAY = timedelta()
HANAKO, TARO = "見本 花子", "見本田 花子"
"""Names of the first and the third of ``make_signups``."""


def make_today(slug: str = "soukai", **more: Any) -> int:
    """A meeting that begins just now."""
    return make_event(slug, starts_in=TODAY, **more)


def make_waiting(event_id: int, count: int, *, first: int, way: str = "venue") -> None:
    """Sign-ups that wait, each with a turn of its own, in the order of their numbers."""
    made = make_signups(event_id, count, first=first, way=way, state="waiting")
    turns = update(Booking).where(Booking.registration_id.in_(made))
    with transaction() as session:
        session.execute(turns.values(queued_at=Booking.created_at))


def view(event_id: int) -> MeetingView:
    """The meeting as the desk sees it."""
    db.session.remove()
    return get_meeting_by_id(event_id, "ja", now())


def rows(event_id: int, **wanted: Any) -> tuple[DeskRow, ...]:
    """Whom a search finds."""
    return queries.search(view(event_id), Wanted(**wanted)).rows


def row(event_id: int, name: str) -> DeskRow:
    """One person as the desk sees them."""
    return next(one for one in rows(event_id, term=name) if one.name == name)


def booking_of(name: str, event_id: int) -> int:
    """The id of somebody's booking."""
    db.session.remove()
    query = select(Booking.id).join(Participant).where(Participant.name == name)
    return db.session.scalars(query.where(Booking.event_id == event_id)).one()


def facts() -> list[tuple[str, str, int | None]]:
    """Everything that was written down: what, at which desk, by which pass."""
    db.session.remove()
    query = select(Attendance.kind, Attendance.desk, Attendance.pass_id).order_by(Attendance.id)
    return [tuple(one) for one in db.session.execute(query)]


def make_pass(event_id: int, by: Actor | None = None, **life: float) -> int:
    """A pass that is good for an hour, or for as long as ``life`` says."""
    by = by or make_account("kakari@example.com")
    return passes.make(event_id, "手伝い", now() + timedelta(**(life or {"hours": 1})), by)


def let_in(client: FlaskClient, pass_id: int, name: str = "受付1") -> TestResponse:
    """Open the link of a pass and press its button."""
    path = passes.link(pass_id).removeprefix("http://127.0.0.1:8000")
    asked = client.get(path)
    assert asked.status_code == 200, asked.status
    return client.post(path, data={"csrf_token": token_of(asked), "name": name})


def press(client: FlaskClient, slug: str, do: str, **values: object) -> TestResponse:
    """Press something at the desk."""
    shown = client.get(f"/desk/{slug}")
    data = {"csrf_token": token_of(shown), "do": do, **values}
    return client.post(f"/desk/{slug}", data=data)


def tap(client: FlaskClient, slug: str, one: DeskRow, do: str, **values: object) -> TestResponse:
    """Press the button of somebody's row, as the page showed it."""
    given = {"person": one.participant_id, "seen": one.seen, **values}
    return press(client, slug, do, **given)


def said(page: TestResponse) -> list[str]:
    """The first lines of the notices on a page."""
    return re.findall(r'class="notice__t">([^<]*)<', page.text)
