"""What pages show of a file, and what comes in when one is added."""

from dataclasses import dataclass
from datetime import datetime

from app.events.models import AUDIENCES


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A file of a meeting in one language; ``size`` in octets, ``kind`` as ``rules.KINDS``.

    ``title`` is the file's name where the office gave none. ``shown``: browsers may show it.
    ``version`` is another one whenever the content is. ``shown_from`` and ``shown_until``: between
    which moments its readers may have it (None: at any time). Moments are in UTC.
    """

    id: int
    event_id: int
    title: str
    filename: str
    kind: str
    media_type: str
    size: int
    audience: str
    shown: bool
    version: str
    created_at: datetime
    shown_from: datetime | None = None
    shown_until: datetime | None = None


@dataclass(frozen=True)
class Reader:
    """Who wants to have files, as which ``audiences``, and when; ``at`` None: whatever the time.

    ``votes_at``: the meetings whose files for voters they may have besides.
    """

    audiences: tuple[str, ...]
    at: datetime | None
    votes_at: frozenset[int] = frozenset()


OFFICE = Reader(AUDIENCES, None)


def everybody(at: datetime) -> Reader:
    """Whoever comes by."""
    return Reader(("everybody",), at)


def signed_up(at: datetime, votes_at: frozenset[int] = frozenset()) -> Reader:
    """Somebody who is signed up, who may have what is for everybody, too, and where they vote."""
    return Reader(("everybody", "signed_up"), at, votes_at)


@dataclass(frozen=True, kw_only=True)
class FileTerms:
    """What of a file can be changed: titles, for whom it is, and between which moments (UTC)."""

    title_ja: str
    title_en: str
    audience: str
    shown_from: datetime | None = None
    shown_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file as somebody sent it: nothing in it is checked yet, its name included."""

    filename: str
    data: bytes
    terms: FileTerms
