"""A version of the notice, and the terms that stand in it."""

from dataclasses import dataclass
from datetime import datetime

from app.events.presets import Words

EARLIER = 1
"""The number of the built-in text of earlier releases, which told no terms."""
BUILT_IN = 2
"""The number of the built-in text now. Versions of the office have the numbers after it."""
ITEMS = (
    *("name", "reading", "organisation", "role", "standing"),
    *("way", "state", "email", "telephone"),
)
"""What can be shared with a co-host, in the order of its list."""
FACTS = ("partners", "purpose", "responsible", "address", "representative")
"""Beside that data are shared and which: what 個人情報保護法 27条5項3号 asks to be told."""

NOTHING = Words()


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a version says; ``items`` empty where nothing is shared."""

    text: Words = NOTHING
    items: tuple[str, ...] = ()
    partners: Words = NOTHING
    purpose: Words = NOTHING
    responsible: Words = NOTHING
    address: Words = NOTHING
    representative: Words = NOTHING

    @property
    def is_joint(self) -> bool:
        """Whether it tells that data are shared."""
        return bool(self.items)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long after the last meeting data are kept."""

    arrangements_days: int
    contacts_days: int
    minutes_years: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a form shows: the version with its number, and the terms of its meetings."""

    number: int
    wording: Wording
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version in the office's list; ``whole``: for every series that has none of its own."""

    number: int
    wording: Wording
    whole: bool
    at: datetime | None = None
    by: str = ""
