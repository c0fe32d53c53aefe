"""The token of the office's forms (Flask-WTF, bound to the session), which loses nothing typed.

A page that stood open until its session ended sends a token that is no longer good. The views that
know how to keep what was typed are still called then; ``came_too_late`` tells them.
"""

from flask import current_app, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

KEEPERS = (
    *("security.login", "security.change_password", "account.set_password"),
    *("security.two_factor_token_validation", "security.mf_recovery"),
)
HARMLESS = ("security.logout",)  # our own Origin check stands before it; logging out must work


class OfficeProtect(CSRFProtect):  # type: ignore[misc]  # the library is not typed
    """CSRFProtect that hands a stale form to the view that shows it again."""

    def _error_response(self, reason: str) -> None:
        if request.endpoint in HARMLESS:
            return
        view = current_app.view_functions.get(request.endpoint or "")
        if request.endpoint in KEEPERS or hasattr(view, "guard"):
            g.csrf_problem = reason
            return
        raise CSRFError(reason)


def came_too_late() -> bool:
    """Whether this form's token was missing or no longer good: nothing may be done for it."""
    return "csrf_problem" in g
