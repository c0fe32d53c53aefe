"""What the desk reads: codes in pictures, times in any width."""

from datetime import time

import pytest
import segno

from app.desk import codes
from app.desk.sheet_form import read_time

WIDTH = 320


def picture(text: str, scale: int = 5) -> bytes:
    """A square of grey bytes with a code in its middle."""
    rows = [bytes(0 if dark else 255 for dark in row) for row in segno.make(text).matrix_iter()]
    side = len(rows) * scale
    left = (WIDTH - side) // 2
    white = bytes([255]) * WIDTH
    drawn = []
    for row in rows:
        line = b"".join(bytes([dot]) * scale for dot in row)
        drawn += [white[:left] + line + white[: WIDTH - left - side]] * scale
    above = [white] * left
    return b"".join((above + drawn + [white] * WIDTH)[:WIDTH])


def test_a_code_is_read_in_grey_bytes() -> None:
    assert codes.read(picture("ABC234"), WIDTH) == "ABC234"
    assert codes.read(bytes(WIDTH * WIDTH), WIDTH) is None


@pytest.mark.parametrize(("octets", "width"), [(10, WIDTH), (0, 0), (25, 5), (10**6, 1000)])
def test_what_is_no_picture_is_refused(octets: int, width: int) -> None:
    with pytest.raises(codes.NotAPicture):
        codes.read(bytes(octets), width)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:05", time(10, 5)),
        ("１０：０５", time(10, 5)),
        ("1005", time(10, 5)),
        ("905", time(9, 5)),
        ("10時5分", time(10, 5)),
        ("9時", time(9)),
        ("24:00", None),
        ("10:60", None),
        ("10", None),
        ("noon", None),
    ],
)
def test_times_are_read_kindly(typed: str, meant: time | None) -> None:
    assert read_time(typed) == meant
