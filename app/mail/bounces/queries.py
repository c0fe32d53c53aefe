"""What the office reads about addresses that letters came back from, and calendars' answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.mail.bounces.models import CalendarReply, MailAddress

MOST = 200


@dataclass(frozen=True, kw_only=True)
class AddressLine:
    """An address: ``reason`` and ``soft_reason`` are codes for ``reason_words``; moments UTC."""

    id: int
    address_key: str
    address: str
    reason: str
    reply: str
    since: datetime | None
    soft_count: int
    soft_reason: str
    last_soft_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A calendar's answer; ``registration_id`` and ``event_id`` may be of no row."""

    id: int
    registration_id: int
    event_id: int
    attendee: str
    attendee_key: str
    partstat: str
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How much waits for the office: marked addresses and unsettled answers."""

    addresses: int
    answers: int


_ADDRESS = (
    *(MailAddress.id, MailAddress.address_key, MailAddress.address, MailAddress.reason),
    *(MailAddress.reply, MailAddress.since, MailAddress.soft_count, MailAddress.soft_reason),
    MailAddress.last_soft_at,
)
_ANSWER = (
    *(CalendarReply.id, CalendarReply.registration_id, CalendarReply.event_id),
    *(CalendarReply.attendee, CalendarReply.attendee_key, CalendarReply.partstat),
    *(CalendarReply.at, CalendarReply.settled_at),
)


def list_marked() -> tuple[AddressLine, ...]:
    """The latest 200 addresses that no letter goes to any more, the latest first."""
    query = (
        select(*_ADDRESS)
        .where(MailAddress.state == "marked")
        .order_by(MailAddress.since.desc(), MailAddress.id.desc())
        .limit(MOST)
    )
    return tuple(AddressLine(**row._asdict()) for row in db.session.execute(query))


def list_soft() -> tuple[AddressLine, ...]:
    """The latest 200 addresses that letters did not reach now and then, the latest first."""
    query = (
        select(*_ADDRESS)
        .where(MailAddress.state == "good", MailAddress.soft_count > 0)
        .order_by(MailAddress.last_soft_at.desc(), MailAddress.id.desc())
        .limit(MOST)
    )
    return tuple(AddressLine(**row._asdict()) for row in db.session.execute(query))


def find_marked(address_key: str) -> AddressLine | None:
    """The mark of one address, or None where letters go to it."""
    query = select(*_ADDRESS).where(
        MailAddress.address_key == address_key, MailAddress.state == "marked"
    )
    row = db.session.execute(query).first()
    return AddressLine(**row._asdict()) if row else None


def list_open_answers() -> tuple[AnswerLine, ...]:
    """The 200 answers that have waited longest for somebody to settle them."""
    query = (
        select(*_ANSWER)
        .where(CalendarReply.settled_at.is_(None))
        .order_by(CalendarReply.at, CalendarReply.id)
        .limit(MOST)
    )
    return tuple(AnswerLine(**row._asdict()) for row in db.session.execute(query))


def list_answers_of(registration_id: int) -> tuple[AnswerLine, ...]:
    """The latest 20 answers that name one sign-up, the newest first, settled ones included."""
    query = (
        select(*_ANSWER)
        .where(CalendarReply.registration_id == registration_id)
        .order_by(CalendarReply.id.desc())
        .limit(20)
    )
    return tuple(AnswerLine(**row._asdict()) for row in db.session.execute(query))


def count_waiting() -> Waiting:
    """What waits, by one query."""
    marked = select(func.count()).where(MailAddress.state == "marked")
    unsettled = select(func.count()).where(CalendarReply.settled_at.is_(None))
    query = select(marked.scalar_subquery(), unsettled.scalar_subquery())
    addresses, answers = db.session.execute(query).one()
    return Waiting(addresses=addresses, answers=answers)
