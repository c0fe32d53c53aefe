"""Putting up and removing the files of a meeting."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import Translated, lock, transaction
from app.db.session import WriteSession
from app.events.files.facts import FileTerms, NewFile
from app.events.files.rules import MOST, FileRefused, judge
from app.events.models import Event, EventFile


class AlreadyThere(Exception):
    """The same file is up with another title, other readers or times; ``file_id``: which."""

    def __init__(self, file_id: int) -> None:
        super().__init__(file_id)
        self.file_id = file_id


def add_file(event_id: int, new: NewFile, by: Actor) -> int:
    """Put up a file of a meeting and return its id; the same one sent twice is put up once.

    Raises:
        AlreadyThere: it is up, and otherwise than is wanted now.
        FileRefused: it is not what we take, or there are too many already.
        NotFound: there is no such meeting.
    """
    accepted = judge(new.filename, new.data)
    file = EventFile(
        event_id=event_id,
        filename=accepted.filename,
        media_type=accepted.media_type,
        size=len(new.data),
        data=new.data,
        **_columns(new.terms),
    )
    with transaction() as session:
        _lock_event(session, event_id)
        same = _find_same(session, file)
        if same is not None:
            if _told(same) != _told(file):
                raise AlreadyThere(same.id)
            return same.id
        count, last = _count(session, event_id)
        if count >= MOST:
            raise FileRefused("too_many")
        file.position, file.created_at = last + 1, now()
        session.put(file)
        told = {name: value for name, value in _told(file).items() if value}
        after = {"filename": file.filename, **told}
        audit.record(session, _entry("file.added", event_id, by, after=after), now())
        return file.id


def change_file(
    event_id: int, file_id: int, terms: FileTerms, by: Actor, *, seen: str | None = None
) -> bool:
    """Give a file other titles, readers or times; False where it was so already.

    ``seen``: ``digest`` of the terms that this is a change of; None where nobody looked.

    Raises:
        ChangedMeanwhile: its terms are not those that were seen.
        NotFound: there is none.
        Busy: nothing was stored.
    """
    with transaction() as session:
        _lock_event(session, event_id)
        mine = (EventFile.id == file_id, EventFile.event_id == event_id)
        file = session.scalar(select(EventFile).where(*mine))
        if file is None:
            raise NotFound("file")
        before, wanted = _told(file), _columns(terms)
        for name, value in wanted.items():
            setattr(file, name, value)
        after = _told(file)
        changed = [name for name in after if before[name] != after[name]]
        if changed and seen not in {None, _digest(before)}:
            raise ChangedMeanwhile("file")
        if changed:
            values = {
                "before": {name: before[name] for name in changed},
                "after": {"filename": file.filename, **{name: after[name] for name in changed}},
            }
            audit.record(session, _entry("file.changed", event_id, by, **values), now())
        return bool(changed)


def _columns(terms: FileTerms) -> dict[str, Any]:
    return {
        "title": Translated(ja=terms.title_ja, en=terms.title_en),
        "audience": terms.audience,
        "shown_from": terms.shown_from,
        "shown_until": terms.shown_until,
    }


def digest(terms: FileTerms) -> str:
    """By which a form knows the terms that it shows."""
    return _digest(_told(EventFile(**_columns(terms))))


def _digest(told: Mapping[str, str]) -> str:
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _told(file: EventFile) -> dict[str, str]:
    """As the audit table keeps it."""
    return {
        "title": file.title.ja,
        "title_en": file.title.en,
        "audience": file.audience,
        "shown_from": file.shown_from.isoformat() if file.shown_from else "",
        "shown_until": file.shown_until.isoformat() if file.shown_until else "",
    }


def remove_file(event_id: int, file_id: int, by: Actor) -> None:
    """Remove a file of a meeting for good.

    Raises:
        NotFound: there is none, or it was removed before.
    """
    with transaction() as session:
        _lock_event(session, event_id)
        mine = (EventFile.id == file_id, EventFile.event_id == event_id)
        found = session.execute(select(EventFile.filename, EventFile.audience).where(*mine)).first()
        if found is None:
            raise NotFound("file")
        session.execute(delete(EventFile).where(*mine))
        before = {"filename": found.filename, "audience": found.audience}
        audit.record(session, _entry("file.removed", event_id, by, before=before), now())


def _lock_event(session: WriteSession, event_id: int) -> None:
    if not lock(session, {Event: [event_id]})[Event]:
        raise NotFound("event")


def _find_same(session: WriteSession, file: EventFile) -> EventFile | None:
    """The file of this name and content that is up already, such as by a first tap of two."""
    query = select(EventFile).where(
        EventFile.event_id == file.event_id,
        EventFile.filename == file.filename,
        EventFile.size == file.size,
        EventFile.data == file.data,
    )
    return session.scalars(query.order_by(EventFile.position, EventFile.id).limit(1)).first()


def _count(session: WriteSession, event_id: int) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.max(EventFile.position), 0)).where(
        EventFile.event_id == event_id
    )
    count, last = session.execute(query).one()
    return count, last


def _entry(action: str, event_id: int, by: Actor, **values: dict[str, str]) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="event",
        subject_id=event_id,
        **values,
    )
