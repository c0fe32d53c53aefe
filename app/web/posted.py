"""What came with a visitor's form: its signed value, and what to say where it cannot be used.

Visitors have no session. A form carries one signed value that proves that it is ours and names the
screen it was shown on; whatever goes wrong, the page keeps what was typed.
"""

from datetime import timedelta

from flask import request

from app.base.clock import now
from app.base.tokens import FormSigner, FormToken, form_signer
from app.config import current_settings
from app.web.bodies import has_broken_text
from app.web.locale import gettext as _

LIFE = timedelta(hours=24)


def new_token(purpose: str) -> str:
    """A value for one showing of a form."""
    return _signer().issue(purpose, now())


def kept_token(purpose: str) -> str:
    """The value that came with the form while it is good, so that one screen stays one."""
    return request.form["token"] if find_key(purpose) else new_token(purpose)


def find_key(purpose: str) -> str | None:
    """The key of the screen that the form was shown on; None where the value is not good."""
    raw = request.form.get("token", "")
    token = _signer().read(purpose, raw, now(), LIFE)
    return token.key if isinstance(token, FormToken) else None


def find_problem(purpose: str) -> str:
    """Why the form cannot be used as it came, in words; '' where it can. Ask before reading it."""
    if has_broken_text():
        return _(
            "Some characters were garbled on the way. Please look at what you entered, "
            "put it right and press the button again."
        )
    if find_key(purpose) is None:
        return _(
            "This page was open for so long that it had to be renewed. "
            "What you entered is still here. Please press the button again."
        )
    return ""


def busy() -> str:
    """The database could not be had."""
    return _(
        "We are very busy just now. Nothing was stored; what you entered is still here. "
        "Please press the button again in a minute, or telephone us."
    )


def too_many() -> str:
    """A rate limit is used up."""
    return _(
        "There were very many requests from your network in a short time. Nothing was stored; "
        "what you entered is still here. Please try again in a while, or telephone us."
    )


def _signer() -> FormSigner:
    return form_signer(current_settings().keys)
