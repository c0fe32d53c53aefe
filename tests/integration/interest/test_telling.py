"""Telling everybody that the date is fixed: once each, whatever crashes, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event, EventSession
from app.interest import links, service, telling
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from tests.factories import make_event, person

DAY = timedelta(days=1)


class StopAfter(Stop):
    """Asked to stop after ``looks`` looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    @property
    def asked(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 10)


@pytest.fixture
def event(app: Flask) -> int:
    return make_event("houkoku", kind="briefing", starts_in=None, opens=None)


def make_interest(event_id: int, count: int, state: str = "confirmed", first: int = 0) -> None:
    given = [
        {
            "event_id": event_id,
            "name": person(n).name,
            "organisation": "",
            "email": f"mihon{n}@example.com",
            "email_key": f"mihon{n}@example.com",
            "locale": "en" if n % 5 == 4 else "ja",
            "state": state,
            "version": 1000 + n,
            "created_at": now(),
        }
        for n in range(first, first + count)
    ]
    with transaction() as session:
        session.execute(insert(Interest), given)


def fix_date(event_id: int, opens: timedelta = -DAY, state: str = "published") -> None:
    start = now() + 30 * DAY
    with transaction() as session:
        row = session.get_one(Event, event_id)
        row.opens_at, row.state = now() + opens, state
        row.sessions = [EventSession(starts_at=start, ends_at=start + timedelta(hours=2))]


def letters() -> list[OutboxLetter]:
    found = list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))
    db.session.remove()
    return found


def test_everybody_on_the_list_gets_one_letter(event: int) -> None:
    make_interest(event, 23)
    make_interest(event, 3, "asked", first=23)
    telling.tell_tick(Stop())
    assert letters() == [], "the date is not fixed"
    fix_date(event)
    telling.tell_tick(Stop())
    telling.tell_tick(Stop())
    made = letters()
    assert len({one.to_address for one in made}) == len(made) == 23
    assert len({one.key for one in made}) == 23
    assert [one.locale for one in made].count("en") == 4
    token = links.token(made[0].interest_id or 0, 1000)
    assert f"http://127.0.0.1:8000/i/{token}/sign-up\n" in made[0].body
    assert made[0].unsubscribe_url == f"http://127.0.0.1:8000/i/{token}/leave"
    assert made[0].priority > 0


@pytest.mark.parametrize(("opens", "state"), [(DAY, "published"), (-DAY, "draft"), (DAY, "draft")])
def test_nobody_is_told_before_sign_up_opens(event: int, opens: timedelta, state: str) -> None:
    make_interest(event, 2)
    fix_date(event, opens, state)
    telling.tell_tick(Stop())
    telling.tell(event, Stop())
    assert letters() == []


def test_who_confirms_late_is_told_at_once(event: int) -> None:
    make_interest(event, 1, "asked")
    fix_date(event)
    row = db.session.scalars(select(Interest)).one()
    service.confirm(links.token(row.id, row.version))
    telling.tell_tick(Stop())
    assert [one.purpose for one in letters()] == ["date_fixed"]


def test_a_worker_that_stops_goes_on_where_it_was(event: int) -> None:
    make_interest(event, 35)
    fix_date(event)
    telling.tell_tick(StopAfter(2))
    assert len(letters()) == 20
    telling.tell_tick(Stop())
    assert len(letters()) == 35


def test_a_batch_that_breaks_was_never_there(event: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make_interest(event, 25)
    fix_date(event)
    post = telling.outbox.post_many
    calls: list[int] = []

    def breaking(session: object, made: Sequence[object], moment: object) -> None:
        post(session, made, moment)  # type: ignore[arg-type]
        calls.append(len(made))
        if len(calls) == 2:
            raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(telling.outbox, "post_many", breaking)
    with pytest.raises(RuntimeError):
        telling.tell_tick(Stop())
    assert len(letters()) == 10
    telling.tell_tick(Stop())
    assert len(letters()) == len({one.to_address for one in letters()}) == 25


def test_even_a_note_that_was_lost_makes_no_second_letter(event: int) -> None:
    make_interest(event, 5)
    fix_date(event)
    telling.tell_tick(Stop())
    with transaction() as session:
        session.execute(update(Interest).values(told_at=None))
    telling.tell_tick(Stop())
    assert len(letters()) == 5


def test_two_workers_make_each_letter_once(app: Flask, event: int) -> None:
    make_interest(event, 95)
    fix_date(event)

    def work(_at: int) -> None:
        with app.app_context():
            telling.tell(event, Stop())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(letters()) == 95


def test_who_leaves_gets_no_letter_that_is_still_here(event: int) -> None:
    make_interest(event, 3)
    fix_date(event)
    first, second, _third = db.session.scalars(select(Interest).order_by(Interest.id)).all()
    service.leave(links.token(first.id, first.version))
    telling.tell_tick(Stop())
    service.leave(links.token(second.id, second.version))
    assert [one.state for one in letters()] == ["suppressed", "queued"]
    assert letters()[0].to_address == ""
