"""The texts that the office has changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LetterText(Base):
    """How the office words one kind of letter for one series, in one language.

    Without a row, or with an empty body, the letter reads as it does by default: the row stays
    when a text is put back, so that its version goes on rising.
    """

    __tablename__ = "letter_text"
    __table_args__ = (UniqueConstraint("series_id", "kind", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    kind: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
