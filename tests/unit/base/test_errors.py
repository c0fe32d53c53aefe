"""Refusals carry a code and the status of their page."""

import pytest

from app.base.errors import Busy, Conflict, Forbidden, Gone, Invalid, NotFound, Refusal


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Invalid, 422), (Conflict, 409), (NotFound, 404), (Gone, 410), (Forbidden, 403), (Busy, 503)],
)
def test_refusals(kind: type[Refusal], status: int) -> None:
    refusal = kind("full")
    assert (refusal.code, refusal.status, str(refusal)) == ("full", status, "full")
    assert isinstance(refusal, Refusal)
