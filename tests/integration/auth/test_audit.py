import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.auth import audit
from app.auth.models import AuditEntry, AuditValue
from app.auth.queries import list_history_of
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


def test_forgetting_erases_the_values_of_one_and_nothing_else(app: Flask) -> None:
    with transaction() as session:
        entries = [
            audit.Entry(
                actor=audit.SYSTEM,
                action="registration.changed",
                subject="registration",
                subject_id=number,
                before={"email": "a@example.com"},
                after={"email": "b@example.com"},
            )
            for number in (1, 2)
        ]
        audit.record_many(session, entries, now())
    with transaction() as session:
        assert audit.erase(session, "registration", [1]) == 1
    gone, kept = (list_history_of("registration", number)[0] for number in (1, 2))
    assert (gone.action, gone.before, gone.after) == ("registration.changed", {}, {})
    assert kept.after == {"email": "b@example.com"}
