from datetime import UTC, datetime, timedelta

import pytest

from app.events.rules import EventFacts
from app.interest.rules import CONFIRM_WITHIN, Standing, may_ask, may_tell, page, waits

NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def facts(**more: object) -> EventFacts:
    given: dict[str, object] = {
        "kind": "briefing",
        "state": "published",
        "starts_at": None,
        "ends_at": None,
        "opens_at": None,
        "closes_at": None,
    }
    return EventFacts(**{**given, **more})  # type: ignore[arg-type]


FIXED = {"starts_at": NOW + 9 * DAY, "ends_at": NOW + 10 * DAY}


@pytest.mark.parametrize(
    ("given", "ask", "wait", "tell"),
    [
        ({}, True, True, False),
        (FIXED, False, True, False),
        ({**FIXED, "opens_at": NOW + DAY}, False, True, False),
        ({**FIXED, "opens_at": NOW}, False, False, True),
        ({**FIXED, "opens_at": NOW - DAY, "closes_at": NOW}, False, False, False),
        ({"state": "cancelled"}, False, False, False),
        ({"state": "draft"}, False, False, False),
        ({"kind": "walk_in"}, False, False, False),
        ({**FIXED, "opens_at": NOW, "state": "cancelled"}, False, False, False),
    ],
)
def test_who_may_ask_and_who_is_told(
    given: dict[str, object], *, ask: bool, wait: bool, tell: bool
) -> None:
    known = facts(**given)
    assert (may_ask(known, NOW), waits(known, NOW), may_tell(known, NOW)) == (ask, wait, tell)


@pytest.mark.parametrize(
    ("state", "age", "shown"),
    [
        ("asked", timedelta(0), "ask"),
        ("asked", CONFIRM_WITHIN, "ask"),
        ("asked", CONFIRM_WITHIN + timedelta(seconds=1), "expired"),
        ("confirmed", 400 * DAY, "listed"),
        ("left", timedelta(0), "left"),
    ],
)
def test_what_a_link_shows(state: str, age: timedelta, shown: str) -> None:
    assert page(Standing(state=state, created_at=NOW - age), NOW) == shown
