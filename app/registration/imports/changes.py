"""Changes to people who are there: made ready outside, and written by a few statements."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from app.auth import audit
from app.base.addresses import email_key, parse_email
from app.db import locking
from app.db.session import WriteSession
from app.mail import outbox
from app.mail.models import OutboxLetter
from app.registration import history
from app.registration.facts import BookingView, Entry, PersonEntry, PersonView, Signup
from app.registration.imports.answers import Answered
from app.registration.imports.fates import CONTACT
from app.registration.imports.known import some_of
from app.registration.letters import telling
from app.registration.locking import Day
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.queries import read_signups
from app.registration.storing import keys_of

PERSON = ("name", "reading", "organisation", "role", "standing")
NOT_TOLD = ("fax", "postal_address")
"""Kept beside what letters and forms know of a sign-up."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What one person's row changes: field → value; ``way`` is at the meeting of the import.

    ``answers``: to questions of that meeting.
    """

    registration_id: int
    participant_id: int
    values: Mapping[str, str]
    answers: tuple[Answered, ...] = ()


@dataclass(kw_only=True)
class Prepared:
    """Rows to be updated, and the version that each sign-up must still have."""

    versions: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    registrations: list[dict[str, Any]] = field(default_factory=list)
    participants: list[dict[str, Any]] = field(default_factory=list)
    bookings: list[dict[str, Any]] = field(default_factory=list)
    entries: list[audit.Entry] = field(default_factory=list)
    moves: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """(old way, new way) → seats."""
    replaced: dict[tuple[int, bool], set[int]] = field(default_factory=lambda: defaultdict(set))
    """(question, asked once) → whose answers go: sign-ups where it is asked once, else people."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    """Choice → how many make it who did not, and have a place."""


def prepare(
    session: Session, event_id: int, edits: Sequence[Edit], account_id: int
) -> Iterator[Prepared]:
    """Make ready, a thousand sign-ups at a time; the last thing given is all of it."""
    made = Prepared()
    by_signup: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_signup[edit.registration_id].append(edit)
    for ids in some_of(by_signup):
        for signup in read_signups(session, ids).values():
            _prepare_one(made, signup, event_id, by_signup[signup.registration_id], account_id)
        yield made
    yield made


def _prepare_one(
    made: Prepared, signup: Signup, event_id: int, edits: Sequence[Edit], account_id: int
) -> None:
    changed = {edit.participant_id: edit.values for edit in edits}
    contact = {n: v for edit in edits for n, v in edit.values.items() if n in CONTACT}
    people = [_edited(person, changed.get(person.id, {})) for person in signup.people]
    entry = _entry(signup, people, contact)
    made.versions[signup.registration_id] = signup.version
    made.names[signup.registration_id] = f"{signup.number} {signup.contact_name}"
    made.registrations.append(_registration(signup, entry, contact))
    for before, after in zip(signup.people, people, strict=True):
        if any(name in PERSON for name in changed.get(before.id, {})):
            made.participants.append({"id": before.id, **_told(after)})
        for booking in before.bookings:
            way = booking.way
            if booking.event_id == event_id and before.id in changed:
                way = changed[before.id].get("way", way)
            if way != booking.way:
                made.moves[booking.way, way] += booking.seats
            made.bookings.append(_booking(booking, way, after, entry, signup.number))
    for answer, person in _answered(signup, edits):
        _prepare_answer(made, signup, event_id, answer, person)
    made.entries.append(_audit(signup, edits, event_id, account_id))


def _answered(
    signup: Signup, edits: Sequence[Edit]
) -> Iterator[tuple[Answered, PersonView | None]]:
    """Each answer with whose it is; None for those asked once, which each row of theirs tells."""
    people = {person.id: person for person in signup.people}
    once: set[int] = set()
    for edit in edits:
        for answer in edit.answers:
            if not answer.once:
                yield answer, people[edit.participant_id]
            elif answer.question_id not in once:
                once.add(answer.question_id)
                yield answer, None


def _prepare_answer(
    made: Prepared, signup: Signup, event_id: int, answer: Answered, person: PersonView | None
) -> None:
    whose = signup.people if person is None else (person,)
    bookings = [one.booking(event_id) for one in whose]
    holds = any(b and b.state == "confirmed" and not b.is_duplicate for b in bookings)
    key = answer.question_id, answer.once
    made.replaced[key].add(person.id if person else signup.registration_id)
    participant_id = person.id if person else None
    made.answers += [
        {"registration_id": signup.registration_id, "participant_id": participant_id, **row}
        for row in rows_of(answer, holds=holds)
    ]
    if holds:
        made.taken.update(answer.added)


def rows_of(answer: Answered, *, holds: bool) -> list[dict[str, Any]]:
    """The rows of an answer, whose it is apart. ``holds``: its choices take their places."""
    given: list[tuple[int | None, str]] = [(choice, "") for choice in answer.choices]
    given += [(None, answer.text)] if answer.text else []
    return [
        {
            "question_id": answer.question_id,
            "choice_id": choice,
            "text": text,
            "held": holds and choice is not None,
        }
        for choice, text in given
    ]


def _edited(person: PersonView, values: Mapping[str, str]) -> PersonView:
    told: dict[str, Any] = {n: v for n, v in values.items() if n in PERSON}
    return replace(person, **told)


def _told(person: PersonView) -> dict[str, str]:
    return {name: getattr(person, name) for name in PERSON}


def _entry(signup: Signup, people: Sequence[PersonView], contact: Mapping[str, str]) -> Entry:
    """The sign-up after the change; its contact follows the person who is it."""
    first, was = people[0], signup.people[0]
    is_first = signup.contact_attends and signup.contact_name == was.name
    email = contact.get("email", signup.email)
    known = email == signup.email
    return Entry(
        people=tuple(map(_shown, people)),
        contact_name=first.name if is_first else signup.contact_name,
        contact_attends=signup.contact_attends,
        organisation=first.organisation
        if signup.organisation == was.organisation
        else signup.organisation,
        email=email,
        email_may_fail=signup.email_may_fail if known else parse_email(email).may_fail,
        telephone=contact.get("telephone", signup.telephone),
        note=contact.get("note", signup.note),
        answers=(),
        locale=signup.locale,
    )


def _registration(signup: Signup, entry: Entry, contact: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": signup.registration_id,
        "contact_name": entry.contact_name,
        "contact_organisation": entry.organisation,
        "email": entry.email,
        "email_key": email_key(entry.email),
        "email_may_fail": entry.email_may_fail,
        "telephone": entry.telephone,
        "note": entry.note,
        "fax": contact.get("fax", signup.fax),
        "postal_address": contact.get("postal_address", signup.postal_address),
        "version": signup.version + 1,
    }


def _booking(
    booking: BookingView, way: str, person: PersonView, entry: Entry, number: str
) -> dict[str, Any]:
    return {"id": booking.id, "way": way, **keys_of(_shown(person), entry, number)}


def _shown(person: PersonView) -> PersonEntry:
    return PersonEntry(
        name=person.name,
        reading=person.reading,
        organisation=person.organisation,
        role=person.role,
        standing=person.standing,
        ways={},
    )


def _audit(signup: Signup, edits: Sequence[Edit], event_id: int, account_id: int) -> audit.Entry:
    """Field names as in every other change of a sign-up (``history.values``)."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    people = {person.id: person for person in signup.people}
    for edit in edits:
        was = people[edit.participant_id]
        edited = _edited(was, edit.values)
        if any(name in PERSON for name in edit.values):
            old, new = history.of_person(was), history.of_person(edited)
            changed = [name for name in new if old[name] != new[name]]
            before |= {name: old[name] for name in changed}
            after |= {name: new[name] for name in changed}
        if "way" in edit.values:
            key = f"booking {was.id}-{event_id}"
            booking = was.booking(event_id)
            before[key] = f"{booking.way if booking else ''} confirmed"
            after[key] = f"{edit.values['way']} confirmed"
        for name in CONTACT:
            if name in edit.values:
                before[name], after[name] = str(getattr(signup, name)), edit.values[name]
    for answer, person in _answered(signup, edits):
        key = f"answer {answer.question_id}-{person.id if person else ''}"
        before |= {key: answer.was} if answer.was else {}
        after |= {key: answer.told} if answer.told else {}
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=account_id,
        action="registration.changed",
        subject="registration",
        subject_id=signup.registration_id,
        before=before,
        after=after,
    )


