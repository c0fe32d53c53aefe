"""Rules of a series, and campaigns: one letter to everybody of a group."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

UNITS = ("days", "office_days", "hours")
STATES = ("draft", "scheduled", "making", "paused", "made", "cancelled", "missed")
GROUPS = (
    *("confirmed", "venue", "online", "waiting", "interested", "not_answered", "answered"),
    *("not_arrived", "came", "not_came", "letter_failed"),
)


class Wording:
    """Whom a letter goes to and what it says: the same for rules and campaigns.

    ``audience``: one of ``GROUPS``. ``question_id``, ``choice_id``: of whom it is about what they
    answered. ``whole_day``: everybody of the series, not of one meeting alone. ``asks_coming``:
    the letter carries the link by which one says whether one still comes. ``file_id``: a material
    that it links to; removing it takes the line with it. The English text goes to those who signed
    up in English; where it is empty they get the Japanese one. An empty body is the default text.
    """

    audience: Mapped[str] = mapped_column(default="confirmed")
    question_id: Mapped[int | None] = mapped_column(ForeignKey("event_question.id"))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("event_choice.id"))
    whole_day: Mapped[bool] = mapped_column(default=False)
    asks_coming: Mapped[bool] = mapped_column(default=False)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("event_file.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    subject_en: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class ReminderRule(Wording, Base):
    """A letter that goes by itself, before or after the first meeting that somebody attends.

    ``amount`` of ``unit`` before it (after it where ``after``); for days, at ``minute`` of the
    local day. It sends only while ``seen_version``, the version whose preview somebody has looked
    at, is ``version``. ``timed_at``: since when its moment is what it is; moments before that are
    over and send nothing.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        Index("ix_reminder_rule_series", "series_id", "id"),
        CheckConstraint(f"unit IN {UNITS}", name="unit"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("minute BETWEEN 0 AND 1439", name="minute"),
        CheckConstraint(f"audience IN {GROUPS}", name="audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    unit: Mapped[str]
    amount: Mapped[int]
    after: Mapped[bool] = mapped_column(default=False)
    minute: Mapped[int] = mapped_column(default=600)
    timed_at: Mapped[datetime]
    enabled: Mapped[bool] = mapped_column(default=True)
    seen_version: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]


class Campaign(Wording, Base):
    """One letter to everybody of a group: written by the office, or made by a rule that was due.

    A rule makes one for each meeting and start (``event_id``, ``starts_at``), so it never sends
    twice for the same meeting time; ``due_at`` is the moment it was due, and 'missed' says that it
    was not sent, ``reason`` why. ``send_at``: when the office wants it sent (UTC).
    ``list_id``: it goes to the sign-ups of that list alone, of whatever group.
    ``made_up_to`` is the last id of a sign-up (or interest) for which a letter exists, so that
    making goes on where a killed worker left it; ``up_to`` is the last when sending was ordered.
    ``by_mail``: how many of the ``recipients`` could be reached by mail then.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("rule_id", "event_id", "starts_at"),
        Index("ix_campaign_event", "event_id", "id"),
        Index("ix_campaign_state", "state", "id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"audience IN {GROUPS}", name="audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("reminder_rule.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("recipient_list.id"))
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="draft")
    reason: Mapped[str] = mapped_column(default="")
    send_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recipients: Mapped[int] = mapped_column(default=0)
    by_mail: Mapped[int] = mapped_column(default=0)
    up_to: Mapped[int] = mapped_column(default=0)
    made_up_to: Mapped[int] = mapped_column(default=0)


class RecipientList(Base):
    """Sign-ups that somebody chose from a list of people, to write to them."""

    __tablename__ = "recipient_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Listed(Base):
    """A sign-up on a list of recipients."""

    __tablename__ = "recipient_list_entry"
    __table_args__ = (UniqueConstraint("list_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("recipient_list.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
