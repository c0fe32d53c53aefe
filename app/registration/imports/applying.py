"""All or nothing: what the dry run showed, written in one transaction.

Everything is made ready before; under the lock only what others may have changed meanwhile is
looked at again. If anything would come out otherwise than it was shown, nothing is stored.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import audit
from app.base.clock import now
from app.db import db, transaction
from app.db.session import WriteSession
from app.jobs import service as jobs
from app.jobs.facts import Done, NewJob, Progress, Task
from app.registration import promotion
from app.registration.facts import NOBODY_TOLD, UNTOLD, NoticeTold
from app.registration.imports import changes, letters_work
from app.registration.imports import known as lookup
from app.registration.imports.answers import read_kept
from app.registration.imports.cells import OF_QUESTION
from app.registration.imports.changes import Edit, Prepared
from app.registration.imports.models import ImportRow, ImportRun
from app.registration.imports.newcomers import Ground, Newcomer, make_newcomer, write_newcomers
from app.registration.imports.places import free_places, needed
from app.registration.letters import telling
from app.registration.locking import Day, lock_event
from app.registration.models import Registration

KIND = "import_apply"
SOME = 500
MOST_NAMES = 50


class _Stale(Exception):
    """Something would come out otherwise than it was shown: what, and whose."""

    def __init__(self, why: str, names: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.why, self.names = why, list(names[:MOST_NAMES])


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """Everything that is written."""

    rows: Sequence[ImportRow]
    ground: Ground
    people: Sequence[Newcomer]
    changed: Prepared


def apply_work(task: Task) -> Iterator[Progress | Done]:
    """The worker's part. Ended before its transaction it begins anew; after it, it is done."""
    run = db.session.get_one(ImportRun, task.params["run"])
    query = select(ImportRow).where(
        ImportRow.run_id == run.id, ImportRow.fate.in_(("new", "changed"))
    )
    rows = list(db.session.scalars(query.order_by(ImportRow.line)))
    event = lookup.event_of(db.session(), run.event_id)
    db.session.close()
    ground = Ground(
        series_id=event.series_id,
        number_letter=event.number_letter,
        zone=event.zone,
        event_id=run.event_id,
        channel=run.options["channel"],
        over=task.params["over"],
        reason=task.params["reason"],
        told=_told(task, run),
        moment=now(),
    )
    people: list[Newcomer] = []
    for at, row in enumerate(one for one in rows if one.fate == "new"):
        people.append(make_newcomer(row, ground))
        if at % SOME == 0:
            yield Progress(done=at, total=len(rows))
    changed, edits = Prepared(), [_edit(one) for one in rows if one.fate == "changed"]
    for changed in changes.prepare(db.session(), run.event_id, edits, task.account_id):
        yield Progress(done=len(people) + len(changed.versions), total=len(rows))
    # Read after the versions, which the lock asks for again: so these were the values then, too.
    differing = _differing(db.session(), run, rows)
    db.session.close()
    ready = _Ready(rows=rows, ground=ground, people=people, changed=changed)
    if differing:
        _go_back(task, run.id, _Stale("changed", differing))
        return
    try:
        write(task, run, ready)
    except _Stale as stale:
        _go_back(task, run.id, stale)


def _told(task: Task, run: ImportRun) -> NoticeTold:
    """What new people were told, as whoever imports them says."""
    version = run.options.get("notice", UNTOLD)
    return NoticeTold(version=version, by=task.account_id) if version else NOBODY_TOLD


def _edit(row: ImportRow) -> Edit:
    return Edit(
        registration_id=row.registration_id or 0,
        participant_id=row.participant_id or 0,
        values={n: new for n, _old, new in row.changes if not OF_QUESTION.fullmatch(n)},
        answers=read_kept(row.given),
    )


def write(task: Task, run: ImportRun, ready: _Ready) -> None:
    """The one transaction.

    Raises:
        _Stale: something has changed since the dry run; nothing was stored.
    """
    with transaction() as session:
        day = lock_event(session, run.event_id, ready.ground.moment)
        stored = session.get_one(ImportRun, run.id, with_for_update=True)
        if stored.state != "applying":
            return
        _look_again(day, run, ready)
        highest = select(func.max(Registration.number)).where(
            Registration.series_id == day.series_id
        )
        first = (session.scalar(highest) or 0) + 1
        if ready.people:
            write_newcomers(session, ready.people, ready.ground, first, task.account_id)
        told = changes.write_changes(day, ready.changed) if ready.changed.versions else []
        if ready.changed.moves:
            _promote(day)
        stored.state, stored.applied_at, stored.data = "applied", now(), None
        stored.first_number = first
        stored.counts = {**stored.counts, "stored": len(ready.people)}
        audit.record(session, _entry(task, run, ready), ready.ground.moment)
        _ask_for_letters(session, task, run, first, told, ready)
        jobs.finish(session, task.id, Done())


