"""Registration (one contact's sign-up) → Participant → Booking (participant x event)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.events.models import WAYS

CHANNELS = ("web", "telephone", "fax", "paper", "walk_in")
BOOKING_STATES = ("confirmed", "waiting", "cancelled")


class Registration(Base):
    """One contact's sign-up for meetings of one series."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        UniqueConstraint("form_key"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(default="web")
    locale: Mapped[str] = mapped_column(default="ja")
    contact_name: Mapped[str]
    contact_organisation: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_may_fail: Mapped[bool] = mapped_column(default=False)
    telephone: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    notice_version: Mapped[int]
    form_key: Mapped[str | None]
    form_digest: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    participants: Mapped[list["Participant"]] = relationship(
        back_populates="registration", order_by="Participant.position"
    )


class Participant(Base):
    """A person of a registration."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("registration_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    reading: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")

    registration: Mapped[Registration] = relationship(back_populates="participants")
    bookings: Mapped[list["Booking"]] = relationship(back_populates="participant")


class Booking(Base):
    """One participant at one event.

    ``sort_key`` and ``search_key`` repeat the person's reading and all that can be searched, made
    by ``app.base.text``, so that a list of any length reads one index.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("participant_id", "event_id"),
        Index("ix_booking_places", "event_id", "way", "state"),
        # State and search key ride along: a search for somebody rare reads this index and no table.
        Index("ix_booking_reading", "event_id", "sort_key", "id", "state", "search_key"),
        Index("ix_booking_time", "event_id", "created_at", "id"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"state IN {BOOKING_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    way: Mapped[str]
    state: Mapped[str]
    queued_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sort_key: Mapped[str]
    search_key: Mapped[str]

    participant: Mapped[Participant] = relationship(back_populates="bookings")
