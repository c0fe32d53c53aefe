"""Pages of the office for what cannot be shown: with its navigation, for whoever is logged in."""

from flask import render_template

from app.auth.guards import is_of_the_office
from app.web.errors import ErrorText


def error_page(code: int, text: ErrorText) -> str | None:
    """The page for a code; None for a visitor, who learns nothing about the office."""
    if not is_of_the_office():
        return None
    return render_template("office/error.html", code=code, text=text)
