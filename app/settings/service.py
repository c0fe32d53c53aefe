"""Setting who the association is, and its logo; each change is in the audit log."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select

from app.association.facts import FIELDS, Logo
from app.association.models import ONLY, AssociationLogo, AssociationValues
from app.association.stored import kept
from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.base.tokens import content_digest
from app.config import current_settings
from app.db import db, locking, transaction
from app.db.dialect import upsert
from app.db.session import WriteSession
from app.settings.rules import judge, version_of

Values = Mapping[str, str]


def current_values() -> dict[str, str]:
    """All that can be set, as it holds now."""
    return _values(current_settings())


def digest(values: Values) -> str:
    """By which a form knows the values that it shows."""
    return content_digest(dict(values))


def change(wanted: Values, by: Actor, *, seen: str | None = None) -> tuple[str, ...]:
    """Set all of ``FIELDS``; return the names of those that were changed.

    Where nothing was set before, the same is stored, too, as somebody has looked at it; the log
    tells only what has changed.

    Args:
        wanted: every field with its value.
        by: who of the office acts.
        seen: ``digest`` of the values that this is a change of; None where nobody looked.

    Raises:
        ChangedMeanwhile: the values are not those that were seen.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = get_row(session)
        before = {**_values(kept().first), **row.values}
        if seen is not None and seen != digest(before):
            raise ChangedMeanwhile("settings")
        changed = tuple(name for name in FIELDS if before[name] != wanted[name])
        if changed or not row.values:
            row.values = {name: wanted[name] for name in FIELDS}
            row.version, row.changed_at = row.version + 1, now()
        if changed:
            old, new = ({name: one[name] for name in changed} for one in (before, wanted))
            record(session, "settings.changed", by, before=old, after=new)
    kept().renew()
    return changed


def set_logo(data: bytes, by: Actor) -> None:
    """Show this picture beside the name from now on.

    Raises:
        LogoRefused: it is none, or too large.
        Busy: nothing was stored.
    """
    picture = judge(data)
    logo = Logo(version=version_of(data), size=len(data), **asdict(picture))
    with transaction() as session:
        row = get_row(session)
        if row.logo.get("version") != logo.version:
            session.execute(delete(AssociationLogo))
            session.add(AssociationLogo(id=ONLY, data=data))
            before, row.logo = row.logo, asdict(logo)
            touch(session, row, "logo.set", by, before=_told(before), after=_told(row.logo))
    kept().renew()


def remove_logo(by: Actor) -> bool:
    """Show no picture any more; whether there was one."""
    with transaction() as session:
        row = get_row(session)
        before, row.logo = row.logo, {}
        if before:
            session.execute(delete(AssociationLogo))
            touch(session, row, "logo.removed", by, before=_told(before))
    kept().renew()
    return bool(before)


def get_row(session: WriteSession) -> AssociationValues:
    """The one row, locked; made where there is none yet."""
    empty = {"id": ONLY, "version": 0, "values": {}, "logo": {}, "changed_at": now()}
    made = upsert(db.engine, AssociationValues).values(**empty)
    session.execute(made.on_conflict_do_nothing(index_elements=["id"]))
    query = locking(select(AssociationValues).where(AssociationValues.id == ONLY))
    row: AssociationValues = session.scalars(query).one()
    return row


def touch(
    session: WriteSession, row: AssociationValues, action: str, by: Actor, **changes: Any
) -> None:
    """Count the change and write it into the audit log."""
    row.version, row.changed_at = row.version + 1, now()
    record(session, action, by, **changes)


def record(session: WriteSession, action: str, by: Actor, **changes: Any) -> None:
    """Write a change into the audit log."""
    entry = audit.Entry(
        actor=audit.ACCOUNT, account_id=by.account_id, action=action, subject="settings", **changes
    )
    audit.record(session, entry, now())


def _values(settings: object) -> dict[str, str]:
    return {name: str(getattr(settings, name)) for name in FIELDS}


def _told(logo: Mapping[str, Any]) -> dict[str, str]:
    if not logo:
        return {}
    return {"picture": f"{logo['media_type']} {logo['width']}×{logo['height']}"}
