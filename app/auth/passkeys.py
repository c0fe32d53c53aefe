"""Passkeys (WebAuthn) as the second step of logging in; Flask-Security checks what they answer."""

from urllib.parse import urlsplit

from flask_security.webauthn_util import WebauthnUtil
from sqlalchemy import delete, select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account, Passkey
from app.base.clock import now
from app.config import Settings, current_settings
from app.db import transaction


class OwnOrigin(WebauthnUtil):
    """We are where PUBLIC_URL says, whatever a proxy calls us."""

    def origin(self) -> str:
        """Scheme, host and port."""
        return current_settings().origin


def are_possible(settings: Settings) -> bool:
    """Browsers offer passkeys over TLS and on this machine's own name only, never on an address."""
    return settings.is_https or urlsplit(settings.origin).hostname == "localhost"


def remove(passkey_id: int, by: Actor) -> bool:
    """Take a passkey off one's own account; False: there is none such."""
    mine = (Passkey.id == passkey_id, Passkey.account_id == by.account_id)
    with transaction() as session:
        name = session.scalar(delete(Passkey).where(*mine).returning(Passkey.name))
        if name is None:
            return False
        left = select(Passkey.id).where(Passkey.account_id == by.account_id).limit(1)
        account = session.get_one(Account, by.account_id)
        if account.tf_totp_secret is None and session.scalar(left) is None:
            account.mf_recovery_codes = None
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="account.passkey_removed",
            subject="account",
            subject_id=by.account_id,
            before={"name": name},
        )
        audit.record(session, entry, now())
        return True