def _look_again(day: Day, run: ImportRun, ready: _Ready) -> None:
    """Whether everything still is as the dry run showed it.

    Raises:
        _Stale: it is not.
    """
    if names := changes.changed_meanwhile(day.session, ready.changed):
        raise _Stale("changed", names)
    identities = {b["identity"]: b for one in ready.people for b in one.bookings}
    there = lookup.by_identities(day.session, run.options["events"], identities)
    if there:
        raise _Stale("signed_up", [one.split("|")[0] for one in there])
    _check_places(day, ready)


def _differing(session: Session, run: ImportRun, rows: Sequence[ImportRow]) -> list[str]:
    """Whose values have changed since the dry run."""
    shown = {row.participant_id or 0: row for row in rows if row.fate == "changed"}
    people = lookup.by_ids(session, run.event_id, shown)
    return [
        f"{row.number} {row.name}"
        for person, row in shown.items()
        if person not in people or lookup.digest_of_all(people[person]) != row.digest
    ]


def _check_places(day: Day, ready: _Ready) -> None:
    free = free_places(day.offer("ja").meetings, day.moment)
    new = [row for row in ready.rows if row.fate == "new"]
    wanted = needed((row.given["ways"], row.over) for row in new)
    full = {(event_id, row.given["ways"][str(event_id)]) for row in new for event_id in row.over}
    for place in {*wanted, *full}:
        left, count = free.get(place, 0), wanted.get(place, 0)
        if left is not None and (left < count or (place in full and left > count)):
            raise _Stale("places")
    taken = Counter(ready.changed.taken)
    taken.update(choice for one in ready.people for choice in one.taken)
    choices = [one for question in day.offer("ja").questions for one in question.choices]
    if any(one.left is not None and one.left < taken[one.id] for one in choices):
        raise _Stale("places")


def _promote(day: Day) -> None:
    """Give what became free to whoever waits, and tell them."""
    fresh = replace(day, locked=None, _offers={})  # counted anew
    rows, whys = promotion.promote_all(fresh)
    telling.tell_changed(fresh, rows, whys)


def _entry(task: Task, run: ImportRun, ready: _Ready) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=task.account_id,
        action="registrations.imported",
        subject="event",
        subject_id=run.event_id,
        after={
            "file": run.filename,
            "new": len(ready.people),
            "changed": len(ready.changed.versions),
            **({"told": "yes"} if ready.people and ready.ground.told.version else {}),
            **_over(task, run),
        },
    )


def _over(task: Task, run: ImportRun) -> Mapping[str, Any]:
    if not run.counts.get("over"):
        return {}
    given = task.params
    return {"over": run.counts["over"], "over_as": given["over"], "reason": given["reason"]}


def _ask_for_letters(  # noqa: PLR0913, PLR0917  # who is to be told, and why
    session: WriteSession, task: Task, run: ImportRun, first: int, told: list[int], ready: _Ready
) -> None:
    confirm = run.options["letters"] == "confirm"
    if confirm:
        told = sorted({*told, *ready.changed.versions})
    if not (told or (confirm and ready.people)):
        return
    params = {
        "run": run.id,
        "first": first,
        "count": len(ready.people) if confirm else 0,
        "changed": told,
    }
    new = NewJob(
        kind=letters_work.KIND,
        subject_id=run.event_id,
        account_id=task.account_id,
        locale=task.locale,
        params=params,
    )
    jobs.ask(session, new)


def _go_back(task: Task, run_id: int, stale: _Stale) -> None:
    """Nothing was stored: the dry run is out of date, and says of whom."""
    with transaction() as session:
        stored = session.get_one(ImportRun, run_id, with_for_update=True)
        if stored.state == "applying":
            stored.state = "checked"
            stored.counts = {**stored.counts, "stale": stale.why, "names": stale.names}
        jobs.finish(session, task.id, Done())
