"""Flask-Security's store of accounts: it reads through ``db.session`` and writes by transaction."""

import uuid
from typing import Any

from flask_security.datastore import SQLAlchemyUserDatastore
from sqlalchemy import update

from app.auth import audit
from app.auth.models import Account, Passkey, Role
from app.base.clock import now
from app.db import db, transaction
from app.db.session import WriteSession

KEPT = ("password", "fs_uniquifier", "fs_webauthn_user_handle")
"""What the library changes of an account; two-step login is set up by pages of our own."""
USED = ("sign_count", "lastuse_datetime", "backup_state", "device_type")
"""What it notes of a passkey that was used."""


class AccountDatastore(SQLAlchemyUserDatastore):
    """Each change of an account is one transaction of its own, with its line in the audit table."""

    def __init__(self) -> None:
        super().__init__(db, Account, Role, Passkey)

    def set_uniquifier(self, user: Any, uniquifier: str | None = None) -> None:
        """End every session of the account; the caller puts it afterwards."""
        user.fs_uniquifier = uniquifier or uuid.uuid4().hex

    def put(self, model: Any) -> Any:
        """Store what has changed of an account, or that a passkey was used.

        Raises:
            Busy: nothing was stored, try again.
        """
        if isinstance(model, Account) and model.id is not None:
            _store(model)
        elif isinstance(model, Passkey):
            used = {name: getattr(model, name) for name in USED}
            with transaction() as session:
                session.execute(update(Passkey).where(Passkey.id == model.id).values(**used))
        return model

    def create_webauthn(  # type: ignore[override]  # by names, as the library calls it
        self, user: Any, **given: Any
    ) -> None:
        """Add a passkey.

        Raises:
            Busy: nothing was stored, try again.
        """
        moment = now()
        with transaction() as session:
            key = Passkey(
                account_id=user.id, create_datetime=moment, lastuse_datetime=moment, **given
            )
            session.put(key)
            _record(session, "account.passkey_added", user.id, after={"name": key.name})

    def commit(self) -> None:
        """Nothing is left to do: ``put`` has committed."""


def _store(changed: Account) -> None:
    with transaction() as session:
        kept = session.get_one(Account, changed.id)
        if kept.password != changed.password:
            _record(session, "account.password_changed", kept.id)
            kept.link_version += 1
        for name in KEPT:
            setattr(kept, name, getattr(changed, name))


def _record(
    session: WriteSession, action: str, account_id: int, after: dict[str, str] | None = None
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=account_id,
        action=action,
        subject="account",
        subject_id=account_id,
        after=after or {},
    )
    audit.record(session, entry, now())
