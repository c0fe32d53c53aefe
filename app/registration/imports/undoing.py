"""Taking an import back: only what nobody has touched since; the rest is named and stays.

Of new people nothing is kept but the number of their sign-up, which is given to nobody else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, aliased

from app.auth import audit
from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db, transaction
from app.jobs import service as jobs
from app.jobs.facts import Done, Progress, Task
from app.mail.models import NOT_GONE, OutboxLetter
from app.registration import promotion
from app.registration.imports import changes
from app.registration.imports import known as lookup
from app.registration.imports.answers import read_kept
from app.registration.imports.cells import OF_QUESTION
from app.registration.imports.changes import Edit, Prepared
from app.registration.imports.fates import Known
from app.registration.imports.known import some_of
from app.registration.imports.models import ImportRow, ImportRun
from app.registration.letters import telling
from app.registration.lists.said import Said
from app.registration.locking import Day, lock_event
from app.registration.models import Answer, Attendance, Booking, Participant, Registration

KIND = "import_undo"
MOST_NAMES = 200
ITS_OWN = ("registration.imported", "arrangements.viewed")
"""Entries of the audit table after which a new sign-up is still as it was imported."""
_second: Any = aliased(Booking)
Kept = list[list[str]]


def undo_work(task: Task) -> Iterator[Progress | Done]:
    """The worker's part: one transaction, as the import was."""
    run = db.session.get_one(ImportRun, task.params["run"])
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.fate == "changed")
    rows = list(db.session.scalars(query.order_by(ImportRow.line)))
    edits, kept = _backwards(db.session(), run.event_id, rows)
    made = Prepared()
    for made in changes.prepare(db.session(), run.event_id, edits, task.account_id):
        yield Progress(done=len(made.versions), total=len(rows))
    db.session.close()
    with transaction() as session:
        day = lock_event(session, run.event_id, now())
        stored = session.get_one(ImportRun, run.id, with_for_update=True)
        if stored.state != "undoing":
            return
        if changes.changed_meanwhile(session, made):
            stored.state = "applied"  # somebody was quicker: to be pressed again
            jobs.finish(session, task.id, Done(result={"again": True}))
            return
        if made.versions:
            changes.write_changes(day, made)
        new, touched = _take_back(day, run, task.account_id)
        _promote(day)
        stored.state, stored.undone_at = "undone", day.moment
        kept += touched
        stored.counts = {
            **stored.counts,
            "undone": new + len(made.versions),
            "kept": len(kept),
            "kept_names": kept[:MOST_NAMES],
        }
        audit.record(session, _entry(task, run, new, len(made.versions)), day.moment)
        jobs.finish(session, task.id, Done())


def _backwards(
    session: Session, event_id: int, rows: Sequence[ImportRow]
) -> tuple[list[Edit], Kept]:
    """The changes the other way round; not those of whom something has changed again since."""
    people = lookup.by_ids(session, event_id, [row.participant_id or 0 for row in rows])
    edits: list[Edit] = []
    kept: Kept = []
    for row in rows:
        person = people.get(row.participant_id or 0)
        if person is None or _has_changed(person, row):
            kept.append([row.number, row.name, "changed"])
            continue
        edits.append(
            Edit(
                registration_id=person.registration_id,
                participant_id=person.participant_id,
                values={n: old for n, old, _new in row.changes if not OF_QUESTION.fullmatch(n)},
                answers=tuple(one.back for one in read_kept(row.given)),
            )
        )
    return edits, kept


def _has_changed(person: Known, row: ImportRow) -> bool:
    """Whether anything that the import changed is no longer as the import left it."""
    values = [(n, new) for n, _old, new in row.changes if not OF_QUESTION.fullmatch(n)]
    if any(getattr(person, name) != new for name, new in values):
        return True
    return any(
        person.said.get(one.question_id, Said()).plain != one.told for one in read_kept(row.given)
    )


