"""How much a run takes on: what says the same twice is left to ``make faults``."""

import os
from zlib import crc32

import pytest

WHOLE = os.environ.get("TSUDOI_WHOLE") == "1"
"""Everything at its full size."""
PAGE_FIXTURES = frozenset({"client", "office_client"})


def turned_down(item: pytest.Item) -> bool:
    """Whether the test of a page is this time another database's turn.

    Services, queries, races and migrations run on SQLite and on PostgreSQL. A page is tested on
    one of them, chosen by the test's name, so that about half of the pages run on either.
    """
    given = getattr(item, "callspec", None)
    database = given.params.get("database") if given else None
    if WHOLE or database is None or not PAGE_FIXTURES.intersection(item.fixturenames):
        return False
    name = item.nodeid.replace(database, "")
    turn = ("sqlite", "postgresql")[crc32(name.encode()) % 2]
    return database != turn
