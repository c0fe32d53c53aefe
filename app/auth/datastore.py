"""Flask-Security's store of accounts: it reads through ``db.session`` and writes by transaction."""

import uuid
from typing import Any

from flask_security.datastore import SQLAlchemyUserDatastore

from app.auth import audit
from app.auth.models import Account, Role
from app.base.clock import now
from app.db import db, transaction


class AccountDatastore(SQLAlchemyUserDatastore):
    """Each change of an account is one transaction of its own, with its line in the audit table."""

    def __init__(self) -> None:
        super().__init__(db, Account, Role)

    def set_uniquifier(self, user: Any, uniquifier: str | None = None) -> None:
        """End every session of the account; the caller puts it afterwards."""
        user.fs_uniquifier = uniquifier or uuid.uuid4().hex

    def put(self, model: Any) -> Any:
        """Store what has changed of an account.

        Raises:
            Busy: nothing was stored, try again.
        """
        if isinstance(model, Account) and model.id is not None:
            _store(model)
        return model

    def commit(self) -> None:
        """Nothing is left to do: ``put`` has committed."""


def _store(changed: Account) -> None:
    with transaction() as session:
        kept = session.get_one(Account, changed.id)
        if kept.password != changed.password:
            entry = audit.Entry(
                actor=audit.ACCOUNT,
                account_id=kept.id,
                action="account.password_changed",
                subject="account",
                subject_id=kept.id,
            )
            audit.record(session, entry, now())
            kept.link_version += 1
        kept.password = changed.password
        kept.fs_uniquifier = changed.fs_uniquifier
