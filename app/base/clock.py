"""The only clock: services and commands read it and hand the moment to the rules."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present moment as an aware datetime in UTC, with microseconds."""
    return datetime.now(UTC)
