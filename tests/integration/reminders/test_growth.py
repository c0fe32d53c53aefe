"""Whom a letter goes to is found by work that grows as the people do, and not faster.

SQLite counts its own steps, so that nothing here is timed; how PostgreSQL goes about it is measured
by ``make bench``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.db import db
from app.reminders import groups, recipients
from app.reminders.facts import Target
from app.reminders.groups import Scope
from tests.factories import make_event, make_signups

FEW, MANY = 200, 2000
AS_MANY_TIMES = 15
"""Ten times the people, and something for sorting."""
A_HUNDRED = 1000
"""How often SQLite calls us at most while it reads a hundred readers: every 100 steps."""
AUDIENCES = (
    *("confirmed", "waiting", "venue", "online", "came", "not_came", "not_arrived"),
    "letter_failed",
)


class Steps:
    """How many hundreds of steps SQLite took."""

    def __init__(self) -> None:
        self.taken = 0

    def step(self) -> int:
        """One hundred more; 0: go on."""
        self.taken += 1
        return 0

    def of(self, read: Callable[[], object]) -> int:
        """Those of one read."""
        before = self.taken
        read()
        db.session.close()
        return self.taken - before


@contextmanager
def counting() -> Iterator[Steps]:
    """Count the steps of every connection that is taken out meanwhile."""
    steps = Steps()

    def take(raw: Any, *_more: object) -> None:
        raw.set_progress_handler(steps.step, 100)

    db.session.close()
    event.listen(db.engine, "checkout", take)
    try:
        yield steps
    finally:
        event.remove(db.engine, "checkout", take)
        with db.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.set_progress_handler(None, 0)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_work_grows_as_the_people_do(app: Flask, audience: str) -> None:
    with app.app_context():
        meeting = make_event(venue=2 * MANY)
        target = Target(audience=audience)
        ids = make_signups(meeting, FEW)
        few = work(target, meeting, ids)
        ids += make_signups(meeting, MANY - FEW, first=FEW)
        many = work(target, meeting, ids)
    for what, steps in many.items():
        assert steps <= AS_MANY_TIMES * max(few[what], 1), (what, few, many)
    assert many["read"] <= A_HUNDRED, many


def work(target: Target, meeting: int, ids: list[int]) -> dict[str, int]:
    """What each way of asking for a group takes."""
    whole = Scope(event_ids=[meeting])
    known = Scope(event_ids=[meeting], up_to=ids[-1])
    reach = recipients.Reach(after=ids[len(ids) // 2], up_to=ids[-1], limit=100)
    with counting() as steps:
        session = db.session
        return {
            "count": steps.of(lambda: groups.count(session(), target, whole)),
            "count known": steps.of(lambda: groups.count(session(), target, known)),
            "next": steps.of(lambda: recipients.next_ids(session(), target, known, reach)),
            "read": steps.of(
                lambda: recipients.read(session(), target, known, ids[-100:], [meeting])
            ),
            "find": steps.of(lambda: recipients.find(session(), target, known, [meeting], None)),
        }
