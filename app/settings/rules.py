"""What may be a logo: by content, by size. Pure."""

import struct
from dataclasses import dataclass
from hashlib import sha256

KILOBYTE = 1000
LARGEST = 200 * KILOBYTE
"""Octets: every first visit loads it."""
MOST_PIXELS = 4000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PNG_HEAD = 24
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a frame, which tells width and height (ISO/IEC 10918-1, B.1.1.3)."""
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
_START_OF_SCAN = 0xDA
_WEBP_KINDS = frozenset({b"VP8 ", b"VP8L", b"VP8X"})
_WEBP_HEAD = 30


class LogoRefused(ValueError):
    """It may not be the logo: 'missing', 'too_large' (octets), 'not_a_picture', 'too_wide'."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a file turned out to be: ``width`` and ``height`` in pixels."""

    media_type: str
    width: int
    height: int


def version_of(data: bytes) -> str:
    """What changes when the picture does."""
    return sha256(data).hexdigest()[:16]


def judge(data: bytes) -> Picture:
    """Decide by the content alone, whatever the file is called.

    Raises:
        LogoRefused: with the first reason that holds.
    """
    if not data:
        raise LogoRefused("missing")
    if len(data) > LARGEST:
        raise LogoRefused("too_large")
    picture = _png(data) or _jpeg(data) or _webp(data)
    if picture is None or not picture.width or not picture.height:
        raise LogoRefused("not_a_picture")
    if max(picture.width, picture.height) > MOST_PIXELS:
        raise LogoRefused("too_wide")
    return picture


def _png(data: bytes) -> Picture | None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < _PNG_HEAD:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return Picture(media_type="image/png", width=width, height=height)


def _jpeg(data: bytes) -> Picture | None:
    """Walk from marker to marker until a frame says the size."""
    if not data.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004  # every marker begins so
        marker = data[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:  # noqa: PLR2004  # filling, or no length follows
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Picture(media_type="image/jpeg", width=width, height=height)
        if marker == _START_OF_SCAN:
            return None
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _webp(data: bytes) -> Picture | None:
    """Three kinds, each with its own head (RFC 9649, 2.5-2.7)."""
    kind = data[12:16]
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or kind not in _WEBP_KINDS:
        return None
    if len(data) < _WEBP_HEAD:
        return None
    if kind == b"VP8 ":
        width, height = (one & 0x3FFF for one in struct.unpack("<HH", data[26:30]))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
    return Picture(media_type="image/webp", width=width, height=height)
