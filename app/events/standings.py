"""As what somebody takes part: who votes, who listens, who is invited (立場)."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.events.models import STANDINGS

WORDS: dict[str, Any] = {
    "member": _("Member or delegate"),
    "observer": _("Observer"),
    "guest": _("Guest"),
    "government": _("Public authority"),
    "press": _("Press"),
    "host": _("Host or staff"),
}


def standing_name(code: str) -> str:
    """One of ``STANDINGS`` in words; '' for none."""
    return str(WORDS[code]) if code else ""


def in_order(codes: Any) -> tuple[str, ...]:
    """Those of ``codes`` that are standings, each once, in their usual order."""
    return tuple(one for one in STANDINGS if one in codes)
