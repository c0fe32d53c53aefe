"""The association and its hosts as pages and letters need them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.db import Translated

FIELDS = (
    *("association_name_ja", "association_name_en", "association_reading"),
    *("association_short_name", "association_address_ja", "association_address_en"),
    *("association_telephone", "association_fax"),
    *("association_hours_ja", "association_hours_en"),
    *("association_privacy_contact_ja", "association_privacy_contact_en"),
    *("association_sender_ja", "association_sender_en", "mail_sender", "mail_reply_to"),
    *("default_language", "reading_asked", "paper_size"),
)
"""The settings that the office can change; the environment only says what they begin with."""


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """In whose name letters of a meeting go; what is '' is that of the association."""

    id: int
    name: Translated
    sender: Translated
    address: Translated
    telephone: str
    reply_to: str
    offered: bool
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A picture beside the name: its size in pixels, and ``version``, which its address holds."""

    version: str
    media_type: str
    size: int
    width: int
    height: int

    def wide(self, height: int) -> int:
        """How many pixels it is wide where it is shown ``height`` pixels high."""
        return max(1, round(self.width * height / self.height))


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the office has set; ``version`` 0 while it has set nothing."""

    version: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    logo: Logo | None = None
    hosts: Mapping[int, HostFacts] = field(default_factory=dict)
