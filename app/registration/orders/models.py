"""Arrangement: what becomes of one wish. CountOrder → the people whom an ordered number is for."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, partial_unique, pointing_index

STATES = ("open", "asked", "arranged", "impossible")
TOLD_GONE = -1
"""In ``told_version``: the office was told of a wish, and that nobody wishes it any more."""


class Arrangement(Base):
    """What the office does about one wish: special-care data, by what it points to.

    What was wished stands in the answers alone, and goes with them; a wish without a row is open.
    ``participant_id`` None: asked once for the sign-up. ``due_on``: local to the meeting.
    ``told_version``: the ``arranged_version`` of the sign-up of which the office knows, 0 for
    none, ``TOLD_GONE`` once it was told that nobody wishes it any more, until somebody has seen to
    that; ``seen_version``: the one that somebody saw when they last set the state.
    """

    __tablename__ = "arrangement"
    __table_args__ = (
        Index("ix_arrangement_event", "event_id", "state", "id"),
        Index("ix_arrangement_registration", "registration_id", "id"),
        pointing_index("ix_arrangement_participant", "participant_id"),
        partial_unique(
            "uq_arrangement_person",
            *("registration_id", "question_id", "participant_id"),
            where=text("participant_id IS NOT NULL"),
        ),
        partial_unique(
            "uq_arrangement_signup",
            *("registration_id", "question_id"),
            where=text("participant_id IS NULL"),
        ),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE")
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"))
    state: Mapped[str] = mapped_column(default="open")
    due_on: Mapped[date | None]
    supplier: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    told_version: Mapped[int] = mapped_column(default=0)
    seen_version: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class CountOrder(Base):
    """A number that was ordered: how many of each choice of a question, when and by whom.

    ``numbers``: id of the choice → how many. The latest of a question holds.
    """

    __tablename__ = "count_order"
    __table_args__ = (Index("ix_count_order_question", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"))
    numbers: Mapped[dict[str, int]] = mapped_column(JSON())
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class CountOrderPerson(Base):
    """For whom a number was ordered, so that the page can name who came and went since.

    ``participant_id`` None: asked once for the sign-up.
    """

    __tablename__ = "count_order_person"
    __table_args__ = (
        Index("ix_count_order_person_order", "order_id", "choice_id"),
        Index("ix_count_order_person_registration", "registration_id", "choice_id"),
        pointing_index("ix_count_order_person_participant", "participant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("count_order.id", ondelete="CASCADE"))
    choice_id: Mapped[int] = mapped_column(ForeignKey("event_choice.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE")
    )
