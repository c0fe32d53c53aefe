"""What is known of addresses that letters came back from, and what the mailbox received."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, partial_index, partial_unique

ADDRESS_STATES = ("good", "marked")
MARKED = "address_marked"
"""Why a letter to a marked address is told by hand."""
KINDS = ("bounce", "answer", "other", "broken")


class MailAddress(Base):
    """An address that letters came back from; marked, no further letter goes to it.

    ``address_key`` is the form of ``base.addresses.email_key``. ``since`` is when it was marked,
    ``reason`` why; both stay after the office has lifted the mark. Letters written before
    ``lifted_at`` that come back later do not mark it again. ``soft_count``: letters that did not
    arrive though the address is good, the last at ``last_soft_at`` for ``soft_reason``.
    """

    __tablename__ = "mail_address"
    __table_args__ = (
        UniqueConstraint("address_key"),
        Index("ix_mail_address_state", "state", "since", "id"),
        Index("ix_mail_address_soft", "last_soft_at", "id"),
        CheckConstraint(f"state IN {ADDRESS_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str]
    address: Mapped[str]
    state: Mapped[str] = mapped_column(default="good")
    reason: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime | None]
    soft_count: Mapped[int] = mapped_column(default=0)
    soft_reason: Mapped[str] = mapped_column(default="")
    last_soft_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ReceivedMessage(Base):
    """A message that was read already, by its Message-ID or digest; nothing of its content."""

    __tablename__ = "received_message"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_received_message_at", "at"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]


class CalendarReply(Base):
    """What somebody answered from their calendar, for a person of the office to settle.

    ``registration_id`` stands in the UID, which anybody could make up: it points to no row and
    proves nothing. One open answer a UID and attendee: a later one takes its place.
    """

    __tablename__ = "calendar_reply"
    __table_args__ = (
        partial_unique(
            "uq_calendar_reply_open",
            "uid",
            "attendee_key",
            where=text("settled_at IS NULL"),
        ),
        partial_index("ix_calendar_reply_open", "at", "id", where=text("settled_at IS NULL")),
        Index("ix_calendar_reply_registration", "registration_id", "id"),
        CheckConstraint("partstat IN ('accepted', 'declined', 'tentative')", name="partstat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str]
    registration_id: Mapped[int]
    event_id: Mapped[int]
    attendee: Mapped[str]
    attendee_key: Mapped[str]
    partstat: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ReadFolder(Base):
    """How far a folder of the mailbox has been read; ``validity`` is its UIDVALIDITY."""

    __tablename__ = "read_folder"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
