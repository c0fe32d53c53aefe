"""Interest: somebody wants to be told when the date of a meeting is fixed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

STATES = ("asked", "confirmed", "left")


class Interest(Base):
    """One address for one meeting; letters about the date go only to those who confirmed by link.

    ``told_at``: when they were last told of the date; None again as soon as that has changed.
    """

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("event_id", "email_key"),
        Index("ix_interest_state", "event_id", "state", "id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str] = mapped_column(default="ja")
    state: Mapped[str] = mapped_column(default="asked")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
