"""Filled in next."""


def run(name: str) -> None:
    """Measure on one kind of database."""
