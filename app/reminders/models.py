"""Campaigns: one letter, written once, to everybody of a group."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

STATES = ("draft", "making", "made")


class Campaign(Base):
    """A letter of the office to all who are confirmed for one event.

    ``made_up_to`` is the last booking id for which a letter exists, so that making goes on where
    a killed worker left it; ``up_to`` is the last booking id when sending was ordered. The English
    text goes to those who signed up in English; where it is empty they get the Japanese one.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_event", "event_id", "id"),
        Index("ix_campaign_state", "state", "id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    subject: Mapped[str]
    body: Mapped[str]
    subject_en: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recipients: Mapped[int] = mapped_column(default=0)
    up_to: Mapped[int] = mapped_column(default=0)
    made_up_to: Mapped[int] = mapped_column(default=0)
