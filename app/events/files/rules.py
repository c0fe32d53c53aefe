"""What may be put up as a file of a meeting: by name, by content, by size, by number."""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.base.characters import has_control

MEGABYTE = 1000 * 1000
LARGEST = 10 * MEGABYTE
MOST = 20
LONGEST_NAME = 100
"""Characters of a file name, its ending included."""
LONGEST_NAME_OCTETS = 240
"""What file systems take, 255, with room for the " (1)" that browsers add."""

_UNPACKED = 200 * MEGABYTE
_PARTS = 5000
_CONTENTS = 1 * MEGABYTE
_BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError),
    *(OverflowError, RuntimeError, UnicodeError, ValueError, zipfile.LargeZipFile),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_UNSAFE_IN_NAMES = str.maketrans(dict.fromkeys(':*?"<>|', "_"))
# Names that Windows keeps for devices, whatever the ending.
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class FileRefused(ValueError):
    """The file may not be put up; ``code`` says why.

    'missing', 'empty', 'too_large', 'unknown_kind' (its ending), 'not_its_kind' (the content is
    something else), 'unpacks_too_large', 'too_many'.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A file that may be put up: its kind (a key of ``KINDS``), a safe name, its media type."""

    kind: str
    filename: str
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: its media type, whether browsers may show it, how its content is known.

    ``judge`` gives the media type of the content, or None where it is something else.
    """

    endings: tuple[str, ...]
    shown: bool
    judge: Callable[[bytes], str | None]


def _begins(mark: bytes, media_type: str) -> Callable[[bytes], str | None]:
    return lambda data: media_type if data.startswith(mark) else None


def _text(media_type: str) -> Callable[[bytes], str | None]:
    """UTF-8, or what Excel on a Japanese Windows writes; without characters of binary files."""

    def judge(data: bytes) -> str | None:
        if data.startswith(_UTF16):
            return None
        for encoding, charset in (("utf-8", "utf-8"), ("cp932", "Shift_JIS")):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not _BINARY.search(text):
                return f"{media_type}; charset={charset}"
        return None

    return judge


def _office(name: str, main: str) -> Callable[[bytes], str | None]:
    media_type = f"{_OFFICE}{name}"

    def judge(data: bytes) -> str | None:
        said = _content_types(data)
        return media_type if f"{_OFFICE}{main}.main+xml".encode() in said else None

    return judge


KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind(endings=("pdf",), shown=True, judge=_begins(b"%PDF-", "application/pdf")),
    "jpeg": Kind(endings=("jpg", "jpeg"), shown=True, judge=_begins(b"\xff\xd8\xff", "image/jpeg")),
    "png": Kind(endings=("png",), shown=True, judge=_begins(b"\x89PNG\r\n\x1a\n", "image/png")),
    "docx": Kind(
        endings=("docx",),
        shown=False,
        judge=_office("wordprocessingml.document", "wordprocessingml.document"),
    ),
    "xlsx": Kind(
        endings=("xlsx",),
        shown=False,
        judge=_office("spreadsheetml.sheet", "spreadsheetml.sheet"),
    ),
    "pptx": Kind(
        endings=("pptx",),
        shown=False,
        judge=_office("presentationml.presentation", "presentationml.presentation"),
    ),
    "txt": Kind(endings=("txt",), shown=False, judge=_text("text/plain")),
    "csv": Kind(endings=("csv",), shown=False, judge=_text("text/csv")),
}
ENDINGS: Final = {ending: name for name, kind in KINDS.items() for ending in kind.endings}


def judge(filename: str, data: bytes) -> Accepted:
    """Decide on a file by its name and its content, which must agree.

    Raises:
        FileRefused: with the first reason that holds.
    """
    if not filename.strip():
        raise FileRefused("missing")
    if not data:
        raise FileRefused("empty")
    if len(data) > LARGEST:
        raise FileRefused("too_large")
    kind = kind_of(filename)
    if not kind:
        raise FileRefused("unknown_kind")
    media_type = KINDS[kind].judge(data)
    if media_type is None:
        raise FileRefused("not_its_kind")
    return Accepted(kind=kind, filename=safe_name(filename), media_type=media_type)


def kind_of(filename: str) -> str:
    """The kind that the ending of a name stands for; '' for one that we do not take."""
    return ENDINGS.get(filename.strip().rpartition(".")[2].lower(), "")


def is_shown(kind: str) -> bool:
    """Whether browsers may show such a file themselves instead of only keeping it."""
    return kind in KINDS and KINDS[kind].shown


def safe_name(raw: str) -> str:
    """A name that every file system takes, with nothing of a path; Japanese is kept.

    macOS sends か゛ as two characters (NFD); they become one, else the name looks broken
    elsewhere. A name that is too long loses its end, not its ending.
    """
    name = unicodedata.normalize("NFC", raw.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if c == "\u3000" or (c.isprintable() and not has_control(c)))
    stem, _dot, ending = name.translate(_UNSAFE_IN_NAMES).rpartition(".")
    ending = ending.strip().lower()
    stem = stem.strip(". \u3000")
    if not stem or _DEVICES.match(f"{stem}."):
        stem = f"file_{stem}".rstrip("_")
    stem = stem[: LONGEST_NAME - len(ending) - 1]
    while len(f"{stem}.{ending}".encode()) > LONGEST_NAME_OCTETS:
        stem = stem[:-1]
    return f"{stem.rstrip('. ')}.{ending}"


def _refuse_bomb(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise FileRefused("unpacks_too_large")


def _content_types(data: bytes) -> bytes:
    """What an Office file says it holds; b'' where it is none, or holds programs (macros).

    Nothing but that one small part is unpacked, and no more of it than a megabyte.

    Raises:
        FileRefused: unpacked it would be out of all proportion.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _refuse_bomb(packed)
            with packed.open("[Content_Types].xml") as part:
                said = part.read(_CONTENTS + 1)
    except FileRefused:
        raise
    except _BROKEN_ZIP:
        return b""
    return (
        b"" if len(said) > _CONTENTS or b"macroEnabled" in said or b"vbaProject" in said else said
    )
