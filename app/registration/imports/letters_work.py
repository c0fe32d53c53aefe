"""Letters after an import, in short steps: the keys of letters make doing one again harmless."""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, select

from app.base.clock import now
from app.db import db, lock, transaction
from app.jobs.facts import Done, Progress, Task
from app.mail.models import OutboxLetter
from app.registration.imports.known import event_of
from app.registration.letters import letters, telling
from app.registration.letters.letters import Why
from app.registration.locking import lock_event
from app.registration.models import Registration
from app.registration.queries import read_signups

KIND = "import_letters"
SOME = 50


def letters_work(task: Task) -> Iterator[Progress | Done]:
    """The worker's part: confirmations to new people, and what has changed to the others."""
    given = task.params
    total = given["count"] + len(given["changed"])
    done = 0
    yield Progress(done=0, total=total)
    last = 0
    while ids := _untold(task, last):
        _confirm(task, ids)
        last, done = ids[-1], done + len(ids)
        yield Progress(done=done, total=total)
    for at in range(0, len(given["changed"]), SOME):
        _tell_change(task, given["changed"][at : at + SOME])
        yield Progress(done=done + at, total=total)
    yield Done(result={"letters": total})


def _untold(task: Task, after: int) -> Sequence[int]:
    """The next new sign-ups without a letter; who has changed theirs since was told by that."""
    given = task.params
    query = select(Registration.id).where(
        Registration.number >= given["first"],
        Registration.number < given["first"] + given["count"],
        Registration.version == 1,
        Registration.contact_name != "",
        Registration.series_id == event_of(db.session(), task.subject_id).series_id,
        Registration.id > after,
        ~exists().where(OutboxLetter.registration_id == Registration.id),
    )
    found = list(db.session.scalars(query.order_by(Registration.id).limit(SOME)))
    db.session.close()
    return found


def _confirm(task: Task, ids: Sequence[int]) -> None:
    with transaction() as session:
        day = lock_event(session, task.subject_id, now())
        rows = lock(session, {Registration: ids})[Registration]
        signups = read_signups(session, [row.id for row in rows if row.version == 1])
        made = [
            letters.told(one, day.offer(one.locale), None, Why(actor="person"), day.texts)
            for one in signups.values()
            if one.without_duplicates.active
        ]
        day.post_many([letter for letter in made if letter is not None])


def _tell_change(task: Task, ids: Sequence[int]) -> None:
    with transaction() as session:
        day = lock_event(session, task.subject_id, now())
        rows = lock(session, {Registration: ids})[Registration]
        news = telling.with_news(day, rows)
        telling.tell_changed(day, news, {row.id: Why(actor="office") for row in news})
