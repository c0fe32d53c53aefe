"""Whoever is deleted must be deleted without reading all that could point to them."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from app.db import Base

DELETED = {"participant", "booking"}
"""Tables of which many rows may go at once: taking an import back, a practice, a merge."""
POINTERS = sorted(
    (table.name, key.parent.name)
    for table in Base.metadata.tables.values()
    for key in table.foreign_keys
    if key.column.table.name in DELETED
)


def _led(table: Table) -> set[str]:
    """Columns that an index begins with."""
    uniques = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    every = [*table.indexes, *uniques, table.primary_key]
    return {next(iter(one.columns)).name for one in every if len(one.columns)}


@pytest.mark.parametrize(("table", "column"), POINTERS, ids=".".join)
def test_what_points_to_people_has_an_index_for_it(table: str, column: str) -> None:
    assert column in _led(Base.metadata.tables[table])
