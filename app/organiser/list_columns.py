"""The columns of the list of people: which there are, and which somebody has chosen."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from app.auth import preferences
from app.events.outline import QuestionHead

COLUMNS: dict[str, Any] = {
    "number": _("Number"),
    "organisation": _("Organisation"),
    "role": _("Role"),
    "standing": _("Standing"),
    "contact": _("How to reach them"),
    "meetings": _("How they take part"),
    "coming": _("Answer whether they come"),
    "arrived": _("Arrival"),
    "letter": _("Letter"),
    "signed_up": _("Signed up at"),
    "note": _("Remarks"),
}
"""Those that every list has; the name is always shown."""
DEFAULT = ("number", "organisation", "contact", "meetings", "letter", "signed_up")
_FIXED = "list columns"


def chosen(
    account_id: int, series_id: int, questions: Sequence[QuestionHead], *, standings: bool
) -> list[str]:
    """Codes of the columns to show, in their order; 'q5' is the answer to question 5.

    ``standings``: whether there are any, which are shown then unless somebody chose otherwise.
    """
    kept = preferences.read(account_id, [_FIXED, _of(series_id)])
    default = (*DEFAULT, "standing") if standings else DEFAULT
    own = {*kept.get(_FIXED, default), *kept.get(_of(series_id), ())}
    return [code for code in (*COLUMNS, *_codes(questions)) if code in own]


def keep(
    account_id: int, series_id: int, questions: Sequence[QuestionHead], codes: Iterable[str]
) -> None:
    """Keep what was chosen: columns of every list for all, answers for this day alone.

    Raises:
        Busy: nothing was stored.
    """
    own = set(codes)
    chosen_now = {
        _FIXED: [code for code in COLUMNS if code in own],
        _of(series_id): [code for code in _codes(questions) if code in own],
    }
    preferences.keep(account_id, chosen_now)


def _of(series_id: int) -> str:
    return f"{_FIXED} {series_id}"


def _codes(questions: Sequence[QuestionHead]) -> list[str]:
    return [f"q{one.id}" for one in questions]
