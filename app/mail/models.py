"""The outbox, which is also the record of letters that the office sees."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, partial_index

STATES = (
    *("queued", "sending", "retrying", "accepted", "failed", "suppressed"),
    *("by_hand", "told", "held", "outdated"),
)
"""``by_hand``: to be told by telephone or post, ``told``: a person did; ``held``: its campaign is
paused; ``outdated``: of a campaign, to be made anew because the sign-up has changed."""
UNSENT = ("queued", "sending", "retrying")
NOT_GONE = (*UNSENT, "held", "outdated")
REPLACED = "replaced"
"""Why a letter does not go: another, newer one does. Of a campaign's letter that is being sent:
what it says has become outdated meanwhile, so that it is not tried again as it is."""
OUTCOMES = ("told", "no_answer", "again")


class OutboxLetter(Base):
    """One letter to one address.

    ``due_at`` is the moment from which it may be sent, ``lease_until`` until when a worker holds
    it; both UTC. ``key`` is unique, so that making a letter again is harmless. ``snapshot`` is the
    state of the sign-up that the letter tells, so that the next letter can say what changed since.
    ``forgotten_at``: when its text was erased (UTC). ``host_id``: in whose name it goes (None: the
    association).
    """

    __tablename__ = "outbox_letter"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_letter_due", "state", "priority", "due_at", "id"),
        Index("ix_outbox_letter_registration", "registration_id", "id", "state"),
        Index("ix_outbox_letter_campaign", "campaign_id", "state", "id"),
        Index("ix_outbox_letter_accepted", "accepted_at"),
        partial_index(
            "ix_outbox_letter_interest", "interest_id", where=text("interest_id IS NOT NULL")
        ),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    purpose: Mapped[str]
    priority: Mapped[int] = mapped_column(default=0)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    registration_version: Mapped[int | None]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    to_address: Mapped[str] = mapped_column(default="")
    to_name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="ja")
    subject: Mapped[str]
    body: Mapped[str]
    invites: Mapped[list[Any]]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    interest_id: Mapped[int | None] = mapped_column(ForeignKey("interest.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    unsubscribe_url: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="queued")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    holder: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    forgotten_at: Mapped[datetime | None]


class ContactAttempt(Base):
    """Somebody of the office telephoned, faxed or wrote instead of a letter: with what outcome.

    ``again_at``: when to call again (UTC), for the outcome 'again'. Rows are only added.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (
        Index("ix_contact_attempt_letter", "letter_id", "id"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("outbox_letter.id"))
    outcome: Mapped[str]
    again_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Tick(Base):
    """A regular duty of the worker: who does it now, and when it was last done."""

    __tablename__ = "tick"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    last_run_at: Mapped[datetime | None]
    paused_reason: Mapped[str] = mapped_column(default="")
