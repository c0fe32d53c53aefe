"""The clock."""

from datetime import UTC, datetime

import time_machine

from app.base import clock


def test_now_is_aware_and_in_utc() -> None:
    moment = datetime(2026, 6, 23, 1, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC
