"""PrintedLabel: that somebody's badge, or the label for their envelope, was printed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, pointing_index

LABELS = ("badges", "envelopes")


class PrintedLabel(Base):
    """What was printed last for a person (badge) or a sign-up (envelope, no ``participant_id``).

    ``stamp`` tells whether what would be printed now differs, not what it was.
    """

    __tablename__ = "printed_label"
    __table_args__ = (
        Index("ix_printed_label_event", "event_id", "kind", "registration_id"),
        Index("ix_printed_label_registration", "registration_id"),
        pointing_index("ix_printed_label_participant", "participant_id"),
        CheckConstraint(f"kind IN {LABELS}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE")
    )
    stamp: Mapped[str]
    printed_at: Mapped[datetime]
    printed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
