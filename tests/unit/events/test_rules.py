from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.events.rules import (
    EventFacts,
    WayPlaces,
    change_deadline,
    change_open,
    places_of,
    reopens,
    status,
    window,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN = EventFacts(
    kind="assembly",
    state="published",
    starts_at=NOW + 10 * DAY,
    ends_at=NOW + 10 * DAY + 2 * HOUR,
    opens_at=NOW - DAY,
    closes_at=NOW + 5 * DAY,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "open"),
        ({"state": "draft"}, "draft"),
        ({"state": "cancelled"}, "cancelled"),
        ({"kind": "walk_in"}, "walk_in"),
        ({"starts_at": None, "ends_at": None}, "undecided"),
        ({"opens_at": None}, "not_yet"),
        ({"opens_at": NOW + HOUR}, "not_yet"),
        ({"opens_at": NOW}, "open"),
        ({"closes_at": NOW}, "closed"),
        ({"closes_at": NOW + HOUR}, "open"),
        ({"closed_at": NOW - HOUR}, "closed"),
        ({"closed_at": NOW - HOUR, "opens_at": NOW + HOUR}, "not_yet"),
        ({"closes_at": None}, "open"),
        ({"closes_at": None, "starts_at": NOW}, "closed"),
        ({"starts_at": NOW - 3 * HOUR, "ends_at": NOW}, "past"),
        ({"starts_at": NOW - HOUR, "ends_at": NOW + HOUR}, "open"),
        ({"kind": "walk_in", "starts_at": NOW - 3 * HOUR, "ends_at": NOW - HOUR}, "past"),
        ({"state": "cancelled", "starts_at": NOW - 3 * HOUR, "ends_at": NOW}, "cancelled"),
    ],
)
def test_the_window_tells_the_first_reason_that_holds(
    changes: dict[str, object], expected: str
) -> None:
    assert window(replace(OPEN, **changes), NOW) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "until", "is_open"),
    [
        ({}, NOW + 5 * DAY, True),
        ({"closes_at": NOW}, NOW, False),
        ({"closed_at": NOW - HOUR}, NOW + 5 * DAY, True),
        ({"closes_at": None}, NOW + 10 * DAY, True),
        ({"closes_at": NOW, "change_until": NOW + DAY}, NOW + DAY, True),
        ({"change_until": NOW}, NOW, False),
        ({"starts_at": None, "ends_at": None}, None, True),
        ({"starts_at": None, "ends_at": None, "closes_at": NOW - DAY}, None, True),
        ({"starts_at": None, "ends_at": None, "change_until": NOW + DAY}, NOW + DAY, True),
        ({"starts_at": None, "ends_at": None, "change_until": NOW}, NOW, False),
        ({"starts_at": None, "ends_at": None, "state": "cancelled"}, None, False),
        ({"starts_at": None, "ends_at": None, "state": "draft"}, None, False),
    ],
)
def test_until_when_people_change_and_cancel_by_their_link(
    changes: dict[str, object], until: datetime | None, *, is_open: bool
) -> None:
    facts = replace(OPEN, **changes)  # type: ignore[arg-type]
    assert change_deadline(facts) == until
    assert change_open(facts, NOW) is is_open


@pytest.mark.parametrize(
    ("places", "taken", "left", "full", "few"),
    [
        (None, 500, None, False, False),
        (50, 0, 50, False, False),
        (50, 39, 11, False, False),
        (50, 40, 10, False, True),
        (50, 49, 1, False, True),
        (50, 50, 0, True, False),
        (50, 60, 0, True, False),
        (0, 0, 0, True, False),
    ],
)
def test_places(places: int | None, taken: int, left: int | None, *, full: bool, few: bool) -> None:
    way = WayPlaces(way="venue", places=places, taken=taken)
    assert (way.left, way.full, way.few) == (left, full, few)


def test_a_meeting_is_full_only_when_every_way_is() -> None:
    venue_full = places_of([("venue", 2), ("online", 2)], {"venue": 2})
    both_full = places_of([("venue", 2), ("online", 2)], {"venue": 2, "online": 2})
    assert status(OPEN, venue_full, NOW) == "open"
    assert status(OPEN, both_full, NOW) == "full"
    assert status(replace(OPEN, state="cancelled"), both_full, NOW) == "cancelled"


def test_after_promotion_what_is_free_is_kept_from_newcomers_while_somebody_waited() -> None:
    way = WayPlaces(way="venue", places=2, taken=1, waiting=1)
    assert status(OPEN, [way], NOW) == "open"
    over = replace(OPEN, promotion_until=NOW)
    assert status(over, [way], NOW) == "full"
    assert status(over, [replace(way, waiting=0)], NOW) == "open"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"closed_at": NOW}, True),
        ({"closed_at": NOW, "closes_at": None}, True),
        ({"closed_at": NOW, "admission": "invited"}, True),
        ({"closed_at": NOW, "closes_at": NOW}, False),
        ({"closed_at": NOW, "state": "cancelled"}, False),
        ({"closes_at": NOW}, False),
    ],
)
def test_what_was_closed_by_hand_before_its_time_can_be_opened_again(
    changes: dict[str, object],
    expected: bool,  # noqa: FBT001  # a case
) -> None:
    assert reopens(replace(OPEN, **changes), NOW) is expected  # type: ignore[arg-type]
