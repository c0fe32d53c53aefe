"""Conditions that are looked up row by row, where a plan for all rows would be the slower one."""

from typing import Any

from sqlalchemy import ColumnElement


def finds_any(query: Any) -> ColumnElement[bool]:
    """Whether a query that is correlated to the row finds anything.

    The same as EXISTS, but for the plan: its limit keeps PostgreSQL from collecting everything
    first, so a page that needs 51 rows looks up no more than it has to.
    """
    found: ColumnElement[bool] = query.limit(1).scalar_subquery().is_not(None)
    return found
