"""What WTForms itself says of a field, in the reader's language: one place for every form."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.meta import DefaultMeta

_LISTED = _("Please choose one from the list")
WORDS: dict[str, Any] = {
    "Not a valid choice.": _LISTED,
    "Invalid Choice: could not coerce.": _LISTED,
    "Invalid choice(s): one or more data inputs could not be coerced.": _LISTED,
    "'%(value)s' is not a valid choice for this field.": _LISTED,
    "'%(value)s' are not valid choices for this field.": _LISTED,
    "Choices cannot be None.": _LISTED,
    "Not a valid integer value.": _("Please enter a whole number"),
    "Not a valid decimal value.": _("Please enter a number"),
    "Not a valid float value.": _("Please enter a number"),
    "Not a valid date value.": _("Please enter a date"),
    "Not a valid time value.": _("Please enter the time such as 10:15"),
    "Not a valid datetime value.": _("Please enter date and time"),
    "This field is required.": _("Please fill this in"),
}
"""By what WTForms says; anything else stays as it is."""


class Words:
    """The translations that WTForms asks for."""

    def gettext(self, text: str) -> str:
        """One sentence."""
        return str(WORDS.get(text, text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """One sentence about some."""
        return self.gettext(singular if number == 1 else plural)


def init_app() -> None:
    """Let every form, of a class or made at once, say it in our words."""
    DefaultMeta.get_translations = lambda _meta, _form: Words()  # type: ignore[assignment]
