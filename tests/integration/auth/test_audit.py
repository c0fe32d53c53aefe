import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.auth import audit
from app.auth.models import AuditEntry, AuditValue
from app.base.clock import now
from app.db import transaction
from tests.office import actions


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(action="nothing"),
        delete(AuditEntry),
        update(AuditValue).values(after={}),
    ],
)
def test_the_database_refuses_to_change_what_was_done(app: Flask, statement: object) -> None:
    with transaction() as session:
        entry = audit.Entry(actor=audit.SYSTEM, action="tried", after={"name": "見本"})
        audit.record(session, entry, now())
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]
    assert actions(app) == ["tried"]
