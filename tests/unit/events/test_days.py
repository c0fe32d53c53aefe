"""Which meetings stand together, and what lies between them."""

from datetime import date, timedelta

from app.events.days import days_of
from tests.views import DAY, HOUR, meeting, span


def test_two_meetings_of_a_day_and_their_break() -> None:
    morning, afternoon = meeting(id=1), meeting(id=2, spans=(span(3.5 * HOUR),))
    (day,) = days_of([morning, afternoon])
    assert day.gaps == (90,)
    assert day.more_dates == ()
    assert day.joinable == (morning, afternoon)


def test_meetings_of_two_series_stand_apart() -> None:
    days = days_of([meeting(id=1), meeting(id=2, series_id=2)])
    assert [len(day.meetings) for day in days] == [1, 1]


def test_a_meeting_over_two_days_shows_both_and_ends_on_each() -> None:
    long = meeting(id=1, spans=(span(), span(DAY)))
    after = meeting(id=2, spans=(span(3 * HOUR),))
    (day,) = days_of([long, after])
    assert day.date == date(2026, 6, 23)
    assert day.more_dates == (date(2026, 6, 24),)
    assert day.gaps == (60,), "from the end of its first day, not of its last"


def test_overlapping_meetings_have_a_gap_below_zero() -> None:
    (day,) = days_of([meeting(id=1), meeting(id=2, spans=(span(HOUR),))])
    assert day.gaps == (-60,)


def test_there_is_no_break_beside_a_meeting_that_was_called_off() -> None:
    off = meeting(id=2, status="cancelled", spans=(span(3 * HOUR),))
    (day,) = days_of([meeting(id=1), off, meeting(id=3, spans=(span(6 * HOUR),))])
    assert day.gaps == (None, None)
    assert [one.id for one in day.taking_place] == [1, 3]


def test_sign_up_ends_at_one_moment_only_where_all_agree() -> None:
    when = span().start - timedelta(days=7)
    one, two = meeting(id=1, closes_at=when), meeting(id=2, closes_at=when)
    later = meeting(id=3, closes_at=when + HOUR)
    full = meeting(id=4, status="full", closes_at=when + HOUR)
    assert days_of([one, two])[0].closes_at == when
    assert days_of([one, full])[0].closes_at == when
    assert days_of([one, later])[0].closes_at is None
    assert days_of([full])[0].closes_at is None
