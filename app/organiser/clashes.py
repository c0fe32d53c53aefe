"""Two people at once: what each changed is kept apart by what the second one's page had shown.

A form carries a digest of each value that its page showed. Where something else is stored by the
time it is sent, that tells what the one who sends it changed, what somebody else changed meanwhile,
and what both did.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form, HiddenField

HIDDEN = frozenset({"seen", "shown", "email_kept"})
TICKS = frozenset({"waiting_list", "venue", "online", "required", "offered"})
"""Fields whose value is a tick."""
_FIGURES, _LONGEST, _BEGINS = 12, 20_000, "1"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field of which something else is stored than was entered, both in words."""

    label: str
    stored: str
    typed: str


@dataclass(frozen=True, kw_only=True)
class Clash:
    """``both``: what both changed, each otherwise; ``meanwhile``: what only the other one did."""

    both: tuple[Difference, ...]
    meanwhile: tuple[Difference, ...]


class SeenForm(Form):
    """A form of what is stored: ``seen`` is its version, ``shown`` knows what its page showed."""

    seen = HiddenField()
    shown = HiddenField()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Where nothing was sent, the values are those that the page is going to show."""
        super().process(*args, **kwargs)
        sent = args[0] if args else kwargs.get("formdata")
        if sent is None:
            self.shown.data = " ".join([_BEGINS, *_written(self)])

    def group_of(self, name: str) -> str:
        """What a field makes sense with alone: such fields are taken over all or none."""
        return name


def merge(typed: SeenForm, stored: SeenForm) -> Clash:
    """Take over into ``typed`` what only somebody else changed.

    Sent again, it is a change of ``stored``.

    Args:
        typed: as it was sent, looked through.
        stored: as the page would show it now.
    """
    names = [one.name for one in stored if one.name not in HIDDEN and one.name in typed]
    shown = _read(typed.shown.data or "")
    mine, theirs = _changed(typed, names, shown), _changed(stored, names, shown)
    both, meanwhile = [], []
    for name in names:
        if _plain(stored[name]) == _plain(typed[name]):
            continue
        group = stored.group_of(name)
        found = _difference(stored[name], typed[name])
        if group not in mine:
            typed[name].data, typed[name].errors = stored[name].data, ()
            meanwhile.append(found)
        elif group in theirs:
            both.append(found)
    typed.seen.data, typed.shown.data = stored.seen.data, stored.shown.data
    return Clash(both=tuple(both), meanwhile=tuple(meanwhile))


def _changed(form: SeenForm, names: list[str], shown: Mapping[str, str] | None) -> set[str]:
    """The groups of which the form has something else than was shown; all where nobody knows."""
    return {
        form.group_of(name)
        for name in names
        if shown is None or shown.get(name, "") != _digest(form[name])
    }


def _written(form: Form) -> Iterator[str]:
    for one in form:
        if one.name not in HIDDEN and (digest := _digest(one)):
            yield f"{one.name}={digest}"


def _read(shown: str) -> dict[str, str] | None:
    """The digests by field; None where the value is not one of ours."""
    begins, *pairs = shown[:_LONGEST].split(" ")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair) if begins == _BEGINS else None


def _digest(field: Field) -> str:
    """'' for nothing, so that fields that are empty need no room."""
    plain = _plain(field)
    return sha256(json.dumps(plain).encode()).hexdigest()[:_FIGURES] if plain else ""


def _plain(field: Field) -> Any:
    return field.data or ""


def _difference(stored: Field, typed: Field) -> Difference:
    label = str(stored.label.text)
    return Difference(label=label, stored=_words(stored), typed=_words(typed))


def _words(field: Field) -> str:
    if field.name in TICKS:
        return str(_("Yes") if field.data else _("No"))
    if hasattr(field, "iter_choices"):
        chosen = [str(words) for _value, words, its, _more in field.iter_choices() if its]
        return ", ".join(chosen) or str(_("None"))
    return str(field.data or _("None"))
