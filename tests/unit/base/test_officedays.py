from datetime import date, timedelta

import pytest

from app.base.officedays import is_office_day, office_days_from


@pytest.mark.parametrize(
    ("day", "office"),
    [
        (date(2026, 6, 19), True),  # a Friday
        (date(2026, 6, 20), False),
        (date(2026, 6, 21), False),
        (date(2026, 5, 4), False),  # みどりの日
        (date(2026, 5, 6), False),  # 振替休日
        (date(2026, 5, 7), True),
        (date(2026, 9, 22), False),  # 国民の休日, between two holidays
        (date(2025, 12, 26), True),
        (date(2025, 12, 29), False),
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),
        (date(2029, 1, 3), False),
        (date(2029, 1, 4), True),
    ],
)
def test_office_days_are_those_on_which_somebody_is_there(day: date, *, office: bool) -> None:
    assert is_office_day(day) is office


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        (date(2026, 6, 20), -2, date(2026, 6, 18)),  # Saturday → Thursday
        (date(2026, 6, 22), -2, date(2026, 6, 18)),  # Monday → Thursday
        (date(2026, 6, 23), -1, date(2026, 6, 22)),
        (date(2026, 6, 19), 1, date(2026, 6, 22)),  # Friday → Monday
        (date(2026, 5, 7), -2, date(2026, 4, 30)),  # over the holidays of May
        (date(2026, 1, 5), -2, date(2025, 12, 25)),  # over New Year
        (date(2025, 12, 26), 1, date(2026, 1, 5)),
        (date(2026, 6, 20), 0, date(2026, 6, 20)),  # the day itself, though a Saturday
    ],
)
def test_office_days_are_counted_from_a_day(day: date, number: int, found: date) -> None:
    assert office_days_from(day, number) == found


@pytest.mark.parametrize("number", [-40, -1, 1, 40])
def test_every_count_ends_on_an_office_day_and_passes_as_many(number: int) -> None:
    start = date(2026, 12, 20)
    end = office_days_from(start, number)
    step = 1 if number > 0 else -1
    passed = [start + timedelta(days=step * n) for n in range(1, abs((end - start).days) + 1)]
    assert is_office_day(end)
    assert sum(map(is_office_day, passed)) == abs(number)
