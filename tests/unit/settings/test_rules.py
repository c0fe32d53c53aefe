"""What may be a logo: told by its content, whatever it is called."""

import struct

import pytest

from app.settings.rules import LARGEST, LogoRefused, judge

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 120, 60)
# A picture's comment comes before its frame; markers may be filled with 0xFF.
COMMENT = b"\xff\xfe" + struct.pack(">H", 6) + b"\xff\xc0ab"
JPEG = b"\xff\xd8" + COMMENT + b"\xff\xff\xc2" + struct.pack(">HBHH", 11, 8, 60, 120) + bytes(4)


def webp(kind: bytes, head: bytes) -> bytes:
    return (b"RIFF" + bytes(4) + b"WEBP" + kind + bytes(4) + head).ljust(40, b"\0")


LOSSY = webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 120 | 0x4000, 60))
LOSSLESS = webp(b"VP8L", b"\x2f" + (119 | 59 << 14).to_bytes(4, "little"))
EXTENDED = webp(b"VP8X", bytes(4) + (119).to_bytes(3, "little") + (59).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (JPEG, "jpeg"),
        (LOSSY, "webp"),
        (LOSSLESS, "webp"),
        (EXTENDED, "webp"),
    ],
)
def test_kind_and_size_are_read_from_the_content(data: bytes, kind: str) -> None:
    found = judge(data)
    assert (found.media_type, found.width, found.height) == (f"image/{kind}", 120, 60)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "missing"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (PNG[:20], "not_a_picture"),
        (JPEG[:16], "not_a_picture"),
        (b"\xff\xd8\xff\xda\x00\x02" + bytes(20), "not_a_picture"),
        (LOSSY[:25], "not_a_picture"),
        (webp(b"ANIM", b""), "not_a_picture"),
        (PNG.replace(struct.pack(">I", 120), struct.pack(">I", 0)), "not_a_picture"),
        (PNG.replace(struct.pack(">I", 120), struct.pack(">I", 4001)), "too_wide"),
        (PNG.ljust(LARGEST + 1, b"\0"), "too_large"),
    ],
)
def test_anything_else_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(LogoRefused) as refused:
        judge(data)
    assert refused.value.code == code
