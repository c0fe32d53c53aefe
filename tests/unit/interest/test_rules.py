from datetime import UTC, datetime, timedelta

import pytest

from app.events.rules import EventFacts
from app.interest.rules import CONFIRM_WITHIN, Standing, Told, audience, may_ask, news, page, waits

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


OPEN = {**FIXED, "opens_at": NOW}
PAST = {"starts_at": NOW - DAY, "ends_at": NOW}


@pytest.mark.parametrize(
    ("given", "ask", "wait", "whom"),
    [
        ({}, True, True, "told"),
        (FIXED, False, True, "told"),
        ({**FIXED, "opens_at": NOW + DAY}, False, True, "told"),
        (OPEN, False, False, "everybody"),
        ({**FIXED, "opens_at": NOW - DAY, "closes_at": NOW}, False, False, "nobody"),
        ({"state": "cancelled"}, False, False, "everybody"),
        ({"state": "draft"}, False, False, "nobody"),
        ({"kind": "walk_in"}, False, False, "nobody"),
        ({**OPEN, "state": "cancelled"}, False, False, "everybody"),
        ({**PAST, "state": "cancelled"}, False, False, "nobody"),
        (PAST, False, False, "nobody"),
    ],
)
def test_who_may_ask_and_who_is_told(
    given: dict[str, object], *, ask: bool, wait: bool, whom: str
) -> None:
    known = facts(**given)
    assert (may_ask(known, NOW), waits(known, NOW), audience(known, NOW)) == (ask, wait, whom)


FIRST = Told(spans=((NOW, NOW + DAY),))
SECOND = Told(spans=((NOW + DAY, NOW + 2 * DAY),))
NONE = Told(spans=())


@pytest.mark.parametrize(
    ("told", "present", "kind"),
    [
        (None, FIRST, "date_fixed"),
        (FIRST, FIRST, None),
        (FIRST, SECOND, "date_moved"),
        (FIRST, NONE, "date_unfixed"),
        (NONE, SECOND, "date_moved"),
        (FIRST, Told(spans=FIRST.spans, off=True), "date_off"),
        (None, Told(spans=(), off=True), "date_off"),
        (Told(spans=(), off=True), Told(spans=(), off=True), None),
    ],
)
def test_what_is_news_to_somebody(told: Told | None, present: Told, kind: str | None) -> None:
    assert news(told, present) == kind


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
