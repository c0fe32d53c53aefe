"""RetentionRun: how far erasing has come for a meeting."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, partial_unique
from app.retention.rules import KINDS


class RetentionRun(Base):
    """One run that erased something of a meeting; ``people``: how many sign-ups it was.

    ``done_at`` None while it goes on: a killed worker's successor goes on with it.
    """

    __tablename__ = "retention_run"
    __table_args__ = (
        Index("ix_retention_run_event", "event_id", "kind", "id"),
        partial_unique("uq_retention_run_open", "event_id", "kind", where=text("done_at IS NULL")),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    people: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
