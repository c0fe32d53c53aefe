"""Registration (one contact's sign-up) → Participant → Booking (participant x event)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, partial_index, pointing_index
from app.events.models import STANDINGS, WAYS
from app.interest import models as _interest  # noqa: F401  # letters point to its table
from app.registration.invitations import models as _invitations  # noqa: F401  # came by them

CHANNELS = ("web", "telephone", "fax", "paper", "walk_in")
COMING = ("", "yes", "no")
ERASED = ("", "contacts", "all")
BULK_KINDS = ("cancel", "way", "arrive", "approve", "decline")
LIKENESSES = ("reading", "telephone", "mail")
"""By what sign-ups may be of the same people."""
LIVE = ("confirmed", "waiting", "requested")
"""States of those who come, or may."""
GONE = ("cancelled", "declined")
BOOKING_STATES = (*LIVE, *GONE, "duplicate")


class Registration(Base):
    """One contact's sign-up for meetings of one series.

    ``version`` rises with every change, also of a meeting: calendars get it as SEQUENCE.
    ``arranged_version`` is the version at which the arrangements last changed, so that letters can
    say so without repeating them. ``change_key`` is the form that made the last change.
    ``coming``: what they answered when a reminder asked whether they still come; '' for nothing.
    ``entered_by`` or ``entered_pass``: the account or the reception pass by which it was typed in;
    ``told_by``: the account that told the contact the privacy notice (``notice_version`` 0 while
    nobody has), at ``noticed_at`` (UTC; None where that was not kept). ``merged_into``: the sign-up
    that it became part of; its own number goes on leading there. ``erased``: 'contacts' where only
    what minutes need is left, 'all' where nothing of a person is; ``erased_at``: when (UTC).
    ``invitation_id``: by which invitation they came; None for none.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        UniqueConstraint("form_key"),
        Index("ix_registration_email", "email_key", "id"),
        Index("ix_registration_erased", "series_id", "erased", "id"),
        partial_index(
            "ix_registration_invitation",
            "invitation_id",
            where=text("invitation_id IS NOT NULL"),
        ),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"coming IN {COMING}", name="coming"),
        CheckConstraint(f"erased IN {ERASED}", name="erased"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(default="web")
    locale: Mapped[str] = mapped_column(default="ja")
    contact_name: Mapped[str]
    contact_organisation: Mapped[str] = mapped_column(default="")
    contact_attends: Mapped[bool] = mapped_column(default=True)
    email: Mapped[str] = mapped_column(default="")
    email_key: Mapped[str] = mapped_column(default="")
    email_may_fail: Mapped[bool] = mapped_column(default=False)
    telephone: Mapped[str] = mapped_column(default="")
    fax: Mapped[str] = mapped_column(default="")
    postal_address: Mapped[str] = mapped_column(default="")
    coming: Mapped[str] = mapped_column(default="")
    coming_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    notice_version: Mapped[int]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entered_pass: Mapped[int | None] = mapped_column(ForeignKey("reception_pass.id"))
    told_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    noticed_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    form_key: Mapped[str | None]
    form_digest: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    arranged_version: Mapped[int] = mapped_column(default=0)
    change_key: Mapped[str | None]
    created_at: Mapped[datetime]
    erased: Mapped[str] = mapped_column(default="", server_default="")
    erased_at: Mapped[datetime | None]

    participants: Mapped[list["Participant"]] = relationship(
        back_populates="registration", order_by="Participant.position"
    )


class Participant(Base):
    """A person of a registration.

    ``standing``: as what they take part, of ``STANDINGS``; '' where nobody said. ``changed_at``:
    when name, reading, organisation, role or standing last changed, so that a badge that was
    printed before is printed again; None for never. ``notice_version``: of the privacy notice that
    was shown when they were put in (0: none), or told by the account ``told_by``, and when
    (``noticed_at``, UTC; None where that was not kept).
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        CheckConstraint(f"standing IN {('', *STANDINGS)}", name="standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    reading: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    standing: Mapped[str] = mapped_column(default="", server_default="")
    changed_at: Mapped[datetime | None]
    notice_version: Mapped[int] = mapped_column(default=0, server_default="0")
    told_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    noticed_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(back_populates="participants")
    bookings: Mapped[list["Booking"]] = relationship(back_populates="participant")


class Booking(Base):
    """One participant at one event.

    ``sort_key`` and ``search_key`` repeat the person's reading and all that can be searched, made
    by ``app.base.text``, so that a list of any length reads one index; so do
    ``registration_id`` and ``channel`` of the sign-up, ``role_key``, ``organisation_key`` and
    ``standing`` of the person (``storing`` writes them all). ``seats``: how many places it takes
    (two with a helper). Whoever is 'requested' holds no place until the office lets them come, and
    is 'declined' where it does not. ``identity``: by which the same person is known again. A
    'duplicate' is somebody who was signed up already as ``duplicate_of``: it holds no place, and
    nobody but the office sees that it is one. ``beyond``: why the office gave a place although none
    was free; '' for ordinary ones.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("participant_id", "event_id"),
        Index("ix_booking_places", "event_id", "way", "state", "seats"),
        Index("ix_booking_identity", "event_id", "identity"),
        partial_index(
            "ix_booking_queue", "event_id", "queued_at", "id", where=text("state = 'waiting'")
        ),
        partial_index("ix_booking_duplicates", "event_id", "id", where=text("state = 'duplicate'")),
        # What is filtered by rides along: a search for somebody rare reads this index and no table.
        Index(
            "ix_booking_reading",
            *("event_id", "sort_key", "participant_id", "state", "search_key", "way", "channel"),
            *("role_key", "organisation_key", "registration_id", "id", "standing"),
        ),
        pointing_index("ix_booking_duplicate_of", "duplicate_of"),
        Index("ix_booking_time", "event_id", "registration_id", "participant_id"),
        Index(
            "ix_booking_organisation",
            *("event_id", "organisation_key", "sort_key", "participant_id", "state"),
        ),
        Index("ix_booking_role", "event_id", "role_key"),
        Index("ix_booking_standing", "event_id", "standing", "state"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"state IN {BOOKING_STATES}", name="state"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    registration_id: Mapped[int] = mapped_column(server_default="0")
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    way: Mapped[str]
    state: Mapped[str]
    queued_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sort_key: Mapped[str]
    search_key: Mapped[str]
    channel: Mapped[str] = mapped_column(default="web", server_default="web")
    role_key: Mapped[str] = mapped_column(default="", server_default="")
    organisation_key: Mapped[str] = mapped_column(default="", server_default="")
    standing: Mapped[str] = mapped_column(default="", server_default="")
    seats: Mapped[int] = mapped_column(default=1)
    identity: Mapped[str] = mapped_column(default="")
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    beyond: Mapped[str] = mapped_column(default="")

    participant: Mapped[Participant] = relationship(back_populates="bookings")


class Answer(Base):
    """One answer: of a person, or (``participant_id`` None) of the whole sign-up.

    A choice is one row; ``held`` says that it takes one of the choice's places: only the choices of
    confirmed people do.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("ix_answer_registration", "registration_id", "question_id"),
        Index("ix_answer_held", "choice_id", "held"),
        pointing_index("ix_answer_participant", "participant_id"),
        Index("ix_answer_question", "question_id", "id"),
        # Whom a list finds by what they answered: these indexes are read and no table.
        Index("ix_answer_person", "question_id", "participant_id", "choice_id"),
        Index("ix_answer_signup", "question_id", "registration_id", "choice_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("event_choice.id"))
    text: Mapped[str] = mapped_column(default="")
    held: Mapped[bool] = mapped_column(default=False)


class ErasedAnswer(Base):
    """How often a choice was made (None: a text given) in answers that were erased since.

    Rows are only added; ``held``: how many of them took one of the choice's places.
    """

    __tablename__ = "erased_answer"
    __table_args__ = (Index("ix_erased_answer_question", "question_id", "choice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("event_choice.id"))
    number: Mapped[int]
    held: Mapped[int]


class ReceptionPass(Base):
    """A link that opens the desk of one meeting until ``expires_at``, or until it is revoked.

    Its row is never deleted: a number that was used again would bring an old link back to life.
    """

    __tablename__ = "reception_pass"
    __table_args__ = (Index("ix_reception_pass_event", "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    label: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Attendance(Base):
    """One fact at the door: somebody came in or went out. Facts are only added.

    ``at``: when it was; ``recorded_at``: when it was written down (a paper list comes later).
    ``undoes``: the fact that was wrong. Who is present at a moment is computed from these.
    ``by`` or ``pass_id``: the account or the reception pass by which it was written down.
    ``was_state``: '' where nothing but this fact was written; where the same act gave a place, what
    there was before: the state of the booking (with its way and turn), 'none' for no booking, 'new'
    for no sign-up. ``withdrew``: unsent letters were withdrawn by it.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        Index("ix_attendance_booking", "booking_id", "id", "kind", "undoes"),
        UniqueConstraint("undoes"),
        CheckConstraint("kind IN ('in', 'out')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("reception_pass.id"))
    desk: Mapped[str] = mapped_column(default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"))
    was_state: Mapped[str] = mapped_column(default="", server_default="")
    was_way: Mapped[str] = mapped_column(default="", server_default="")
    was_queued_at: Mapped[datetime | None]
    withdrew: Mapped[bool] = mapped_column(default=False, server_default=false())


class BulkAct(Base):
    """One act of the office on many people at a meeting or a day, done sign-up by sign-up.

    ``kind``: 'cancel', 'way' (move them to ``way``), 'arrive', 'approve' or 'decline'. ``key``: of
    the page that asked, so that pressing twice begins it once. ``done_at`` None while anything is
    left to do.
    """

    __tablename__ = "bulk_act"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_bulk_act_open", "done_at", "id"),
        CheckConstraint(f"kind IN {BULK_KINDS}", name="kind"),
        CheckConstraint(f"way IN {('', *WAYS)}", name="way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    way: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    key: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]


class BulkTask(Base):
    """What an act is to do to one booking; ``outcome`` '' until then.

    'done', 'same' (there was nothing to do any more), 'gone', 'changed', or a code of ``rules``.
    """

    __tablename__ = "bulk_task"
    __table_args__ = (
        UniqueConstraint("act_id", "booking_id"),
        pointing_index("ix_bulk_task_booking", "booking_id"),
        Index("ix_bulk_task_next", "act_id", "outcome", "registration_id", "booking_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    outcome: Mapped[str] = mapped_column(default="")


class PersonApart(Base):
    """The office has looked: this is another person than the others of the same ``decision``.

    They have a reading, a telephone number or an address in common (``likeness``). It holds as long
    as nobody new has it in common with them, and nobody's name has changed since ``noted_at``.
    """

    __tablename__ = "person_apart"
    __table_args__ = (
        UniqueConstraint("decision", "participant_id"),
        Index("ix_person_apart_participant", "participant_id", "likeness"),
        CheckConstraint(f"likeness IN {LIKENESSES}", name="likeness"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[str]
    likeness: Mapped[str]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    noted_at: Mapped[datetime]
    noted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class LinkRequest(Base):
    """Somebody asked for the links of an address; the worker looks whether there are any.

    So the page takes the same time and says the same whether or not the address is known.
    """

    __tablename__ = "link_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    created_at: Mapped[datetime]
