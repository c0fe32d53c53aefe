"""What becomes of wishes for arrangements, in words."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.registration.orders.facts import DueWishes
from app.web.locale import gettext

STATES: dict[str, Any] = {
    "open": _("Nothing done yet"),
    "asked": _("Asked for"),
    "arranged": _("Arranged"),
    "impossible": _("Not possible (instead …)"),
}
TAGS = {"open": "bad", "asked": "wait", "arranged": "ok", "impossible": "plain"}
"""How the tag of a state looks."""


def due_words(one: DueWishes) -> str:
    """What is to be seen to, in words that say nothing about anybody."""
    if one.state == "changed":
        return gettext("Wishes for arrangements that were changed: %(n)s", n=one.number)
    if one.state == "gone":
        return gettext("Arrangements that are not wished any more: %(n)s", n=one.number)
    return gettext("Wishes for arrangements: %(n)s", n=one.number)
