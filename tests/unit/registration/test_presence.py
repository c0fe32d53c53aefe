"""Who is in the room: facts, and facts that take others back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.registration.presence import DoorFact, desk_is_open, first_arrival, present, standing

TEN = datetime(2026, 6, 23, 1, 0, tzinfo=UTC)


def fact(number: int, kind: str, minutes: int, undoes: int | None = None) -> DoorFact:
    at = TEN + timedelta(minutes=minutes)
    return DoorFact(id=number, kind=kind, at=at, undoes=undoes)


def in_at(minutes: int, *facts: DoorFact) -> bool:
    return present(facts, TEN + timedelta(minutes=minutes))


def test_nobody_is_in_before_they_came() -> None:
    came = fact(1, "in", 10)
    assert [in_at(at, came) for at in (0, 9, 10, 90)] == [False, False, True, True]
    assert not in_at(90)


def test_who_went_out_is_in_again_when_they_come_back() -> None:
    facts = (fact(1, "in", 0), fact(2, "out", 30), fact(3, "in", 60))
    assert [in_at(at, *facts) for at in (0, 30, 59, 60)] == [True, False, False, True]


def test_what_was_taken_back_never_was() -> None:
    facts = (fact(1, "in", 0), fact(2, "in", 5, undoes=1))
    assert standing(facts) == ()
    assert not in_at(10, *facts)
    assert first_arrival(facts) is None


def test_taking_back_the_way_out_leaves_them_in() -> None:
    facts = (fact(1, "in", 0), fact(2, "out", 30), fact(3, "out", 31, undoes=2))
    assert in_at(60, *facts)


def test_a_paper_list_written_down_later_counts_by_its_own_time() -> None:
    facts = (fact(1, "out", 30), fact(2, "in", 0))
    assert in_at(10, *facts)
    assert not in_at(40, *facts)
    first = first_arrival(facts)
    assert first is not None
    assert first.id == 2


@pytest.mark.parametrize(
    ("today", "expected"), [(22, False), (23, True), (24, True)], ids=["before", "day", "after"]
)
def test_arrivals_are_written_down_from_the_day_itself(today: int, *, expected: bool) -> None:
    assert desk_is_open(date(2026, 6, 23), date(2026, 6, today)) is expected
    assert not desk_is_open(None, date(2026, 6, today))
