"""Waits between tries."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.mail.waits import IN_ALL, LONGEST_WAIT, wait_after


def longest() -> list[timedelta]:
    waits: list[timedelta] = []
    while (wait := wait_after(len(waits) + 1, 0)) is not None:
        waits.append(wait)
    return waits


def test_they_grow_and_end_after_two_days() -> None:
    waits = longest()
    assert waits[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert timedelta(hours=44) < sum(waits, timedelta()) <= IN_ALL


@given(tries=st.integers(1, 1000), chance=st.floats(0, 1, exclude_max=True))
def test_chance_shortens_by_a_quarter_at_most(tries: int, chance: float) -> None:
    wait, full = wait_after(tries, chance), wait_after(tries, 0)
    if full is None:
        assert wait is None
    else:
        assert wait is not None
        assert full * 0.75 <= wait <= full


@given(chances=st.lists(st.floats(0, 1, exclude_max=True), min_size=40, max_size=40))
def test_whatever_chance_says_it_takes_more_than_a_day_and_never_more_than_two(
    chances: list[float],
) -> None:
    waits = [wait_after(tries, chance) for tries, chance in enumerate(chances, start=1)]
    given_up = waits.index(None)
    assert all(wait is None for wait in waits[given_up:])
    in_all = sum((wait for wait in waits if wait is not None), timedelta())
    assert timedelta(days=1) < in_all <= IN_ALL
