from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.samples import NO_MEETING, next_fitting_tuesday, planned_month


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 1), date(2026, 6, 2)),
        (date(2026, 5, 24), date(2026, 6, 23)),  # itself a Tuesday, just 30 days ahead
        (date(2026, 11, 23), date(2027, 1, 5)),  # 29 December is no day for an assembly
        (date(2026, 10, 1), date(2026, 11, 10)),  # 3 November is a holiday
    ],
)
def test_examples(today: date, expected: date) -> None:
    assert next_fitting_tuesday(today) == expected


@given(st.dates(date(2024, 1, 1), date(2060, 1, 1)))
def test_always_a_tuesday_when_people_meet_and_never_too_soon(today: date) -> None:
    found = next_fitting_tuesday(today)
    assert found.weekday() == 1
    assert timedelta(30) <= found - today <= timedelta(60)
    assert (found.month, found.day) not in NO_MEETING


@pytest.mark.parametrize(
    ("moved_to", "expected"),
    [
        (None, date(2026, 9, 1)),
        (date(2026, 7, 7), date(2026, 10, 1)),
        (date(2026, 9, 29), date(2026, 12, 1)),
        (date(2026, 10, 6), date(2027, 1, 1)),
        (date(2027, 1, 5), date(2027, 4, 1)),
    ],
)
def test_a_planned_month_moves_with_the_dates(moved_to: date | None, expected: date) -> None:
    assert planned_month("2026-09", moved_to) == expected
