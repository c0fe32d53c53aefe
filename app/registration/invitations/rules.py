"""When an invitation is good. Pure."""

from datetime import datetime
from typing import Literal

State = Literal["good", "used_up", "expired", "revoked"]


def state(
    *,
    places: int | None,
    used: int,
    expires_at: datetime | None,
    revoked_at: datetime | None,
    now: datetime,
) -> State:
    """Whether somebody more can sign up by it (all moments aware); the first reason is told."""
    if revoked_at is not None:
        return "revoked"
    if expires_at is not None and now >= expires_at:
        return "expired"
    return "used_up" if places is not None and used >= places else "good"
