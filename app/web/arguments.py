"""Numbers from outside, as queries can take them."""

LARGEST = 2**31 - 1


def row_id(raw: str) -> int:
    """An id of the database.

    Raises:
        ValueError: it is none, so that ``request.args.get(..., type=row_id)`` counts it as absent.
    """
    if not (raw.isascii() and raw.isdigit() and len(raw) <= len(str(LARGEST))):
        raise ValueError("not an id")
    number = int(raw)
    if number > LARGEST:
        raise ValueError("not an id")
    return number


def find_id(raw: str | None) -> int | None:
    """An id, or None where it is none."""
    try:
        return row_id(raw or "")
    except ValueError:
        return None
