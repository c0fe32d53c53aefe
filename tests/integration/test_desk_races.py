"""Many desks at once: one fact, and everybody else is told who was first."""

from pathlib import Path

from flask import Flask

from app.registration.desk import counting
from tests.desks import HANAKO, booking_of, facts, make_today
from tests.factories import make_signups
from tests.racing import race

DESKS = 12


def test_desks_that_press_at_once_never_disagree(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    event = make_today()
    make_signups(event, 1)
    booking = booking_of(HANAKO, event)
    acts = [
        {"kind": "come", "booking": booking, "event": event, "desk": f"受付{n}"}
        for n in range(DESKS)
    ]
    told = sorted(race(database_url, tmp_path, acts))
    ((_kind, first, _pass),) = facts()
    assert told == ["in", *[f"in already by {first}"] * (DESKS - 1)]
    assert counting.count(event).came == 1
