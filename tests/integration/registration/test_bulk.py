"""Acts on many people: begun once, done sign-up by sign-up, by the rules of each."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.auth.facts import Actor
from app.auth.models import AuditEntry, AuditValue
from app.db import db
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration.bulk import queries, service
from app.registration.bulk.service import Act, Nobody, OtherNumber
from app.registration.desk import practice
from app.registration.lists.finding import RosterFilter, conditions
from app.registration.models import Attendance, Booking
from tests.entries import person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import make_account


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def act(event: int, kind: str, **more: Any) -> Act:
    return Act(event_id=event, kind=kind, key=secrets.token_hex(16), **more)


def begin(asked: Act, which: list[Any], by: Actor) -> int:
    """As somebody does who saw the number."""
    return service.begin(asked, which, service.count(asked, which)[0], by)


def everybody(event: int, **more: Any) -> list[Any]:
    return conditions(RosterFilter(event_ids=(event,), **more))


def states(event: int) -> list[tuple[str, str]]:
    db.session.remove()
    query = select(Booking.way, Booking.state).where(Booking.event_id == event)
    return [(way, state) for way, state in db.session.execute(query.order_by(Booking.id))]


def test_all_that_a_search_found_are_cancelled_once_with_a_letter_each(by: Actor) -> None:
    event = make_event(venue=2)
    for name in ("見本 花子", "見本 太郎", "例 次郎"):
        sign_up("soukai", person(name, event), email=f"{len(name)}{name[-2]}@example.com")
    asked = act(event, "cancel", reason="会場の都合です")
    which = everybody(event, q="見本")
    assert service.count(asked, which) == (2, 2)
    for named in (1, 3):
        with pytest.raises(OtherNumber):
            service.begin(asked, which, named, by)
    number = service.begin(asked, which, 2, by)
    assert service.begin(asked, which, 2, by) == number
    assert service.work(number)
    assert [state for _way, state in states(event)] == ["cancelled", "cancelled", "confirmed"]
    found = queries.get_act(event, number)
    assert (found.done, found.refused, found.left, found.is_done) == (2, 0, 0, True)
    letters = select(OutboxLetter.body).where(OutboxLetter.purpose == "office_cancelled")
    assert ["会場の都合です" in one for one in db.session.scalars(letters)] == [True, True]
    audited = select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
    told = {row[0]: row[1] for row in db.session.execute(audited)}
    assert (told["people.cancelled"], told["registration.cancelled"]) == (1, 2)
    db.session.remove()
    with pytest.raises(Nobody):
        service.begin(act(event, "cancel"), which, 2, by)


def test_a_way_takes_as_many_as_it_has_places_for(by: Actor) -> None:
    event = make_event(venue=3, online=2)
    for n in range(4):
        sign_up(
            "soukai",
            person(f"例 {n}", event, reading=f"れい{'あいうえ'[n]}"),
            email=f"{n}@example.com",
        )
    assert states(event)[3] == ("venue", "waiting")
    number = begin(act(event, "way", way="online"), everybody(event), by)
    noted = AuditValue.entry_id == AuditEntry.id
    moved = select(AuditValue.after).join(AuditEntry, noted)
    moved = moved.where(AuditEntry.action == "people.moved")
    assert db.session.scalars(moved).one() == {"people": 4, "way": "online"}
    assert service.work(number)
    assert states(event) == [
        ("online", "confirmed"),
        ("online", "confirmed"),
        ("venue", "confirmed"),
        ("venue", "confirmed"),
    ], "whoever finds no place keeps theirs, and the queue moves up"
    found = queries.get_act(event, number)
    assert [one.code for one in found.refusals] == ["way_full_keep", "way_full_keep"]


def test_whoever_waits_is_not_put_at_the_end_of_another_queue(by: Actor) -> None:
    event = make_event(venue=0, online=0)
    got = sign_up("soukai", person("例 次郎", event))
    number = begin(act(event, "way", way="online"), everybody(event), by)
    assert service.work(number)
    assert queries.get_act(event, number).outcomes == {"would_wait": 1}
    assert signup_of(got).people[0].bookings[0].way == "venue"


def test_arrivals_are_noted_by_steps_and_the_worker_goes_on(by: Actor) -> None:
    event = make_event(venue=None)
    make_signups(event, 5)
    make_signups(event, 1, state="waiting", first=5)
    number = begin(act(event, "arrive"), everybody(event), by)
    assert not service.work(number, seconds=0)
    assert queries.get_act(event, number).left == 5
    stop = Stop()
    stop.ask()
    service.work_tick(stop)
    db.session.remove()
    assert queries.get_act(event, number).left == 5
    db.session.remove()
    service.work_tick(Stop())
    db.session.remove()
    assert queries.get_act(event, number).is_done
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 5


def test_a_practice_vanishes_with_what_was_done_to_many_in_it(by: Actor) -> None:
    slug = practice.start(make_event(starts_in=timedelta(hours=-1)), by)
    event = db.session.scalars(select(Event.id).where(Event.slug == slug)).one()
    make_signups(event, 2)
    number = begin(act(event, "arrive"), everybody(event), by)
    assert service.work(number)
    practice.remove(slug, by)
    assert states(event) == []
    assert queries.get_act(event, number).outcomes == {}


def test_of_a_day_one_full_meeting_does_not_keep_people_from_moving_at_the_other(
    by: Actor,
) -> None:
    series = make_series("day")
    am = make_event("am", series_id=series, online=5)
    pm = make_event("pm", series_id=series, online=1)
    sign_up("am", person("例 次郎", pm, way="online"), email="rei@example.com")
    sign_up("am", person("見本 花子", am, pm))
    asked = act(am, "way", way="online")
    act_id = begin(asked, conditions(RosterFilter(event_ids=(am, pm), way="venue")), by)
    assert service.work(act_id)
    assert states(am) == [("online", "confirmed")]
    assert sorted(states(pm)) == [("online", "confirmed"), ("venue", "confirmed")]
    (refused,) = queries.get_act(am, act_id).refusals
    assert (refused.name, refused.code) == ("見本 花子", "way_full_keep")
