"""Series → Event → EventSession, and the ways of attending an event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Translated

KINDS = ("assembly", "founding", "briefing", "walk_in")
STATES = ("draft", "published", "cancelled")
WAYS = ("venue", "online")


class Series(Base):
    """One or more meetings that are signed up for together; every meeting has one."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    number_letter: Mapped[str] = mapped_column(default="A")
    is_sample: Mapped[bool] = mapped_column(default=False)

    events: Mapped[list["Event"]] = relationship(back_populates="series", order_by="Event.position")


class Event(Base):
    """One meeting. Its times stand in ``sessions``; none while the date is not fixed."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index("ix_event_series", "series_id", "position"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    position: Mapped[int] = mapped_column(default=0)
    slug: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    title: Mapped[Translated]
    summary: Mapped[Translated]
    description: Mapped[Translated]
    date_note: Mapped[Translated]
    venue_name: Mapped[Translated]
    venue_address: Mapped[Translated]
    access: Mapped[Translated]
    audience: Mapped[Translated]
    hosts: Mapped[Translated]
    fee: Mapped[Translated]
    bring: Mapped[Translated]
    report: Mapped[Translated]
    online_url: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="Asia/Tokyo")
    doors_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]

    series: Mapped[Series] = relationship(back_populates="events")
    sessions: Mapped[list["EventSession"]] = relationship(
        order_by="EventSession.starts_at", cascade="all, delete-orphan"
    )
    ways: Mapped[list["EventWay"]] = relationship(
        order_by="EventWay.position", cascade="all, delete-orphan"
    )


class EventSession(Base):
    """A stretch of time of an event: start and end in UTC, shown in the event's zone."""

    __tablename__ = "event_session"
    __table_args__ = (
        Index("ix_event_session_event", "event_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class EventWay(Base):
    """A way of attending an event, with its own number of places (None: no limit)."""

    __tablename__ = "event_way"
    __table_args__ = (
        UniqueConstraint("event_id", "way"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    way: Mapped[str]
    places: Mapped[int | None]
