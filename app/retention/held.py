"""What is still held of one sign-up: what pages can name, offer and erase."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from app.auth.models import AuditEntry, AuditValue
from app.db import db
from app.interest.models import Interest
from app.mail.bounces.models import CalendarReply
from app.mail.models import OutboxLetter
from app.registration.arranged.models import Arrangement
from app.registration.facts import Signup
from app.registration.models import Answer, Registration
from app.retention.erasing import NAMELESS

CONTACT = ("email", "telephone", "fax", "postal_address", "note")
REACHED_BY = ("email", "telephone", "fax", "postal_address")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is held of a sign-up.

    ``names``: of the contact and of those who came, each once; ``contact``: the fields of
    ``CONTACT`` that say anything; ``has_link``: the personal link opens something.
    """

    names: tuple[str, ...]
    contact: tuple[str, ...]
    answers: bool
    letters: bool
    history: bool
    interest: bool
    has_link: bool

    @property
    def anything(self) -> bool:
        """Whether anything of a person is left."""
        kept = (self.answers, self.letters, self.history, self.interest)
        return bool(self.names or self.contact) or any(kept)

    @property
    def can_be_reached(self) -> bool:
        """Whether there is a number or an address by which to find out who asks."""
        return any(one in self.contact for one in REACHED_BY)


def find_held(signup: Signup) -> Held:
    """What is held of a sign-up as it was read, by one query more."""
    number = signup.registration_id
    row = db.session.execute(
        select(_answers(number), _letters(number), _history(number), _interest(number))
    ).one()
    answers, letters, history, interest = map(bool, row)
    return Held(
        names=named(signup),
        contact=tuple(one for one in CONTACT if getattr(signup, one)),
        answers=answers,
        letters=letters,
        history=history,
        interest=interest,
        has_link=not signup.erased,
    )


def named(signup: Signup) -> tuple[str, ...]:
    """Everybody whose name is held, the contact first."""
    every = (signup.contact_name, *(one.name for one in signup.people))
    return tuple(dict.fromkeys(name for name in every if name not in {"", NAMELESS}))


def _answers(number: int) -> Any:
    answered = select(Answer.id).where(Answer.registration_id == number).exists()
    arranged = select(Arrangement.id).where(Arrangement.registration_id == number).exists()
    return or_(answered, arranged)


def _letters(number: int) -> Any:
    said = or_(OutboxLetter.subject != "", OutboxLetter.to_address != "")
    letter = select(OutboxLetter.id).where(OutboxLetter.registration_id == number, said).exists()
    replied = select(CalendarReply.id).where(CalendarReply.registration_id == number).exists()
    return or_(letter, replied)


def _history(number: int) -> Any:
    entry = and_(AuditEntry.subject == "registration", AuditEntry.subject_id == number)
    value = select(AuditValue.id).join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
    return value.where(entry).exists()


def _interest(number: int) -> Any:
    key = select(Registration.email_key).where(Registration.id == number).scalar_subquery()
    wanted = select(Interest.id).where(Interest.email_key == key, Interest.email_key != "")
    return wanted.exists()
