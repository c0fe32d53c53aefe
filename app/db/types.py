"""Column types: moments in UTC, texts in each language, indexes that both databases have."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, DateTime, Dialect, Index, TextClause, text
from sqlalchemy.types import TypeDecorator

from app.base.furigana import annotate


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments, hand UTC to the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back aware UTC whatever the database keeps."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Translated:
    """One text in Japanese and, where given, English and plain Japanese (漢字《かんじ》)."""

    ja: str = ""
    en: str = ""
    easy: str = ""

    def text(self, locale: str) -> str:
        """The text for 'ja', 'en' or 'easy'; Japanese where no other was given.

        Readings of plain Japanese come out marked (``base.furigana``).
        """
        if locale == "easy":
            return annotate(self.easy) or self.ja
        return (self.en or self.ja) if locale == "en" else self.ja


class TranslatedText(TypeDecorator[Translated]):
    """A ``Translated`` as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Translated | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """To a plain mapping."""
        if value is None:
            return None
        kept = {"ja": value.ja, "en": value.en}
        return {**kept, "easy": value.easy} if value.easy else kept

    def process_result_value(self, value: Any, dialect: Dialect) -> Translated:  # noqa: ARG002
        """From a plain mapping; an empty column is an empty text."""
        return Translated(**value) if value else Translated()


def partial_unique(name: str, *columns: str, where: ColumnElement[bool] | TextClause) -> Index:
    """A unique index over the rows that satisfy ``where``, on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


def partial_index(name: str, *columns: str, where: TextClause) -> Index:
    """An index over the rows that satisfy ``where``, on both databases."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def pointing_index(name: str, column: str) -> Index:
    """An index over the rows that point to something by ``column``.

    Without it whatever they could point to is deleted only after all of them were read.
    """
    return partial_index(name, column, where=text(f"{column} IS NOT NULL"))
