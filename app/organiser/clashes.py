"""Two people at once: what each changed is kept apart by what the second one's page had shown.

A form carries a digest of each value that its page showed. Where something else is stored by the
time it is sent, that tells what the one who sends it changed, what somebody else changed meanwhile,
and what both did. ``weigh`` decides for values by their keys; ``merge`` does for a whole form whose
keys are the names of its fields.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, HiddenField, SelectMultipleField

Values = Mapping[str, Any]
TICKS = frozenset({"waiting_list", "venue", "online", "required"})
"""Fields of text whose value is a tick."""
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
            self.shown.data = written({one.name: plain(one) for one in asked(self)})

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
    names = [one.name for one in asked(stored) if one.name in typed]
    mine, theirs = ({name: plain(form[name]) for name in names} for form in (typed, stored))
    both, meanwhile = weigh(mine, theirs, typed.shown.data or "", stored.group_of)
    clash = Clash(
        both=tuple(difference(stored[name], typed[name]) for name in both),
        meanwhile=tuple(difference(stored[name], typed[name]) for name in meanwhile),
    )
    for name in meanwhile:
        typed[name].data, typed[name].errors = stored[name].data, ()
    typed.seen.data, typed.shown.data = stored.seen.data, stored.shown.data
    return clash


def weigh(
    typed: Values, stored: Values, shown: str, group_of: Callable[[str], str] = str
) -> tuple[list[str], list[str]]:
    """The keys of what both changed, each otherwise, and of what only somebody else did.

    Args:
        typed: the values that were sent.
        stored: those that are stored now; only keys that both have are compared.
        shown: ``written`` of what the page showed.
        group_of: what is taken over all or none.
    """
    known = read(shown)
    mine, theirs = (
        {group_of(key) for key, value in values.items() if is_changed(key, value, known)}
        for values in (typed, stored)
    )
    differ = [key for key, value in stored.items() if key in typed and typed[key] != value]
    meanwhile = [key for key in differ if group_of(key) not in mine]
    both = [key for key in differ if group_of(key) in mine & theirs]
    return both, meanwhile


def is_changed(key: str, value: Any, known: Values | None) -> bool:
    """Whether something else was shown; always where nobody knows what was."""
    return known is None or known.get(key, "") != _digest(value)


def written(values: Values) -> str:
    """What a form carries along of the values that its page shows; nothing of empty ones."""
    digests = ((key, _digest(value)) for key, value in values.items())
    return " ".join([_BEGINS, *(f"{key}={digest}" for key, digest in digests if digest)])


def asked(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that somebody fills in, of a form."""
    return (one for one in fields if not isinstance(one, HiddenField))


def read(shown: str) -> dict[str, str] | None:
    """The digests by field; None where the value is not one of ours."""
    begins, *pairs = shown[:_LONGEST].split(" ")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair) if begins == _BEGINS else None


def _digest(value: Any) -> str:
    """'' for nothing, so that fields that are empty need no room."""
    return sha256(json.dumps(value).encode()).hexdigest()[:_FIGURES] if value else ""


def plain(field: Field) -> Any:
    """The value of a field as it is compared; the order of ticks says nothing."""
    ticks = isinstance(field, SelectMultipleField)
    return sorted(field.data or ()) if ticks else field.data or ""


def difference(stored: Field, typed: Field) -> Difference:
    """Both values of a field in words."""
    label = str(stored.label.text)
    return Difference(label=label, stored=_words(stored), typed=_words(typed))


def _words(field: Field) -> str:
    if field.name in TICKS or isinstance(field, BooleanField):
        return str(_("Yes") if field.data else _("No"))
    if hasattr(field, "iter_choices"):
        chosen = [str(words) for _value, words, its, _more in field.iter_choices() if its]
        return ", ".join(chosen) or str(_("None"))
    return str(field.data or _("None"))
