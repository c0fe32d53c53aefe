"""A letter as the office may read it: links that are keys to somebody's own page are masked."""

import re

from app.config import current_settings

PERSONAL = ("r", "i", "another")
"""Where the addresses of such pages begin."""


def masked(text: str, hidden: str = "…") -> str:
    """``text`` with ``hidden`` in place of what follows, by default as previews have it."""
    origin = re.escape(current_settings().origin)
    link = rf"({origin}/(?:{'|'.join(PERSONAL)})/)[^\s、。」)]+"
    return re.sub(link, lambda found: found[1] + hidden, text)


def is_personal(link: str) -> bool:
    """Whether a link is a key to somebody's own page."""
    origin = current_settings().origin
    return link.startswith(tuple(f"{origin}/{place}/" for place in PERSONAL))
