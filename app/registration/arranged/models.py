"""Arrangement: what becomes of one wish."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, partial_unique, pointing_index

STATES = ("open", "asked", "arranged", "impossible")
TOLD_GONE = -1
"""In ``told_version``: the office was told of a wish, and that nobody wishes it any more."""


class Arrangement(Base):
    """What the office does about one wish: special-care data, by what it points to.

    What is wished stands in the answers, and goes with them; a wish without a row is open.
    ``participant_id`` None: asked once for the sign-up. ``choice_id``: which one of the choices of
    a question of which one can have several; None for other questions. ``due_on``: local to the
    meeting. ``told_version``: the ``arranged_version`` of the sign-up of which the office knows, 0
    for none, ``TOLD_GONE`` once it was told that nobody wishes it any more, until somebody has seen
    to that; ``seen_version``: the one that somebody saw when they last set the state.
    ``known_text``: what was wished then, or, where nobody has touched it, when the office was last
    told, so that whoever provides it can be told what is different; the choice apart.
    """

    __tablename__ = "arrangement"
    __table_args__ = (
        Index("ix_arrangement_event", "event_id", "state", "id"),
        Index("ix_arrangement_registration", "registration_id", "id"),
        pointing_index("ix_arrangement_participant", "participant_id"),
        # One for each way in which a part of the key can be missing.
        partial_unique(
            "uq_arrangement_person",
            *("registration_id", "question_id", "participant_id"),
            where=text("participant_id IS NOT NULL AND choice_id IS NULL"),
        ),
        partial_unique(
            "uq_arrangement_person_choice",
            *("registration_id", "question_id", "participant_id", "choice_id"),
            where=text("participant_id IS NOT NULL AND choice_id IS NOT NULL"),
        ),
        partial_unique(
            "uq_arrangement_signup",
            *("registration_id", "question_id"),
            where=text("participant_id IS NULL AND choice_id IS NULL"),
        ),
        partial_unique(
            "uq_arrangement_signup_choice",
            *("registration_id", "question_id", "choice_id"),
            where=text("participant_id IS NULL AND choice_id IS NOT NULL"),
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
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("event_choice.id"))
    state: Mapped[str] = mapped_column(default="open")
    due_on: Mapped[date | None]
    supplier: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    known_text: Mapped[str] = mapped_column(default="")
    told_version: Mapped[int] = mapped_column(default=0)
    seen_version: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
