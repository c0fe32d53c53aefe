"""What pages show of a file, and what comes in when one is added."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A file of a meeting in one language; ``size`` in octets, ``kind`` as ``rules.KINDS``.

    ``title`` is the file's name where the office gave none. ``shown``: browsers may show it.
    ``version`` is another one whenever the content is. ``created_at`` is in UTC.
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


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file as somebody sent it: nothing in it is checked yet, its name included."""

    filename: str
    data: bytes
    title_ja: str
    title_en: str
    audience: str
