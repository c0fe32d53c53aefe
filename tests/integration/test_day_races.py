"""Races below the pages, in three processes: places, choices, moving up, changes of one sign-up."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration.invitations import service as invitations
from app.registration.invitations.facts import NewInvitation
from app.registration.models import Answer, Booking, Participant, Registration
from tests import entries
from tests.entries import make_question, person, sign_up
from tests.factories import make_event
from tests.office import make_account
from tests.racing import race


@pytest.fixture
def event(app: Flask) -> int:
    return make_event("soukai", venue=5, online=5)


def newcomers(event: int, count: int, **more: object) -> list[dict[str, object]]:
    return [
        {
            "kind": "sign_up",
            "slug": "soukai",
            "event": event,
            "name": f"見本 {n}",
            "email": f"mihon{n}@example.com",
            "way": "venue",
            **more,
        }
        for n in range(count)
    ]


def states(way: str = "venue") -> Counter[str]:
    return Counter(db.session.scalars(select(Booking.state).where(Booking.way == way)))


def letters_of(purpose: str) -> list[int | None]:
    query = select(OutboxLetter.registration_id).where(OutboxLetter.purpose == purpose)
    return list(db.session.scalars(query.order_by(OutboxLetter.id)))


def test_thirty_for_five_places_five_come_and_the_rest_wait_in_one_order(
    event: int, database_url: str, tmp_path: Path
) -> None:
    outcomes = race(database_url, tmp_path, newcomers(event, 30))
    assert Counter(outcomes) == {"done": 30}
    assert states() == {"confirmed": 5, "waiting": 25}
    queue = select(Booking.queued_at, Booking.id).where(Booking.state == "waiting")
    places = [entries.signup_of(r).people[0].bookings[0].position for r in waiting_ids()]
    assert places == list(range(1, 26))
    assert len(set(db.session.execute(queue).all())) == 25


def test_as_many_come_by_a_link_as_it_is_for(event: int, database_url: str, tmp_path: Path) -> None:
    with transaction() as session:
        session.execute(update(Event).values(admission="invited"))
    by = make_account()
    (link,) = invitations.make(event, [NewInvitation(label="見本", places=3)], by).ids
    outcomes = race(database_url, tmp_path, newcomers(event, 20, invitation=link))
    assert Counter(outcomes) == {"done": 3, "invitation_used": 17}
    assert states() == {"confirmed": 3}


def waiting_ids() -> list[int]:
    query = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.state == "waiting")
        .order_by(Booking.queued_at, Booking.id)
    )
    return list(db.session.scalars(query))


def test_a_limited_choice_is_never_given_twice(
    event: int, database_url: str, tmp_path: Path
) -> None:
    question, (yes, _no) = make_question(event, choices=({"places": 2}, {}))
    outcomes = race(database_url, tmp_path, newcomers(event, 24, answers=[[question, yes]]))
    found = Counter(outcomes)
    held = db.session.scalars(select(Answer.id).where(Answer.held.is_(True))).all()
    assert len(held) == 2
    # Once five have places, the others wait and hold nothing; before, the third is refused.
    assert found["choice_used_up"] + found["done"] == 24
    assert found["done"] == len(db.session.scalars(select(Registration.id)).all())


def test_each_freed_place_goes_to_exactly_one_in_order(
    event: int, database_url: str, tmp_path: Path
) -> None:
    first = [
        sign_up("soukai", person(f"例 {n}", event), email=f"rei{n}@example.com") for n in range(5)
    ]
    waiting = [
        sign_up("soukai", person(f"見本 {n}", event), email=f"mihon{n}@example.com")
        for n in range(12)
    ]
    with transaction() as session:  # they know that they wait
        session.execute(update(OutboxLetter).values(state="accepted"))
    acts = [{"kind": "cancel", "registration": one.registration_id} for one in first]
    acts += newcomers(event, 6, email="new@example.com", name="新")  # all the same person but one
    outcomes = race(database_url, tmp_path, acts)
    assert Counter(outcomes)["done"] == 11
    moved = [entries.signup_of(one).people[0].bookings[0].state for one in waiting]
    assert moved == ["confirmed"] * 5 + ["waiting"] * 7
    assert sorted(i or 0 for i in letters_of("moved_up")) == [
        one.registration_id for one in waiting[:5]
    ]
    assert states()["confirmed"] == 5


def test_change_against_cancel_of_one_sign_up_one_wins_and_the_other_is_told(
    event: int, database_url: str, tmp_path: Path
) -> None:
    made = [
        sign_up("soukai", person(f"例 {n}", event), email=f"rei{n}@example.com") for n in range(4)
    ]
    acts = [
        act
        for one in made
        for act in (
            {"kind": "cancel", "registration": one.registration_id},
            {
                "kind": "change",
                "registration": one.registration_id,
                "event": event,
                "way": "online",
            },
        )
    ]
    outcomes = Counter(race(database_url, tmp_path, acts))
    versions = list(db.session.scalars(select(Registration.version)))
    # Either both read the same version and one is told, or the second read what the first made.
    assert outcomes.total() == 8
    assert sum(versions) - 4 == outcomes["done"]
    assert set(outcomes) <= {"done", "version", "came too late"}


def test_two_changes_at_once_nothing_is_overwritten_silently(
    event: int, database_url: str, tmp_path: Path
) -> None:
    one = sign_up("soukai", person("例 一", event))
    acts = [
        {"kind": "change", "registration": one.registration_id, "event": event, "way": way}
        for way in ("online", "venue") * 6
    ]
    outcomes = Counter(race(database_url, tmp_path, acts))
    signup = entries.signup_of(one)
    assert signup.version - 1 == outcomes["done"]
    assert outcomes["done"] + outcomes["version"] == 12
    assert states("venue") + states("online") == {"confirmed": 1}
