"""When what is erased: terms end with a local day, the wishes first, with the last meeting."""

from datetime import UTC, date, datetime

import pytest

from app.retention.rules import Ended, due, duties, years_later


def ended(event_id: int = 1, **more: int) -> Ended:
    """A meeting that was over at 23:30 in Tokyo on 30 June 2026."""
    terms = {"arrangements_days": 30, "contacts_days": 180, "minutes_years": 10, **more}
    at = datetime(2026, 6, 30, 14, 30, tzinfo=UTC)
    return Ended(event_id=event_id, ended_at=at, zone="Asia/Tokyo", **terms)


def test_a_term_ends_with_the_local_day() -> None:
    moments = due(ended())
    assert moments["arrangements"] == datetime(2026, 7, 30, 15, tzinfo=UTC)
    assert moments["contacts"] == datetime(2026, 12, 27, 15, tzinfo=UTC)
    assert moments["minutes"] == datetime(2036, 6, 30, 15, tzinfo=UTC)


def test_names_never_go_before_the_contacts() -> None:
    moments = due(ended(minutes_years=0))
    assert moments["minutes"] == moments["contacts"]


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2026, 6, 30), 10, date(2036, 6, 30)),
    ],
)
def test_a_29th_of_february_has_no_birthday_every_year(day: date, years: int, later: date) -> None:
    assert years_later(day, years) == later


def test_what_is_due_names_the_meetings_that_are_due_no_later() -> None:
    both = [ended(1), ended(2, contacts_days=200)]
    found = duties(both, datetime(2026, 12, 28, tzinfo=UTC))
    assert [(one.kind, one.event_id, set(one.also)) for one in found] == [
        ("arrangements", 1, {1}),
        ("arrangements", 2, {1, 2}),
        ("contacts", 1, {1}),
    ]
    later = duties(both, datetime(2027, 1, 31, tzinfo=UTC))
    assert ("contacts", 2, {1, 2}) in [(one.kind, one.event_id, set(one.also)) for one in later]
