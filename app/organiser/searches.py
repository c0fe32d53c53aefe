"""What was searched for: kept in the browser's session under a short key that addresses may hold.

A name, an address or a telephone number never stands in an address of a page.
"""

import secrets

from flask import session

LONGEST = 100
_KEPT = "searches"
_MOST = 6


def clean(raw: str) -> str:
    """What was typed, without what no database can look for (NUL and its like)."""
    line = " ".join(raw.split())
    return "".join(c for c in line if c.isprintable() or c == "\u3000")[:LONGEST]


def keep(raw: str) -> str:
    """Remember what was typed; return its key, '' for nothing."""
    term = clean(raw)
    if not term:
        return ""
    kept: dict[str, str] = {k: v for k, v in session.get(_KEPT, {}).items() if v != term}
    key = secrets.token_hex(4)
    session[_KEPT] = {**dict(list(kept.items())[1 - _MOST :]), key: term}
    return key


def find(key: str) -> str:
    """What was searched for under a key; '' where this browser does not know it any more."""
    return str(session.get(_KEPT, {}).get(key, ""))
