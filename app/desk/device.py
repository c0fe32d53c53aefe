"""What a device keeps: by which passes it was let in, and which desk it is.

Both are cookies that no script can read. A pass is looked up at every request, so that revoking it
ends it on every device at once.
"""

from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from flask import request
from werkzeug.wrappers import Response

from app.base.clock import now
from app.config import current_settings
from app.desk.forms import one_line
from app.registration.desk import passes

PASSES, NAME = "desk", "desk-name"
PATH = "/desk"
MOST = 4
"""Passes that one device keeps: the newest ones."""
LONGEST_NAME = 20
NAME_LIFE = timedelta(days=1)
REMEMBERED = timedelta(days=30)
"""How long a device remembers a pass that has ended."""


def held_passes() -> list[int]:
    """Ids of the passes by which this device was let in, good or not, the newest first."""
    tokens = request.cookies.get(PASSES, "").split(".")[:MOST]
    found = (passes.read_device(token) for token in tokens)
    return [one for one in found if one is not None]


def let_in(response: Response, pass_id: int, until: datetime) -> None:
    """Let this device in by a pass until then (aware); the passes that it has stay.

    The device remembers the pass for longer than it is good, so that it is told that it has ended.
    """
    every = dict.fromkeys([pass_id, *held_passes()])
    value = ".".join(passes.device_token(one) for one in list(every)[:MOST])
    _keep(response, PASSES, value, max(until - now(), timedelta()) + REMEMBERED)


def desk_name() -> str:
    """Which desk this device is, as somebody typed it; '' where nobody did."""
    return one_line(unquote(request.cookies.get(NAME, "")), LONGEST_NAME)


def keep_name(response: Response, name: str) -> None:
    """Remember until tomorrow which desk this is."""
    _keep(response, NAME, quote(one_line(name, LONGEST_NAME)), NAME_LIFE)


def _keep(response: Response, name: str, value: str, life: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life,
        path=PATH,
        secure=current_settings().is_https,
        httponly=True,
        samesite="Lax",
    )
