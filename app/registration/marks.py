"""The mark of a row that leaves the house: whose row it is, and what stood in it.

Read in again after editing, it tells whether the row has changed here meanwhile. It is no secret
and opens nothing: whoever changes it is told that the row is not known. Pure.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

FIELDS = (
    *("name", "reading", "organisation", "role", "email", "telephone"),
    *("fax", "postal_address", "note", "way", "state"),
)
"""What a row can be changed by, or refused for."""
_DIGEST = 10
_MARK = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{10})(?:-([0-9a-f]{10}))?")


class Mark(NamedTuple):
    """Whose row it is (id of the participant), and what stood in it, answers apart.

    ``answers``: what they had answered; '' of lists that do not tell it.
    """

    participant_id: int
    digest: str
    answers: str


def digest_of(row: Any) -> str:
    """Stands for the values of a row: an object with ``FIELDS`` and ``standing`` as attributes."""
    told = "\0".join(str(getattr(row, name) or "") for name in FIELDS)
    if row.standing:  # lists that went out before there was any keep their marks
        told = f"{told}\0{row.standing}"
    return _digest(told)


def digest_of_answers(answers: Mapping[int, Any]) -> str:
    """Stands for what somebody answered: question id → ``choices`` and ``text``."""
    told = [f"{one}:{sorted(said.choices)}:{said.text}" for one, said in sorted(answers.items())]
    return _digest("\0".join(told))


def _digest(told: str) -> str:
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def mark_of(participant_id: int, row: Any, answers: Mapping[int, Any] | None = None) -> str:
    """The mark of a person's row; ``answers`` where the row tells them."""
    mark = f"{participant_id}-{digest_of(row)}"
    return mark if answers is None else f"{mark}-{digest_of_answers(answers)}"


def read_mark(raw: str) -> Mark | None:
    """A mark as it came back; None where it is none."""
    found = _MARK.fullmatch(raw.strip().lstrip("'"))
    return Mark(int(found[1]), found[2], found[3] or "") if found else None
