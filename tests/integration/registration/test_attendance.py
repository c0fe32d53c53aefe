"""Facts at the door and the conditions by them, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.base.clock import now
from app.base.errors import NotFound
from app.db import db
from app.registration import attendance
from app.registration.facts import Doorkeeper
from app.registration.models import Attendance, Booking
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.office import make_account


@pytest.fixture
def by(app: Flask) -> Doorkeeper:
    return Doorkeeper(account_id=make_account().account_id, desk="入口")


@pytest.fixture
def three(app: Flask) -> tuple[int, list[int]]:
    """A sign-up of three people and their bookings."""
    event = make_event("morning", series_id=make_series("day"))
    names = ("見本 花子", "見本 太郎", "見本 桜")
    got = sign_up("morning", *(person(name, event) for name in names))
    return got.registration_id, [one.bookings[0].id for one in signup_of(got).people]


def facts() -> list[tuple[int, str, int | None]]:
    db.session.remove()
    query = select(Attendance.booking_id, Attendance.kind, Attendance.undoes)
    return [tuple(row) for row in db.session.execute(query.order_by(Attendance.id))]


def that_came() -> list[int]:
    db.session.remove()
    by_row, among_all = (
        list(db.session.scalars(select(Booking.id).where(which()).order_by("id")))
        for which in (attendance.came, attendance.came_among_all)
    )
    assert by_row == among_all
    return by_row


def test_who_came_is_written_down_once_and_taken_back_once(
    three: tuple[int, list[int]], by: Doorkeeper
) -> None:
    whose, (hanako, taro, _sakura) = three
    assert attendance.record_in(hanako, by).new
    assert not attendance.record_in(hanako, by).new
    assert attendance.record_in(taro, by).new
    assert that_came() == [hanako, taro]
    fact = attendance.arrivals(whose)[hanako].fact_id
    assert attendance.undo(fact, by)
    assert not attendance.undo(fact, by)
    assert that_came() == [taro]
    assert list(attendance.arrivals(whose)) == [taro]
    assert facts() == [(hanako, "in", None), (taro, "in", None), (hanako, "in", fact)]
    assert attendance.record_in(hanako, by).new
    assert that_came() == [hanako, taro]


def test_who_left_still_came(three: tuple[int, list[int]], by: Doorkeeper) -> None:
    _whose, (hanako, *_others) = three
    assert not attendance.record_out(hanako, by).new
    attendance.record_in(hanako, by)
    assert attendance.record_out(hanako, by).new
    assert not attendance.record_out(hanako, by).new
    assert that_came() == [hanako]
    assert attendance.record_in(hanako, by).new


def test_not_arrived_are_those_with_a_place_who_have_not_come(
    three: tuple[int, list[int]], by: Doorkeeper
) -> None:
    whose, (hanako, taro, sakura) = three
    attendance.record_in(hanako, by)
    cancel(signup_of(whose), taro)
    db.session.remove()
    assert list(db.session.scalars(select(Booking.id).where(attendance.not_arrived()))) == [sakura]
    other = aliased(Booking)
    query = select(other.id).where(attendance.not_arrived(other))
    assert list(db.session.scalars(query)) == [sakura]


def test_nobody_stayed_away_before_the_end(three: tuple[int, list[int]], by: Doorkeeper) -> None:
    _whose, (hanako, taro, sakura) = three
    attendance.record_in(hanako, by)

    def away(days: int) -> list[int]:
        moment = now() + timedelta(days=days)
        db.session.remove()
        query = select(Booking.id).where(attendance.stayed_away(Booking, moment))
        return list(db.session.scalars(query.order_by(Booking.id)))

    assert away(30) == []
    assert away(41) == [taro, sakura]


def test_only_who_has_a_place_comes(three: tuple[int, list[int]], by: Doorkeeper) -> None:
    whose, (hanako, *_others) = three
    cancel(signup_of(whose), hanako)
    with pytest.raises(attendance.NoPlace):
        attendance.record_in(hanako, by)
    assert facts() == []


@pytest.mark.parametrize("number", [0, 4711])
def test_what_does_not_exist_is_not_found(app: Flask, by: Doorkeeper, number: int) -> None:
    for act in (attendance.record_in, attendance.record_out, attendance.undo):
        with pytest.raises(NotFound):
            act(number, by)


def test_an_undo_is_not_undone(three: tuple[int, list[int]], by: Doorkeeper) -> None:
    whose, (hanako, *_others) = three
    attendance.record_in(hanako, by)
    attendance.undo(attendance.arrivals(whose)[hanako].fact_id, by)
    db.session.remove()
    last = db.session.scalar(select(Attendance.id).where(Attendance.undoes.is_not(None)))
    with pytest.raises(NotFound):
        attendance.undo(last or 0, by)
