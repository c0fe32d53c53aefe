"""Accounts of the office: made, logged in, logged out."""

import hashlib
import os
import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from app.auth import audit, passwords
from app.auth.models import Account, Role
from app.auth.rights import ROLES
from app.base.addresses import BadAddress, parse_email
from app.base.clock import now
from app.base.errors import Refusal
from app.base.text import has_control
from app.config import current_settings
from app.db import db, transaction
from app.db.session import WriteSession
from app.web import limits

FIRST_EMAIL = "office@example.com"
FIRST_NAME = "見本 事務局"
NETWORK_LIMIT = "30 per hour"
"""Failed attempts on one account from one network: nobody locks an account for everybody."""
ACCOUNT_LIMIT = "300 per hour"
"""Failed attempts on one account, from anywhere."""


class WrongLogin(Refusal):
    """Address or password is wrong; which of them is not told."""

    status = 422


def log_in(email: str, password: str) -> Account:
    """Check address and password and note the login; the caller opens the session.

    Where a second step is asked for, it is that one which notes the login.

    Raises:
        WrongLogin: no such account, a wrong password, or an account that is closed.
        TooMany: too many attempts from this network, or failed ones on this account.
        Busy: nothing was stored, try again.
    """
    address = normalised(email)
    whom = hashlib.sha256(address.encode()).hexdigest()
    limits.hit("login", login_limit())
    counters = (
        ("login-network", NETWORK_LIMIT, f"{whom}/{limits.client_key()}"),
        ("login-account", ACCOUNT_LIMIT, whom),
    )
    for counter in counters:
        limits.refuse_if_used_up(*counter)
    account = _find(address)
    fits = passwords.verify(password, account.password if account else None)
    if account is None or not fits or not account.active:
        for counter in counters:
            limits.hit(*counter)
        raise WrongLogin("login")
    if not account.has_second_step:
        note("account.logged_in", account.id)
    return account


def _find(address: str) -> Account | None:
    """The account of this address, detached; none has signs that no address has."""
    if has_control(address):
        return None
    account = db.session.scalar(
        select(Account).where(Account.email == address).options(selectinload(Account.webauthn))
    )
    db.session.close()
    return account


def login_limit() -> str:
    """How often one network may try a password."""
    return current_settings().limit_logins


def note(action: str, account_id: int, after: Mapping[str, str] | None = None) -> None:
    """Write a line about an account itself into the audit table; ``after``: what it is about."""
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=account_id,
        action=action,
        subject="account",
        subject_id=account_id,
        after=after or {},
    )
    with transaction() as session:
        audit.record(session, entry, now())


def create_account(*, email: str, name: str, password: str, role: str) -> int:
    """Add an account and return its id.

    Args:
        email: where test letters go, and what one logs in with.
        name: as the audit table shows it.
        password: 12 characters or more.
        role: one of ``rights.ROLES``.

    Raises:
        ValueError: with a sentence, where one of them will not do or the address is taken.
    """
    if role not in ROLES:
        raise ValueError(f"The role must be one of {', '.join(ROLES)}.")
    _refuse_length(password)
    try:
        address = normalised(parse_email(email).value)
    except BadAddress:
        raise ValueError("The e-mail address must look like office@example.com.") from None
    hashed = passwords.hash_password(password)
    try:
        with transaction() as session:
            return _store(session, address, name.strip() or address, hashed, role)
    except IntegrityError:
        raise ValueError("There is an account with this e-mail address already.") from None


def set_password(email: str, password: str) -> None:
    """Give an account another password and end all its sessions, for whoever has forgotten theirs.

    Raises:
        ValueError: with a sentence, where the password will not do or there is no such account.
        Busy: nothing was stored, try again.
    """
    _refuse_length(password)
    hashed = passwords.hash_password(password)
    address = normalised(email)
    with transaction() as session:
        account = session.scalar(select(Account).where(Account.email == address))
        if account is None:
            raise ValueError("There is no account with this e-mail address.")
        account.password, account.fs_uniquifier = hashed, uuid.uuid4().hex
        account.link_version += 1
        entry = audit.Entry(
            actor=audit.SYSTEM,
            action="account.password_set",
            subject="account",
            subject_id=account.id,
        )
        audit.record(session, entry, now())
    forget_first_login(address, current_settings().instance_path)


def _refuse_length(password: str) -> None:
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise ValueError(
            f"The password needs {passwords.SHORTEST} to {passwords.LONGEST} characters."
        )


def first_account(instance_path: Path) -> bool:
    """Make the first account, its random password kept in ``first-login.txt``; tell whether made.

    Where there is an account already, nothing happens.
    """
    if db.session.scalar(select(Account.id).limit(1)) is not None:
        return False
    password = _first_password(first_login_file(instance_path))
    try:
        create_account(email=FIRST_EMAIL, name=FIRST_NAME, password=password, role="administrator")
    except ValueError:  # another setup was a moment earlier, with the same password
        return False
    return True


def first_login_file(instance_path: Path) -> Path:
    """Where the first account's password stands until it is changed."""
    return instance_path / "first-login.txt"


def forget_first_login(email: str, instance_path: Path) -> None:
    """Delete the file with the first password once that account has another one."""
    if email == FIRST_EMAIL:
        first_login_file(instance_path).unlink(missing_ok=True)


def normalised(email: str) -> str:
    """The form in which addresses of accounts are stored and compared."""
    return email.strip().casefold()


def _first_password(path: Path) -> str:
    """Write a new password before there is an account, so that it cannot be lost between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".first-login.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(15) + "\n")
    try:
        os.link(draft, path)  # never replaces one that was written meanwhile
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def _store(session: WriteSession, address: str, name: str, hashed: str, role: str) -> int:
    found = session.scalar(select(Role).where(Role.name == role)) or Role(name=role)
    account = Account(
        email=address,
        name=name,
        password=hashed,
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now(),
        roles=[found],
    )
    session.add(account)
    session.flush()
    entry = audit.Entry(
        actor=audit.SYSTEM, action="account.created", subject="account", subject_id=account.id
    )
    audit.record(session, entry, now())
    return account.id
