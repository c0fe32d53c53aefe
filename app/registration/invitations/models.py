"""Invitation: a link by which one or many sign up for a meeting that is for those invited."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Invitation(Base):
    """A link to the form of a meeting. It is signed, not stored (``links``).

    ``label``: whom it is for; ``email``: where it was sent, '' where it was only handed out;
    ``locale``: of that letter. ``places``: how many people can sign up by it (None: any number);
    ``expires_at``: until when (UTC; None: as long as sign-up is open). ``sent``: how many letters
    went. ``erased_at``: when whom it was for was erased.

    Its row is never deleted: a number that was used again would bring an old link back to life.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_event", "event_id", "id"),
        CheckConstraint("places IS NULL OR places > 0", name="places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    label: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="ja")
    places: Mapped[int | None]
    expires_at: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
