"""Two people at once: what the one stored beside what the other entered, for the second to see."""

from dataclasses import dataclass

from flask_babel import gettext as _
from wtforms import Field, Form

HIDDEN = frozenset({"seen", "email_kept"})
TICKS = frozenset({"waiting_list", "venue", "online", "required", "offered"})
"""Fields whose value is a tick."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field of which something else is stored than was entered, both in words."""

    label: str
    stored: str
    typed: str


def differences(stored: Form, typed: Form) -> list[Difference]:
    """What a form as stored now and as entered do not have in common, in the form's order."""
    return [
        Difference(label=str(one.label.text), stored=_words(one), typed=_words(typed[one.name]))
        for one in stored
        if one.name not in HIDDEN and (one.data or "") != (typed[one.name].data or "")
    ]


def _words(field: Field) -> str:
    if field.name in TICKS:
        return str(_("Yes") if field.data else _("No"))
    if hasattr(field, "iter_choices"):
        chosen = [str(words) for _value, words, its, _more in field.iter_choices() if its]
        return ", ".join(chosen) or str(_("None"))
    return str(field.data or _("None"))
