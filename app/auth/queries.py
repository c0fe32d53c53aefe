"""Reading the audit table."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.auth.facts import AccountAddress, AccountView, HistoryEntry
from app.auth.links import INVITED_FOR
from app.auth.models import Account, AuditEntry, AuditValue, Passkey, account_meetings
from app.auth.rights import Act, Rights, rights_of
from app.base.clock import now
from app.base.errors import NotFound
from app.db import db

PAGE = 50


def read_rights(account: Account) -> Rights:
    """What an account may do: one query where it is only for some meetings, else none."""
    mine = rights_of(account.role, (), all_meetings=account.all_meetings)
    if mine.meetings is None:
        return mine
    query = select(account_meetings.c.event_id).where(account_meetings.c.account_id == account.id)
    named = frozenset(db.session.scalars(query))
    return rights_of(account.role, named, all_meetings=account.all_meetings)


def list_history_of(subject: str, *subject_ids: int) -> tuple[HistoryEntry, ...]:
    """The latest 50 acts on something with their values, newest first, whoever acted: one query.

    Args:
        subject: such as 'registration'.
        subject_ids: its id, or several.
    """
    query = (
        select(AuditEntry, Account.name, Account.email, AuditValue.before, AuditValue.after)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(AuditEntry.subject == subject, AuditEntry.subject_id.in_(subject_ids))
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return tuple(
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who=name or email or "",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            before=before or {},
            after=after or {},
        )
        for entry, name, email, before, after in db.session.execute(query)
    )


def names_of(ids: Collection[int]) -> dict[int, str]:
    """What accounts are called: one query, none where none are asked for."""
    query = select(Account.id, Account.name, Account.email).where(Account.id.in_(ids))
    return {one: name or email for one, name, email in db.session.execute(query)} if ids else {}


def list_accounts(moment: datetime) -> tuple[AccountView, ...]:
    """All accounts, open ones first, by name: three queries however many."""
    accounts = db.session.scalars(select(Account)).unique().all()
    views = [
        _view(account, named, moment, two_step=two_step)
        for account, named, two_step in _with_more(accounts)
    ]
    return tuple(sorted(views, key=lambda one: (one.state == "closed", one.name, one.id)))


def get_account(account_id: int, moment: datetime) -> AccountView:
    """One account.

    Raises:
        NotFound: there is none of this id.
    """
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound("account")
    ((_account, named, two_step),) = _with_more([account])
    return _view(account, named, moment, two_step=two_step)


def _with_more(accounts: Sequence[Account]) -> list[tuple[Account, frozenset[int], bool]]:
    """Each account with the meetings that it names and whether two steps log it in."""
    ids = [one.id for one in accounts]
    named: dict[int, set[int]] = {one: set() for one in ids}
    query = select(account_meetings).where(account_meetings.c.account_id.in_(ids))
    for row in db.session.execute(query):
        named[row.account_id].add(row.event_id)
    query_keys = select(Passkey.account_id).where(Passkey.account_id.in_(ids))
    with_key = set(db.session.scalars(query_keys))
    return [
        (one, frozenset(named[one.id]), bool(one.tf_totp_secret) or one.id in with_key)
        for one in accounts
    ]


def _view(
    account: Account, named: frozenset[int], moment: datetime, *, two_step: bool
) -> AccountView:
    rights = rights_of(account.role, named, all_meetings=account.all_meetings)
    return AccountView(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        meetings=rights.meetings,
        state=_state(account, moment),
        created_at=account.created_at,
        invited_at=account.invited_at,
        two_step=two_step,
    )


def _state(account: Account, moment: datetime) -> str:
    if not account.active:
        return "closed"
    if account.password is not None or account.invited_at is None:
        return "active"
    return "invited" if moment < account.invited_at + INVITED_FOR else "expired"


def list_addresses(event_ids: Collection[int]) -> tuple[AccountAddress, ...]:
    """Everybody who can log in and may work on all of these meetings."""
    return tuple(
        AccountAddress(id=one.id, name=one.name, email=one.email)
        for one in sorted(list_accounts(now()), key=lambda one: one.id)
        if one.state == "active"
        and Rights(role=one.role, meetings=one.meetings).may(Act.DIRECT, event_ids)
    )


def list_acts(on: Mapping[str, Collection[int]], since: datetime) -> tuple[HistoryEntry, ...]:
    """The latest 50 acts on some things, newest first, with no name and no value: one query.

    Args:
        on: subject, such as 'registration' → ids.
        since: (aware) what was done before is left out.
    """
    things = (
        and_(AuditEntry.subject == subject, AuditEntry.subject_id.in_(sorted(ids)))
        for subject, ids in on.items()
    )
    query = (
        select(AuditEntry)
        .where(or_(*things), AuditEntry.at >= since)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return tuple(
        HistoryEntry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            who="",
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            fields=tuple(entry.fields),
        )
        for entry in db.session.scalars(query)
    )
