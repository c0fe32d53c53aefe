"""CountOrder → the people whom an ordered number is for."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, pointing_index


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