def _take_back(day: Day, run: ImportRun, account_id: int) -> tuple[int, Kept]:
    """Take the new people away; how many, and who stays why."""
    session = day.session
    rows = session.execute(_new_ones(day.series_id, run)).all()
    why = _why(session, rows)
    kept = [
        [f"{day.number_letter}-{row.number:04d}", row.contact_name, why[row.id]]
        for row in rows
        if row.id in why
    ]
    ids = [row.id for row in rows if row.id not in why]
    for some in some_of(ids):
        people = select(Participant.id).where(Participant.registration_id.in_(some))
        session.execute(delete(Answer).where(Answer.registration_id.in_(some)))
        session.execute(delete(Booking).where(Booking.participant_id.in_(people)))
        session.execute(delete(Participant).where(Participant.registration_id.in_(some)))
        letters = update(OutboxLetter).where(OutboxLetter.registration_id.in_(some))
        session.execute(letters.values(state="suppressed", reason="replaced", **_NO_LETTER))
        registrations = update(Registration).where(Registration.id.in_(some))
        session.execute(registrations.values(**_NOBODY))
    entries = [
        audit.Entry(
            actor=audit.ACCOUNT,
            account_id=account_id,
            action="registration.import_undone",
            subject="registration",
            subject_id=registration_id,
        )
        for registration_id in ids
    ]
    audit.record_bulk(session, entries, day.moment)
    return len(ids), kept


_NO_LETTER: Mapping[str, str] = {"to_address": "", "to_name": "", "body": "", "reply": ""}
_NOBODY: Mapping[str, Any] = {
    **dict.fromkeys(("contact_name", "contact_organisation", "email", "email_key"), ""),
    **dict.fromkeys(("telephone", "fax", "postal_address", "note"), ""),
    "version": Registration.version + 1,
    "link_version": Registration.link_version + 1,
}


def _why(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """Why some of the new stay, by id of the sign-up: 'changed', 'came', 'told' or 'again'."""
    why = {row.id: "changed" for row in rows if row.version != 1}
    for some in some_of([row.id for row in rows]):
        for word, query in _touched(some):
            for registration_id in session.scalars(query):
                why.setdefault(registration_id, word)
    return why


def _touched(ids: Sequence[int]) -> tuple[tuple[str, Select[Any]], ...]:
    """What may have happened to sign-ups since, what counts most first; queries for their ids.

    Each is of its own: as conditions of one query PostgreSQL reads all bookings for each sign-up.
    """
    booked = (
        select(Participant.registration_id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Participant.registration_id.in_(ids))
    )
    entries = select(AuditEntry.subject_id).where(
        AuditEntry.subject == "registration",
        AuditEntry.subject_id.in_(ids),
        AuditEntry.action.not_in(ITS_OWN),
    )
    letters = select(OutboxLetter.registration_id).where(
        OutboxLetter.registration_id.in_(ids),
        OutboxLetter.state.not_in((*(s for s in NOT_GONE if s != "sending"), *_WITHDRAWN)),
    )
    came = booked.join(Attendance, Attendance.booking_id == Booking.id)
    again = booked.join(_second, _second.duplicate_of == Booking.id)
    return ("changed", entries), ("came", came), ("told", letters), ("again", again)


def _new_ones(series_id: int, run: ImportRun) -> Any:
    """The sign-ups that an import made, locked."""
    first = run.first_number or 0
    columns = (Registration.id, Registration.number, Registration.contact_name)
    return (
        select(*columns, Registration.version)
        .where(
            Registration.series_id == series_id,
            Registration.number >= first,
            Registration.number < first + run.counts.get("stored", 0),
        )
        .order_by(Registration.id)
        .with_for_update(of=Registration, key_share=True)
    )


_WITHDRAWN = ("suppressed", "by_hand")


def _promote(day: Day) -> None:
    fresh = replace(day, locked=None, _offers={})  # counted anew
    rows, whys = promotion.promote_all(fresh)
    telling.tell_changed(fresh, rows, whys)


def _entry(task: Task, run: ImportRun, new: int, changed: int) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=task.account_id,
        action="registrations.import_undone",
        subject="event",
        subject_id=run.event_id,
        after={"file": run.filename, "new": new, "changed": changed},
    )
