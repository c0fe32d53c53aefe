"""PrivacyNotice: one version of what people are told about their data."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Translated


class PrivacyNotice(Base):
    """One version: for a series, or (``series_id`` None) for all that have none of their own.

    A row is never changed: whoever words it anew makes another one. ``text``: what the data are
    used for. ``items``: codes of ``facts.ITEMS`` that a co-host gets; empty where nothing is
    shared. The other columns are the rest of what 個人情報保護法 27条5項3号 asks to be told.
    """

    __tablename__ = "privacy_notice"
    __table_args__ = (Index("ix_privacy_notice_series", "series_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    text: Mapped[Translated]
    items: Mapped[list[Any]]
    partners: Mapped[Translated]
    purpose: Mapped[Translated]
    responsible: Mapped[Translated]
    address: Mapped[Translated]
    representative: Mapped[Translated]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
