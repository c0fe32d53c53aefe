"""Hosts of meetings: others in whose name letters go; each change is in the audit log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.association.models import Host
from app.association.stored import kept
from app.auth.facts import Actor
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import Translated, locking, transaction
from app.settings.service import get_row, touch


@dataclass(frozen=True, kw_only=True)
class HostValues:
    """What the office enters of a host; what is '' is that of the association."""

    name: str
    name_en: str = ""
    sender: str = ""
    sender_en: str = ""
    address: str = ""
    address_en: str = ""
    telephone: str = ""
    reply_to: str = ""
    offered: bool = True


def add_host(new: HostValues, by: Actor) -> int:
    """Add a host and return its id; the same one sent twice is added once."""
    with transaction() as session:
        row = get_row(session)
        for known in session.scalars(select(Host).order_by(Host.id)):
            if _values(known) == vars(new):
                return known.id
        host = Host(version=1)
        _set(host, new)
        session.add(host)
        session.flush()
        host_id = host.id
        after = {name: value for name, value in vars(new).items() if value}
        touch(session, row, "host.added", by, subject_id=host_id, after=after)
    kept().renew()
    return host_id


def change_host(host_id: int, wanted: HostValues, by: Actor, *, seen: int) -> bool:
    """Change a host; whether anything was different. ``seen``: the version that was shown.

    Raises:
        NotFound: there is none.
        ChangedMeanwhile: it is not as it was seen.
        Busy: nothing was stored.
    """
    with transaction() as session:
        row = get_row(session)
        host = session.scalar(locking(select(Host).where(Host.id == host_id)))
        if host is None:
            raise NotFound("host")
        if host.version != seen:
            raise ChangedMeanwhile("host")
        before, after = _values(host), vars(wanted)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            _set(host, wanted)
            host.version += 1
            old, new = ({name: one[name] for name in changed} for one in (before, after))
            touch(session, row, "host.changed", by, subject_id=host_id, before=old, after=new)
    kept().renew()
    return bool(changed)


def _set(host: Host, values: HostValues) -> None:
    host.name = Translated(ja=values.name, en=values.name_en)
    host.sender = Translated(ja=values.sender, en=values.sender_en)
    host.address = Translated(ja=values.address, en=values.address_en)
    host.telephone, host.reply_to = values.telephone, values.reply_to
    host.offered = values.offered


def _values(host: Host) -> dict[str, Any]:
    return vars(
        HostValues(
            name=host.name.ja,
            name_en=host.name.en,
            sender=host.sender.ja,
            sender_en=host.sender.en,
            address=host.address.ja,
            address_en=host.address.en,
            telephone=host.telephone,
            reply_to=host.reply_to,
            offered=host.offered,
        )
    )
