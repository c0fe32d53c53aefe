"""Two-step login: an authenticator app (RFC 6238), recovery codes; passkeys are in passkeys.py.

Keys of apps and recovery codes are stored encrypted by keys that come from ours, so a stolen
database alone opens no account. A code is taken once: the last one's counter is kept.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask_security.proxies import _security
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet
from sqlalchemy import delete, select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account, Passkey
from app.base.clock import now
from app.base.errors import NotFound
from app.config import current_settings
from app.db import transaction
from app.db.session import WriteSession

APP = "authenticator"
WINDOW = 30
"""Seconds that a telephone's clock may be off."""
CODES = 10
"""Recovery codes made at once."""


class OnceTotp(Totp):
    """Codes of apps that are taken once, with keys that can be rotated."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        """``secrets``: tag → secret, the one in use first."""
        wallet = AppWallet(secrets=secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet)

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether a code fits now, or within ``window`` seconds, and has not been used."""
        last = user.tf_last_counter if user.tf_totp_secret == totp_secret else None
        try:
            match = self._totp.verify(token, totp_secret, window=window, last_counter=last)
        except (TokenError, KeyError, ValueError):  # or encrypted by a key that is gone
            return False
        return _use_counter(user.id, match.counter, is_new=user.tf_totp_secret != totp_secret)


class UsedUp(MfRecoveryCodesUtil):
    """Our form has used a code up at the moment when it was checked."""

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002
        """Nothing is left to do."""
        return True


def wallet_secrets(keys: Sequence[bytes]) -> dict[str, str]:
    """For ``OnceTotp``: a secret from each of our keys, named by its digest."""
    return {
        hashlib.sha256(b"totp tag\0" + key).hexdigest()[:12]: hashlib.sha256(
            b"totp secret\0" + key
        ).hexdigest()
        for key in keys
    }


def new_secret() -> str:
    """The key of a new app, encrypted."""
    return str(_security.totp_factory.generate_totp_secret())


def setup_facts(secret: str, email: str) -> tuple[str, str]:
    """What an app reads from the QR code, and the same to be typed."""
    totp = _security.totp_factory
    return str(totp.get_totp_uri(email, secret)), str(totp.get_totp_pretty_key(secret))


def fits(account: Account, code: str) -> bool:
    """Whether a code is the one that the account's app shows; it is used up then."""
    secret = account.tf_totp_secret or ""
    return bool(_security.totp_factory.verify_totp(code, secret, account, window=WINDOW))


def turn_on(account: Account, secret: str, code: str, by: Actor) -> list[str] | None:
    """Keep the key of an app once a code of it fits; gives new recovery codes, None if it does not.

    Raises:
        Busy: nothing was stored.
    """
    if not _security.totp_factory.verify_totp(code, secret, account, window=WINDOW):
        return None
    codes, kept = _new_codes()
    with transaction() as session:
        row = session.get_one(Account, by.account_id)
        row.tf_primary_method, row.tf_totp_secret = APP, secret
        row.mf_recovery_codes = kept
        _record(session, "account.app_added", by.account_id, by, now())
    return codes


def renew_codes(by: Actor) -> list[str]:
    """Make new recovery codes; those of before are good no more."""
    codes, kept = _new_codes()
    with transaction() as session:
        session.get_one(Account, by.account_id).mf_recovery_codes = kept
        _record(session, "account.codes_renewed", by.account_id, by, now())
    return codes


def turn_off_app(by: Actor) -> bool:
    """Take the app off one's own account; False: there was none."""
    with transaction() as session:
        row = session.get_one(Account, by.account_id)
        if row.tf_totp_secret is None:
            return False
        row.tf_primary_method = row.tf_totp_secret = row.tf_last_counter = None
        if not _has_passkey(session, by.account_id):
            row.mf_recovery_codes = None
        _record(session, "account.app_removed", by.account_id, by, now())
        return True


def take_off(account_id: int, by: Actor) -> bool:
    """Let somebody who has lost telephone and codes log in with the password alone.

    Raises:
        NotFound: there is no such account.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = session.get(Account, account_id)
        if row is None:
            raise NotFound("account")
        removed = session.scalars(
            delete(Passkey).where(Passkey.account_id == account_id).returning(Passkey.id)
        ).all()
        if row.tf_totp_secret is None and not removed:
            return False
        row.tf_primary_method = row.tf_totp_secret = row.tf_last_counter = None
        row.mf_recovery_codes = None
        _record(session, "account.two_step_removed", account_id, by, now())
        return True


def use_recovery_code(account_id: int, typed: str) -> bool:
    """Whether a recovery code is one of the account's; it is used up then."""
    code = "".join(typed.lower().replace("-", "").split()).encode()
    with transaction() as session:
        session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
        row = session.get_one(Account, account_id, populate_existing=True)
        kept = list(row.mf_recovery_codes or ())
        fitting = [one for one in kept if hmac.compare_digest(_open(one), code)]
        if fitting:
            row.mf_recovery_codes = [one for one in kept if one not in fitting]
        return bool(fitting)


def _use_counter(account_id: int, counter: int, *, is_new: bool) -> bool:
    """Keep the counter of a code that fits; False where another request was first with it."""
    with transaction() as session:
        session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
        row = session.get_one(Account, account_id, populate_existing=True)
        if not is_new and row.tf_last_counter is not None and row.tf_last_counter >= counter:
            return False
        row.tf_last_counter = counter
        return True


def _new_codes() -> tuple[list[str], list[Any]]:
    """As they are shown, and as they are kept."""
    codes = [str(one) for one in _security.totp_factory.generate_recovery_codes(CODES)]
    cipher = _cipher()
    return codes, [cipher.encrypt(one.replace("-", "").encode()).decode() for one in codes]


def _cipher() -> MultiFernet:
    digests = (
        hashlib.sha256(b"recovery codes\0" + key).digest() for key in current_settings().keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in digests])


def _open(kept: str) -> bytes:
    try:
        return _cipher().decrypt(kept.encode())
    except InvalidToken:  # encrypted by a key that is gone
        return b""


def _has_passkey(session: WriteSession, account_id: int) -> bool:
    query = select(Passkey.id).where(Passkey.account_id == account_id).limit(1)
    return session.scalar(query) is not None


def _record(
    session: WriteSession, action: str, account_id: int, by: Actor, moment: datetime
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="account",
        subject_id=account_id,
    )
    audit.record(session, entry, moment)
