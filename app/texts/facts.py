"""A text of a letter, and what of it is stored."""

from dataclasses import dataclass
from datetime import datetime

SUBJECT, BODY = 200, 10_000
"""Characters."""
LOCALES = ("ja", "en")
"""Languages that the office words; whoever reads plain words gets the default text."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Subject and body, with variables."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Stored:
    """How a text stands; ``text`` None where it is the default. ``changed_at`` aware UTC.

    ``version`` 0: it was never changed. ``before``: the text before it was last put back.
    """

    version: int = 0
    text: Text | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    before: Text | None = None
