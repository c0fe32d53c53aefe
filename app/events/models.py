"""Series → Event → EventSession, the ways of attending an event, its questions and its files."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Translated

KINDS = ("assembly", "founding", "briefing", "other", "walk_in")
STATES = ("draft", "published", "cancelled")
WAYS = ("venue", "online")
ADMISSIONS = ("open", "invited", "approval")
STANDINGS = ("member", "observer", "guest", "government", "press", "host")
QUESTION_KINDS = ("short", "long", "one", "several", "number", "yes_no", "consent")
ASKED = ("person", "signup")
AUDIENCES = ("everybody", "signed_up", "voters")


class Series(Base):
    """One or more meetings that are signed up for together; every meeting has one.

    ``is_practice``: a copy to practise with; it counts nowhere, is in no list, sends nothing.
    """

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    number_letter: Mapped[str] = mapped_column(default="A")
    is_sample: Mapped[bool] = mapped_column(default=False)
    is_practice: Mapped[bool] = mapped_column(default=False)

    events: Mapped[list["Event"]] = relationship(back_populates="series", order_by="Event.position")


class Event(Base):
    """One meeting. Its times stand in ``sessions``; none while the date is not fixed.

    ``change_until``: until when people change or cancel by their link (None: until sign-up closes);
    ``promotion_until``: until when freed places go to the waiting list (None: until the start);
    ``promotion_ended_at``: when the worker told those who still waited that it is over.
    ``description`` is Markdown. ``archived_at``: since when it stands in no list any more.
    ``arrangements_days``, ``contacts_days``, ``minutes_years``: how long after its end what was to
    be arranged, the contacts, and what the minutes need are kept. ``host_id``: in whose name its
    letters go (None: the association). ``standings``: as what people can sign up, of ``STANDINGS``;
    where there are none nobody is asked. ``admission``: who may come: anybody ('open'), whoever has
    a link of invitation ('invited'), or whom the office lets come ('approval').
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index("ix_event_series", "series_id", "position"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"admission IN {ADMISSIONS}", name="admission"),
        CheckConstraint("arrangements_days >= 0", name="arrangements_days"),
        CheckConstraint("contacts_days >= 0", name="contacts_days"),
        CheckConstraint("minutes_years >= 0", name="minutes_years"),
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
    contact: Mapped[Translated] = mapped_column(default=Translated())
    report: Mapped[Translated]
    online_url: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="Asia/Tokyo")
    doors_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    waiting_list: Mapped[bool] = mapped_column(default=True)
    admission: Mapped[str] = mapped_column(default="open", server_default="open")
    standings: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    change_until: Mapped[datetime | None]
    promotion_until: Mapped[datetime | None]
    promotion_ended_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    arrangements_days: Mapped[int] = mapped_column(default=30)
    contacts_days: Mapped[int] = mapped_column(default=180)
    minutes_years: Mapped[int] = mapped_column(default=10)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))

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


class EventQuestion(Base):
    """Something that a sign-up for an event is asked: of each person, or once.

    Kinds with choices have them in ``event_choice``: one, several, yes_no (codes 'yes' and 'no')
    and consent (code 'yes'). ``way`` asks only those who come that way ('' asks everybody). With
    ``depends_on_id`` it is asked only where a choice of that question was made that ``opens``.
    ``is_arrangement`` marks special-care data: what is to be arranged, seen by few, erased first.
    """

    __tablename__ = "event_question"
    __table_args__ = (
        Index("ix_event_question_event", "event_id", "position", "id"),
        CheckConstraint(f"kind IN {QUESTION_KINDS}", name="kind"),
        CheckConstraint(f"asked IN {ASKED}", name="asked"),
        CheckConstraint(f"way IN {('', *WAYS)}", name="way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(default=0)
    preset: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    asked: Mapped[str] = mapped_column(default="person")
    required: Mapped[bool] = mapped_column(default=False)
    is_arrangement: Mapped[bool] = mapped_column(default=False)
    label: Mapped[Translated]
    help: Mapped[Translated]
    way: Mapped[str] = mapped_column(default="")
    depends_on_id: Mapped[int | None] = mapped_column(ForeignKey("event_question.id"))
    closes_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    choices: Mapped[list["EventChoice"]] = relationship(order_by="EventChoice.position")


class EventChoice(Base):
    """A choice of a question. ``places``: how many can have it (None: no limit).

    ``seats``: how many further seats it takes, such as one for a helper. ``opens``: whether it
    opens the questions that depend on its question.
    """

    __tablename__ = "event_choice"
    __table_args__ = (
        Index("ix_event_choice_question", "question_id", "position", "id"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
        CheckConstraint("seats >= 0", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"))
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(default="")
    label: Mapped[Translated]
    places: Mapped[int | None]
    seats: Mapped[int] = mapped_column(default=0)
    opens: Mapped[bool] = mapped_column(default=False)


class EventFile(Base):
    """A material or report of an event: for everybody, those signed up, or those of them who vote.

    ``shown_from``, ``shown_until``: between which moments they may have it (UTC; None: at any
    time).
    """

    __tablename__ = "event_file"
    __table_args__ = (
        Index("ix_event_file_event", "event_id", "position", "id"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Translated]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(deferred=True)
    audience: Mapped[str] = mapped_column(default="everybody")
    shown_from: Mapped[datetime | None]
    shown_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class EventNotice(Base):
    """A change of an event that those signed up are told of; the worker makes the letters.

    ``kind``: 'changed' or 'cancelled' for everybody, 'venue' for those who come there, 'online' for
    those who have a place online, 'queue_ended' for those who wait. ``reason``: what the office
    wrote, '' for nothing.
    ``made_up_to``: the last registration id that was looked at, so that a killed worker's
    successor goes on there; ``done_at`` None until all were.
    """

    __tablename__ = "event_notice"
    __table_args__ = (Index("ix_event_notice_open", "done_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_up_to: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
