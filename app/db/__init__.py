"""The database: one way to read, one way to write."""

from app.db.model import Base
from app.db.session import count_up, db, lock, locking, transaction
from app.db.types import (
    Translated,
    TranslatedText,
    UtcDateTime,
    partial_index,
    partial_unique,
    pointing_index,
)

__all__ = [
    "Base",
    "Translated",
    "TranslatedText",
    "UtcDateTime",
    "count_up",
    "db",
    "lock",
    "locking",
    "partial_index",
    "partial_unique",
    "pointing_index",
    "transaction",
]
