"""Many desks at once: one fact, and everybody else is told who was first."""

from pathlib import Path

from flask import Flask

from app.db import db
from app.registration.desk import counting
from app.registration.desk.admitting import admit, walk_in
from app.registration.desk.facts import WalkIn
from app.registration.facts import Doorkeeper
from app.registration.models import Booking
from tests.desks import HANAKO, booking_of, facts, make_today, make_waiting, row, rows
from tests.factories import make_signups
from tests.racing import race

DESKS = 12


def test_desks_that_press_at_once_never_disagree(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    event = make_today()
    make_signups(event, 1)
    booking = booking_of(HANAKO, event)
    acts = [
        {"kind": "come", "booking": booking, "event": event, "desk": f"受付{n}"}
        for n in range(DESKS)
    ]
    told = sorted(race(database_url, tmp_path, acts))
    ((_kind, first, _pass),) = facts()
    assert told == ["in", *[f"in already by {first}"] * (DESKS - 1)]
    assert counting.count(event).came == 1


def test_desks_that_take_a_place_back_at_once_never_disagree(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    event = make_today(venue=1)
    make_signups(event, 1)
    make_waiting(event, 1, first=2)
    waiting = next(one for one in rows(event) if one.condition == "waiting")
    turn = queued_at(waiting.booking_id)
    fact = admit(waiting.participant_id, event, Doorkeeper(desk="受付0"), "席を足しました").fact
    assert fact is not None
    acts = [
        {"kind": "take_back", "fact": fact.id, "event": event, "desk": f"受付{n}"}
        for n in range(DESKS)
    ]
    told = sorted(race(database_url, tmp_path, acts))
    assert told == ["taken back", *["was taken back"] * (DESKS - 1)]
    assert len(facts()) == 2, "the arrival, and one undo of it"
    assert row(event, waiting.name).condition == "waiting"
    assert queued_at(waiting.booking_id) == turn
    assert counting.get_places(event).taken == 1


def test_the_seat_of_a_walk_in_taken_back_goes_to_one_person_at_most(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    event = make_today(venue=1)
    make_signups(event, DESKS - 2, way="online")
    person = WalkIn(name="例 桜", reading="", organisation="", reason="", form_key="k" * 32)
    fact = walk_in(event, person, Doorkeeper(desk="受付0")).fact
    assert fact is not None
    wanting = [one.participant_id for one in rows(event) if one.condition == "online"]
    acts = [
        {"kind": "take_back", "fact": fact.id, "event": event, "desk": f"受付{n}"} for n in range(2)
    ]
    acts += [{"kind": "admit", "person": one, "event": event, "desk": "受付3"} for one in wanting]
    told = race(database_url, tmp_path, acts)
    assert told.count("taken back") == 1
    assert told.count("let in") <= 1
    assert told.count("needs_reason") == len(wanting) - told.count("let in")
    assert counting.get_places(event).taken == told.count("let in")
    assert row(event, "例 桜").condition == "cancelled"


def queued_at(booking_id: int | None) -> object:
    """Their turn."""
    db.session.remove()
    return db.session.get_one(Booking, booking_id).queued_at
