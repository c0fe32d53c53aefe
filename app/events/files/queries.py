"""Reading files: what there is by one query whatever the number, a content only when asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.base.errors import NotFound
from app.db import db
from app.events.files.facts import FileView
from app.events.files.rules import is_shown, kind_of
from app.events.models import AUDIENCES, EventFile

EVERYBODY = ("everybody",)
SIGNED_UP = AUDIENCES
"""Those who are signed up see what is for everybody, too."""

_file: Any = EventFile.__table__
_SHOWN = [column for column in _file.c if column.name != "data"]
_LISTED = (
    select(*_SHOWN)
    .where(
        _file.c.event_id.in_(bindparam("events", expanding=True)),
        _file.c.audience.in_(bindparam("audiences", expanding=True)),
    )
    .order_by(_file.c.event_id, _file.c.position, _file.c.id)
)
_ONE = select(*_SHOWN).where(
    _file.c.id == bindparam("id"),
    _file.c.event_id == bindparam("event"),
    _file.c.audience.in_(bindparam("audiences", expanding=True)),
)


def list_files(event_id: int, locale: str, audiences: Iterable[str]) -> tuple[FileView, ...]:
    """The files of a meeting for ``audiences`` (some of ``AUDIENCES``), in their order."""
    return _by_event([event_id], locale, audiences)[event_id]


def list_for_everybody(event_ids: Iterable[int], locale: str) -> Mapping[int, tuple[FileView, ...]]:
    """The files that everybody may have, by meeting; those without any are there, too."""
    return _by_event(event_ids, locale, EVERYBODY)


def list_for_signed_up(event_ids: Iterable[int], locale: str) -> Mapping[int, tuple[FileView, ...]]:
    """The files that those may have who are signed up, by meeting."""
    return _by_event(event_ids, locale, SIGNED_UP)


def get_file(event_id: int, file_id: int, locale: str, audiences: Iterable[str]) -> FileView:
    """One file of a meeting, if it is for one of ``audiences``.

    Raises:
        NotFound: there is none, or it is for others.
    """
    given = {"id": file_id, "event": event_id, "audiences": list(audiences)}
    row = db.session.execute(_ONE, given).first()
    if row is None:
        raise NotFound("file")
    return _view(row, locale)


def read_content(file: FileView) -> bytes:
    """The content of ``file``.

    Raises:
        NotFound: it was removed meanwhile.
    """
    data = db.session.scalar(select(_file.c.data).where(_file.c.id == file.id))
    if data is None:
        raise NotFound("file")
    return bytes(data)


def _by_event(
    event_ids: Iterable[int], locale: str, audiences: Iterable[str]
) -> Mapping[int, tuple[FileView, ...]]:
    wanted = list(event_ids)
    found: Mapping[int, list[FileView]] = defaultdict(list)
    given = {"events": wanted, "audiences": list(audiences)}
    for row in db.session.execute(_LISTED, given):
        found[row.event_id].append(_view(row, locale))
    return {event_id: tuple(found[event_id]) for event_id in wanted}


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
    )