def changed_meanwhile(session: WriteSession, made: Prepared) -> list[str]:
    """Lock these sign-ups; the number and name of each that is no longer as it was read."""
    found: dict[int, int] = {}
    for ids in some_of(made.versions):
        query: Any = select(Registration.id, Registration.version)
        query = query.where(Registration.id.in_(ids)).order_by(Registration.id)
        found.update({row.id: row.version for row in session.execute(locking(query))})
    return [
        made.names[registration_id]
        for registration_id, version in made.versions.items()
        if found.get(registration_id) != version
    ]


def write_changes(day: Day, made: Prepared) -> list[int]:
    """Write what was made ready; the sign-ups whose unsent letters were withdrawn for it."""
    session = day.session
    session.update_bulk(Registration, made.registrations)
    session.update_bulk(Participant, made.participants)
    session.update_bulk(Booking, made.bookings)
    for (question_id, once), whose in made.replaced.items():
        for some in some_of(whose):
            mine = and_(Answer.participant_id.is_(None), Answer.registration_id.in_(some))
            query = delete(Answer).where(Answer.question_id == question_id)
            session.execute(query.where(mine if once else Answer.participant_id.in_(some)))
    session.write_bulk(Answer, made.answers)
    audit.record_bulk(session, made.entries, day.moment)
    return _withdraw(day, list(made.versions))


def _withdraw(day: Day, ids: Sequence[int]) -> list[int]:
    waiting: list[int] = []
    for some in some_of(ids):
        query = select(OutboxLetter.registration_id).where(
            OutboxLetter.registration_id.in_(some),
            OutboxLetter.state.in_(outbox.REPLACEABLE),
            OutboxLetter.purpose.not_in(telling.KEPT),
        )
        found = [i for i in day.session.scalars(query.distinct()) if i is not None]
        if found:
            telling.withdraw(day, found, OutboxLetter.purpose.not_in(telling.KEPT))
        waiting += found
    return sorted(waiting)
