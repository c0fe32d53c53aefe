"""Invitations and forgotten passwords: links by mail, by which somebody chooses a password."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth import audit, letters, links, passwords
from app.auth.changing import Standing, record, store_standing
from app.auth.facts import Actor
from app.auth.models import Account
from app.auth.service import forget_first_login, normalised
from app.base.addresses import BadAddress, parse_email
from app.base.clock import now
from app.base.errors import Conflict, Gone, Invalid, NotFound
from app.config import current_settings
from app.db import db, transaction
from app.db.session import WriteSession
from app.mail import outbox
from app.web import limits

RESETS_OF_NETWORK = "30 per hour"
RESETS_OF_ADDRESS = "5 per hour"
"""Counted whether or not there is such an account."""


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Somebody to be invited: ``email`` as it was typed."""

    email: str
    name: str
    standing: Standing


def invite(whom: Invited, by: Actor, locale: str) -> int:
    """Make an account without a password and invite its owner by mail; gives its id.

    Raises:
        Invalid: the address cannot be written to.
        Conflict: it has an account already.
        Busy: nothing was stored.
    """
    moment = now()
    try:
        address = normalised(parse_email(whom.email).value)
    except BadAddress:
        raise Invalid("email") from None
    try:
        with transaction() as session:
            account = Account(
                email=address,
                name=whom.name,
                password=None,
                fs_uniquifier=uuid.uuid4().hex,
                created_at=moment,
                invited_at=moment,
                roles=[],
            )
            session.add(account)
            session.flush()
            after = store_standing(session, account, whom.standing)
            values = {"name": whom.name, "email": address, **after}
            record(session, "account.invited", account.id, by, moment, after=values)
            _post_invitation(session, account, by, moment, locale)
            return account.id
    except IntegrityError:
        raise Conflict("email") from None


def invite_again(account_id: int, by: Actor, locale: str) -> None:
    """Send another invitation; the links of those before are good no more.

    Raises:
        NotFound: there is no such account.
        Conflict: its owner has chosen a password, or it is closed.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound("account")
        if account.password is not None or not account.active:
            raise Conflict("account")
        account.link_version += 1
        account.invited_at = moment
        record(session, "account.invited_again", account_id, by, moment)
        _post_invitation(session, account, by, moment, locale)


def ask_reset(email: str, locale: str) -> None:
    """Send a link to whoever has forgotten their password; say nothing of whether there is one.

    Both ways one entry is written, so neither answer nor time tells. Somebody who was invited and
    has no password yet gets the link, too.

    Raises:
        TooMany: too many asked from this network, or for this address.
        Busy: nothing was stored.
    """
    address, moment = normalised(email), now()
    limits.hit("reset", RESETS_OF_NETWORK)
    limits.hit("reset-address", RESETS_OF_ADDRESS, hashlib.sha256(address.encode()).hexdigest())
    with transaction() as session:
        account = session.scalar(select(Account).where(Account.email == address))
        known = account is not None and account.active
        entry = audit.Entry(
            actor=audit.VISITOR,
            action="account.reset_asked" if known else "account.reset_asked_unknown",
            subject="account",
            subject_id=account.id if account is not None else None,
        )
        audit.record(session, entry, moment)
        if account is not None and known:
            outbox.post(session, letters.reset(_reader(account, locale), moment), moment)


def check_link(token: str) -> tuple[int, str]:
    """Whose password a link sets: id and address of the account.

    Raises:
        NotFound: it is no link of ours.
        Gone: it was used, or its time is over, or the account is closed.
    """
    link = links.read_token(token, now())
    query = select(Account.email, Account.link_version, Account.active)
    row = db.session.execute(query.where(Account.id == link.account_id)).first()
    if row is None or row.link_version != link.version or not row.active:
        raise Gone("link")
    return link.account_id, row.email


def set_password(token: str, password: str) -> None:
    """Set a password by a link, once; every session of the account ends.

    Two-step login stays as it is: a link by mail is one step alone.

    Raises:
        NotFound, Gone: as ``check_link``.
        Busy: nothing was stored.
    """
    account_id, email = check_link(token)
    version = links.read_token(token, now()).version
    hashed = passwords.hash_password(password)
    with transaction() as session:
        query = select(Account.id).where(Account.id == account_id).with_for_update()
        session.execute(query)
        account = session.get_one(Account, account_id, populate_existing=True)
        if account.link_version != version or not account.active:
            raise Gone("link")
        first = account.password is None
        account.password, account.fs_uniquifier = hashed, uuid.uuid4().hex
        account.link_version += 1
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=account_id,
            action="account.joined" if first else "account.password_reset",
            subject="account",
            subject_id=account_id,
        )
        audit.record(session, entry, now())
    forget_first_login(email, current_settings().instance_path)


def _post_invitation(
    session: WriteSession, account: Account, by: Actor, moment: datetime, locale: str
) -> None:
    letter = letters.invitation(_reader(account, locale), by.name, moment)
    outbox.post(session, letter, moment)


def _reader(account: Account, locale: str) -> letters.Reader:
    return letters.Reader(
        account_id=account.id,
        version=account.link_version,
        name=account.name,
        email=account.email,
        locale="en" if locale == "en" else "ja",
    )
