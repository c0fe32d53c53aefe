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
