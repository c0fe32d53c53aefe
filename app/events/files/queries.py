"""Reading files: what there is by one query whatever the number, a content only when asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select

from app.base.errors import NotFound
from app.db import db
from app.events.files.facts import FileView, Reader
from app.events.files.rules import is_shown, kind_of
from app.events.models import EventFile

_file: Any = EventFile.__table__
_SHOWN = [column for column in _file.c if column.name != "data"]
_AT: Any = bindparam("at", type_=_file.c.shown_from.type)
_FOR = (
    or_(
        _file.c.audience.in_(bindparam("audiences", expanding=True)),
        and_(
            _file.c.audience == "voters",
            _file.c.event_id.in_(bindparam("votes_at", expanding=True)),
        ),
    ),
    or_(_AT.is_(None), _file.c.shown_from.is_(None), _file.c.shown_from <= _AT),
    or_(_AT.is_(None), _file.c.shown_until.is_(None), _file.c.shown_until > _AT),
)
_LISTED = (
    select(*_SHOWN)
    .where(_file.c.event_id.in_(bindparam("events", expanding=True)), *_FOR)
    .order_by(_file.c.event_id, _file.c.position, _file.c.id)
)
_ONE = select(*_SHOWN).where(
    _file.c.id == bindparam("id"), _file.c.event_id == bindparam("event"), *_FOR
)


def list_files(event_id: int, locale: str, reader: Reader) -> tuple[FileView, ...]:
    """The files of a meeting that ``reader`` may have, in their order."""
    return list_by_meeting([event_id], locale, reader)[event_id]


def list_by_meeting(
    event_ids: Iterable[int], locale: str, reader: Reader
) -> Mapping[int, tuple[FileView, ...]]:
    """The files that ``reader`` may have, by meeting; those without any are there, too."""
    wanted = list(event_ids)
    found: Mapping[int, list[FileView]] = defaultdict(list)
    for row in db.session.execute(_LISTED, {"events": wanted, **_given(reader)}):
        found[row.event_id].append(_view(row, locale))
    return {event_id: tuple(found[event_id]) for event_id in wanted}


def get_file(event_id: int, file_id: int, locale: str, reader: Reader) -> FileView:
    """One file of a meeting, if ``reader`` may have it.

    Raises:
        NotFound: there is none, it is for others, or not now.
    """
    given = {"id": file_id, "event": event_id, **_given(reader)}
    row = db.session.execute(_ONE, given).first()
    if row is None:
        raise NotFound("file")
    return _view(row, locale)


def titles_of(file: FileView) -> tuple[str, str]:
    """Its title in Japanese and in English, '' where the office gave none."""
    title = db.session.scalar(select(_file.c.title).where(_file.c.id == file.id))
    return (title.ja, title.en) if title else ("", "")


def read_content(file: FileView) -> bytes:
    """The content of ``file``.

    Raises:
        NotFound: it was removed meanwhile.
    """
    data = db.session.scalar(select(_file.c.data).where(_file.c.id == file.id))
    if data is None:
        raise NotFound("file")
    return bytes(data)


def _given(reader: Reader) -> dict[str, Any]:
    votes_at = sorted(reader.votes_at)
    return {"audiences": list(reader.audiences), "at": reader.at, "votes_at": votes_at}


def _view(row: Row[Any], locale: str) -> FileView:
    kind = kind_of(row.filename)
    return FileView(
        id=row.id,
        event_id=row.event_id,
        title=row.title.text(locale) or row.filename,
        filename=row.filename,
        kind=kind,
        media_type=row.media_type,
        size=row.size,
        audience=row.audience,
        shown=is_shown(kind),
        version=f"{row.id}-{row.created_at:%Y%m%dT%H%M%S%f}-{row.size}",
        created_at=row.created_at,
        shown_from=row.shown_from,
        shown_until=row.shown_until,
    )
