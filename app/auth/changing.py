"""What administrators change of accounts; there is always one administrator who can log in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account, Role, account_meetings, account_roles
from app.auth.rights import ADMINISTRATOR
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, NotFound
from app.db import transaction
from app.db.session import WriteSession


class LastAdministrator(Conflict):
    """Nobody would be left who can log in and administer."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What an account is for: a role, and ids of meetings (None for all)."""

    role: str
    meetings: frozenset[int] | None


def change(account_id: int, name: str, standing: Standing, by: Actor, *, seen: str) -> bool:
    """Give an account another name, role or meetings, from its next request on; False: no change.

    Args:
        account_id: whose.
        name: as lists and the audit log show it.
        standing: the new one.
        by: who changes it.
        seen: ``mark_of`` the account as it was shown.

    Raises:
        NotFound: there is no such account.
        ChangedMeanwhile: somebody else has changed it since.
        LastAdministrator: it is the last that can log in.
        Busy: nothing was stored.
    """
    with transaction() as session:
        account = _lock(session, account_id)
        before = {"name": account.name, **_told(session, account)}
        if _mark(before) != seen:
            raise ChangedMeanwhile("account")
        if account.role == ADMINISTRATOR != standing.role:
            _refuse_last(session, account)
        account.name = name
        after = {"name": name, **store_standing(session, account, standing)}
        changed = [key for key in after if after[key] != before.get(key)]
        if changed:
            values = ({key: one.get(key, "") for key in changed} for one in (before, after))
            old, new = values
            record(session, "account.changed", account_id, by, now(), before=old, after=new)
        return bool(changed)


def close(account_id: int, by: Actor) -> bool:
    """End an account's sessions and let nobody log in to it; False: it was closed already.

    Raises:
        NotFound, LastAdministrator, Busy: as ``change``.
    """
    with transaction() as session:
        account = _lock(session, account_id)
        if not account.active:
            return False
        if account.role == ADMINISTRATOR:
            _refuse_last(session, account)
        account.active, account.fs_uniquifier = False, uuid.uuid4().hex
        account.link_version += 1
        record(session, "account.closed", account_id, by, now())
        return True


def reopen(account_id: int, by: Actor) -> bool:
    """Let somebody log in again with the password they had; False: the account was open.

    Raises:
        NotFound, Busy: as ``change``.
    """
    with transaction() as session:
        account = _lock(session, account_id)
        if account.active:
            return False
        account.active = True
        record(session, "account.reopened", account_id, by, now())
        return True


def rename(account_id: int, name: str, by: Actor) -> bool:
    """Give one's own account another name; False: it has it already."""
    with transaction() as session:
        account = _lock(session, account_id)
        before = account.name
        if before == name:
            return False
        account.name = name
        values = {"before": {"name": before}, "after": {"name": name}}
        record(session, "account.changed", account_id, by, now(), **values)
        return True


def log_out_everywhere(account_id: int, by: Actor) -> None:
    """End every session of an account, the present one included."""
    with transaction() as session:
        _lock(session, account_id).fs_uniquifier = uuid.uuid4().hex
        record(session, "account.logged_out_everywhere", account_id, by, now())


def mark_of(name: str, role: str, meetings: frozenset[int] | None) -> str:
    """What a form carries to know an account as it was shown."""
    return _mark({"name": name, "role": role, "meetings": _words(meetings)})


def record(  # noqa: PLR0913
    session: WriteSession,
    action: str,
    account_id: int,
    by: Actor,
    moment: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down what somebody did to an account."""
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="account",
        subject_id=account_id,
        before=before or {},
        after=after or {},
    )
    audit.record(session, entry, moment)


def store_standing(session: WriteSession, account: Account, standing: Standing) -> dict[str, str]:
    """Put role and meetings in the place of what was there; gives what the audit log tells."""
    found = session.scalar(select(Role).where(Role.name == standing.role))
    account.roles = [found or Role(name=standing.role)]
    account.all_meetings = standing.meetings is None
    session.flush()
    mine = account_meetings.c.account_id == account.id
    session.execute(delete(account_meetings).where(mine))
    rows = [{"account_id": account.id, "event_id": one} for one in sorted(standing.meetings or ())]
    if rows:
        session.execute(account_meetings.insert(), rows)
    return {"role": standing.role, "meetings": _words(standing.meetings)}


def _lock(session: WriteSession, account_id: int) -> Account:
    """The account, locked with all administrators, so that two cannot close each other at once."""
    administrators = (
        select(account_roles.c.account_id)
        .join(Role, Role.id == account_roles.c.role_id)
        .where(Role.name == ADMINISTRATOR)
    )
    wanted = (Account.id == account_id) | Account.id.in_(administrators)
    query = select(Account.id).where(wanted).order_by(Account.id)
    session.execute(query.with_for_update(key_share=True)).all()
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NotFound("account")
    return account


def _refuse_last(session: WriteSession, account: Account) -> None:
    others = (
        select(Account.id)
        .join(account_roles, account_roles.c.account_id == Account.id)
        .join(Role, Role.id == account_roles.c.role_id)
        .where(Role.name == ADMINISTRATOR, Account.id != account.id)
        .where(Account.active.is_(True), Account.password.is_not(None))
    )
    if session.scalar(others.limit(1)) is None:
        raise LastAdministrator("last_administrator")


def _told(session: WriteSession, account: Account) -> dict[str, str]:
    query = select(account_meetings.c.event_id).where(account_meetings.c.account_id == account.id)
    named = None if account.all_meetings else frozenset(session.scalars(query))
    return {"role": account.role, "meetings": _words(named)}


def _words(meetings: frozenset[int] | None) -> str:
    """Ids as the audit log keeps them; 'all' for all."""
    return "all" if meetings is None else ", ".join(map(str, sorted(meetings)))


def _mark(told: Mapping[str, str]) -> str:
    return "/".join(told[key] for key in ("role", "meetings", "name"))
