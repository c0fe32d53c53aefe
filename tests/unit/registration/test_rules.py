from dataclasses import replace
from datetime import timedelta

import pytest

from app.events.rules import places_of
from app.registration.rules import Confirmed, Refused, decide, show_number
from tests.unit.events.test_rules import NOW, OPEN

WAYS = [("venue", 2), ("online", None)]


@pytest.mark.parametrize(
    ("way", "taken", "expected"),
    [
        ("venue", {}, Confirmed()),
        ("venue", {"venue": 1}, Confirmed()),
        ("venue", {"venue": 2}, Refused("way_full")),
        ("venue", {"venue": 3}, Refused("way_full")),
        ("online", {"venue": 2, "online": 9999}, Confirmed()),
        ("moon", {}, Refused("way_unknown")),
    ],
)
def test_places_decide(way: str, taken: dict[str, int], expected: object) -> None:
    assert decide(OPEN, places_of(WAYS, taken), way, NOW) == expected


def test_full_in_every_way_is_told_apart_from_one_way_full() -> None:
    places = places_of([("venue", 1), ("online", 1)], {"venue": 1, "online": 1})
    assert decide(OPEN, places, "venue", NOW) == Refused("full")


def test_the_window_comes_before_places() -> None:
    closed = replace(OPEN, closes_at=NOW - timedelta(seconds=1))
    assert decide(closed, places_of(WAYS, {"venue": 2}), "venue", NOW) == Refused("closed")


@pytest.mark.parametrize(("number", "shown"), [(1, "A-0001"), (123, "A-0123"), (12345, "A-12345")])
def test_numbers_as_they_are_said_on_the_telephone(number: int, shown: str) -> None:
    assert show_number("A", number) == shown
