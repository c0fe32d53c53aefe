"""「電話・郵送で連絡する人」: everybody whom mail does not reach, and what is to be told to them.

People, not letters: one call tells all. A page is five queries, however many wait. First come those
whose appointed hour has come, then by how long nobody has tried, last the later appointments.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select
from sqlalchemy.orm import aliased

from app.auth.models import Account
from app.db import db
from app.db.looking import finds_any
from app.events.models import Series
from app.interest.models import Interest
from app.mail.by_hand import OPEN
from app.mail.models import ContactAttempt, OutboxLetter
from app.mail.purposes import HIDDEN
from app.registration.by_hand import mail_address
from app.registration.lists.by_hand_facts import (
    PAGE,
    Attempt,
    Contact,
    Page,
    Scope,
    Told,
    ToTell,
)
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number

ON_PAPER = 500
"""The most people of one printed list."""
LATELY = 10
_last: Any = aliased(ContactAttempt)
# A letter of no sign-up is a group of its own; ids of sign-ups are never negative.
_KEY = func.coalesce(OutboxLetter.registration_id, -OutboxLetter.id)


def count(scope: Scope | None = None) -> int:
    """How many people are to be reached, by one query."""
    groups = select(_KEY.label("key")).where(*_open(scope or Scope())).group_by(_KEY).subquery()
    return db.session.scalar(select(func.count()).select_from(groups)) or 0


def is_anybody(scope: Scope) -> bool:
    """Whether anybody is to be reached; stops at the first."""
    query = select(OutboxLetter.id).where(*_open(scope)).limit(1)
    return db.session.scalars(query).first() is not None


def are_all_of(key: int, letter_ids: Collection[int]) -> bool:
    """Whether each of these letters is of one person; ``key``: of a ``Contact``."""
    query = select(func.count()).where(OutboxLetter.id.in_(letter_ids), _KEY == key)  # noqa: SIM300
    return db.session.scalar(query) == len(set(letter_ids))


def list_page(scope: Scope, moment: datetime, number: int = 1) -> Page:
    """One page of at most 50; a number too high gives the last page."""
    total = count(scope)
    number = max(1, min(number, -(-total // PAGE)))
    contacts = _contacts(scope, moment, limit=PAGE, offset=(number - 1) * PAGE)
    return Page(contacts=contacts, total=total, number=number)


def list_for_paper(scope: Scope, moment: datetime) -> tuple[Contact, ...]:
    """Everybody of a scope up to ``ON_PAPER``, in the order of the list."""
    return _contacts(scope, moment, limit=ON_PAPER, offset=0)


def only_within(scope: Scope, letter_ids: Collection[int]) -> list[int]:
    """Those of these letters that a scope holds, settled ones included: one query."""
    query = select(OutboxLetter.id).where(OutboxLetter.id.in_(letter_ids), *_within(scope))
    return list(db.session.scalars(query.order_by(OutboxLetter.id)))


def list_told(scope: Scope) -> tuple[Told, ...]:
    """What was told last, newest first: at most ``LATELY``, by one query; nothing erased since."""
    query = (
        select(
            *(OutboxLetter.id, OutboxLetter.registration_id, OutboxLetter.to_name),
            *(OutboxLetter.subject, OutboxLetter.locale, Registration.contact_name),
            *(_last.at, Account.name, Account.email),
        )
        .select_from(OutboxLetter)
        .join(_last, _last.id == _newest_attempt(ContactAttempt.outcome == "told"))
        .join(Account, Account.id == _last.by)
        .outerjoin(Registration, Registration.id == OutboxLetter.registration_id)
        .where(OutboxLetter.state == "told", OutboxLetter.subject != "", *_within(scope))
        .order_by(_last.id.desc())
        .limit(LATELY)
    )
    return tuple(
        Told(
            letter_id=row.id,
            registration_id=row.registration_id,
            name=row.contact_name or row.to_name,
            subject=row.subject,
            locale=row.locale,
            at=row.at,
            by=row.name or row.email,
        )
        for row in db.session.execute(query)
    )


def _open(scope: Scope) -> list[ColumnElement[bool]]:
    # Of somebody who left a list of interested people nothing is kept but that there was a letter.
    known = or_(
        OutboxLetter.registration_id.is_not(None),
        OutboxLetter.to_address != "",
        OutboxLetter.to_name != "",
    )
    shown = OutboxLetter.purpose.not_in(HIDDEN)
    return [OutboxLetter.state.in_(OPEN), known, shown, *_within(scope)]


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope.campaign_id is not None:
        found.append(OutboxLetter.campaign_id == scope.campaign_id)
    if scope.registration_id is not None:
        found.append(OutboxLetter.registration_id == scope.registration_id)
    if scope.event_id is not None:
        found.append(_of_meetings([scope.event_id]))
    if scope.among is not None:
        found.append(_of_meetings(scope.among))
    return found


def _of_meetings(event_ids: Collection[int]) -> ColumnElement[bool]:
    signed_up = finds_any(
        select(Booking.id)
        .where(Booking.registration_id == OutboxLetter.registration_id)
        .where(Booking.event_id.in_(event_ids))
        .correlate(OutboxLetter)
    )
    interested = select(Interest.id).where(Interest.event_id.in_(event_ids))
    return or_(signed_up, OutboxLetter.interest_id.in_(interested))


def _newest_attempt(which: ColumnElement[bool]) -> Any:
    """The last try at a letter, of those that ``which`` lets through."""
    return (
        select(func.max(ContactAttempt.id))
        .where(ContactAttempt.letter_id == OutboxLetter.id, which)
        .correlate(OutboxLetter)
        .scalar_subquery()
    )


def _groups(scope: Scope) -> Subquery:
    not_undone = ContactAttempt.outcome != "told"  # told, and open all the same: taken back
    appointed = case((_last.outcome == "again", _last.again_at))
    return (
        select(
            _KEY.label("key"),
            func.min(OutboxLetter.created_at).label("since"),
            func.coalesce(func.max(_last.at), func.min(OutboxLetter.created_at)).label("untried"),
            func.max(appointed).label("again_at"),
        )
        .outerjoin(_last, _last.id == _newest_attempt(not_undone))
        .where(*_open(scope))
        .group_by(_KEY)
        .subquery()
    )


def _contacts(scope: Scope, moment: datetime, *, limit: int, offset: int) -> tuple[Contact, ...]:
    groups = _groups(scope).c
    turn = case((groups.again_at.is_(None), 1), (groups.again_at <= moment, 0), else_=2)
    query = (
        select(groups.key, groups.since, groups.again_at)
        .order_by(turn, func.coalesce(groups.again_at, groups.untried), groups.key)
        .limit(limit)
        .offset(offset)
    )
    rows = db.session.execute(query).all()
    letters = _letters(scope, [row.key for row in rows])
    every = [one.OutboxLetter.id for group in letters.values() for one in group]
    attempts = _attempts(every)
    return tuple(
        _contact(row, letters[row.key], attempts, moment) for row in rows if row.key in letters
    )


def _letters(scope: Scope, keys: Collection[int]) -> Mapping[int, Sequence[Any]]:
    reading = (
        select(Participant.reading)
        .where(
            Participant.registration_id == Registration.id,
            Participant.name == Registration.contact_name,
        )
        .order_by(Participant.position)
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
    )
    query = (
        select(OutboxLetter, Registration, Series.number_letter, reading.label("reading"))
        .outerjoin(Registration, Registration.id == OutboxLetter.registration_id)
        .outerjoin(Series, Series.id == Registration.series_id)
        .where(*_open(scope), _KEY.in_(keys))
        .order_by(OutboxLetter.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        letter = row.OutboxLetter
        found[letter.registration_id or -letter.id].append(row)
    return found


def _attempts(letter_ids: Collection[int]) -> Mapping[int, Sequence[Attempt]]:
    query = (
        select(ContactAttempt, Account.name, Account.email)
        .join(Account, Account.id == ContactAttempt.by)
        .where(ContactAttempt.letter_id.in_(letter_ids))
        .order_by(ContactAttempt.id.desc())
    )
    found: dict[int, list[Attempt]] = defaultdict(list)
    for one, name, email in db.session.execute(query):
        made = Attempt(outcome=one.outcome, at=one.at, by=name or email, again_at=one.again_at)
        found[one.letter_id].append(made)
    return found


def _contact(
    group: Any, rows: Sequence[Any], attempts: Mapping[int, Sequence[Attempt]], moment: datetime
) -> Contact:
    first = rows[0]
    letter, whose = first.OutboxLetter, first.Registration
    return Contact(
        key=group.key,
        registration_id=letter.registration_id,
        number=show_number(first.number_letter, whose.number) if whose else "",
        name=whose.contact_name if whose else letter.to_name,
        reading=first.reading or "",
        organisation=whose.contact_organisation if whose else "",
        email=whose.email if whose else letter.to_address,
        telephone=whose.telephone if whose else "",
        fax=whose.fax if whose else "",
        postal_address=whose.postal_address if whose else "",
        since=group.since,
        again_at=group.again_at,
        is_due=group.again_at is not None and group.again_at <= moment,
        letters=tuple(_to_tell(row) for row in rows),
        attempts=_tries(attempts.get(row.OutboxLetter.id, ()) for row in rows),
    )


def _tries(of_letters: Iterable[Sequence[Attempt]]) -> tuple[Attempt, ...]:
    """The tries at all letters of one person, latest first; one call for several is one try."""
    every = {attempt for attempts in of_letters for attempt in attempts}
    return tuple(sorted(every, key=lambda one: one.at, reverse=True))


def _to_tell(row: Any) -> ToTell:
    letter, whose = row.OutboxLetter, row.Registration
    known = whose.email if whose else ""
    return ToTell(
        id=letter.id,
        purpose=letter.purpose,
        subject=letter.subject,
        body=letter.body,
        locale=letter.locale,
        failed=bool(letter.attempts or letter.reason),
        reason=letter.reason,
        created_at=letter.created_at,
        can_mail=bool(mail_address(letter.state, letter.to_address, known)),
    )
