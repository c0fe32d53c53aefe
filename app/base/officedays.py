"""Office days: on which somebody is there to answer."""

from datetime import date, timedelta

import holidays

SATURDAY = 5
_HOLIDAYS = holidays.country_holidays("JP")  # works out each year when it is first asked for
_NEW_YEAR = {(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)}
"""When offices in Japan are closed besides public holidays."""


def is_office_day(day: date) -> bool:
    """Monday to Friday, save public holidays of Japan and the days around New Year."""
    closed = day in _HOLIDAYS or (day.month, day.day) in _NEW_YEAR
    return day.weekday() < SATURDAY and not closed


def office_days_from(day: date, number: int) -> date:
    """The office day that is ``number`` office days after ``day`` (before it where negative).

    ``day`` itself is not counted; for 0 it is ``day``, whether or not it is an office day.
    """
    step = timedelta(days=1 if number > 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= is_office_day(day)
    return day
