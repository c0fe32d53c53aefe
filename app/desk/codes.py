"""Reading the code of a sign-up in a picture of the camera."""

import zxingcpp

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
SMALLEST, LARGEST = 100, 480
"""Width and height of a picture in pixels; it is square."""


class NotAPicture(ValueError):
    """The bytes are not what the page sends."""


def read(grey: bytes, width: int) -> str | None:
    """The text of the QR code in a picture, None where there is none.

    Args:
        grey: one byte a pixel, from black to white, row by row, as many rows as columns. Grey
            bytes need no decoder of picture files, so there is nothing that a file could attack.
        width: in pixels.

    Raises:
        NotAPicture: it is no such picture.
    """
    if not SMALLEST <= width <= LARGEST or len(grey) != width * width:
        raise NotAPicture(width)
    picture = memoryview(grey).cast("B", shape=(width, width))
    found = zxingcpp.read_barcode(picture, formats=QR)
    return found.text if found is not None else None
