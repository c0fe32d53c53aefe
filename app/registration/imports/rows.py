"""A row of a file as it was read."""

from dataclasses import dataclass
from datetime import datetime

FORMULA = "\x00formula"
"""Stands for a formula whose result the file does not hold."""
MERGED = "\x00merged"
"""Stands for a cell that is joined with one above it or to its left."""


@dataclass(frozen=True, kw_only=True)
class RawRow:
    """``line``: as the program that wrote it counts, from 1. Cells are texts or moments."""

    line: int
    cells: tuple[str | datetime, ...]
