"""Counters of the rate limits."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class RateCounter(Base):
    """How often a key was hit in its window, which ends at ``expires_at`` (UTC)."""

    __tablename__ = "rate_counter"
    __table_args__ = (Index("ix_rate_counter_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime]
