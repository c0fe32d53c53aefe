"""What becomes of wishes for arrangements, in words."""

from typing import Any

from flask_babel import lazy_gettext as _

STATES: dict[str, Any] = {
    "open": _("Nothing done yet"),
    "asked": _("Asked for"),
    "arranged": _("Arranged"),
    "impossible": _("Not possible (instead …)"),
}
TAGS = {"open": "bad", "asked": "wait", "arranged": "ok", "impossible": "plain"}
"""How the tag of a state looks."""
