"""What the office has set, kept in each process and read anew every few seconds.

No page may cost a statement more for it (``docs/decisions/0019-kept-for-five-seconds.md``).
"""

import time
from dataclasses import dataclass, field, fields
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from app.association.facts import FIELDS, HostFacts, Logo, Stored
from app.association.models import AssociationValues, Host
from app.config import Settings
from app.db import db, dialect

GOOD_FOR = 5.0
"""Seconds after which another process's change is seen at the latest."""

_values: Any = AssociationValues.__table__
_host: Any = Host.__table__
_VALUES = select(_values.c.version, _values.c.settings, _values.c.logo)
_HOSTS = select(_host).order_by(_host.c.id)


@dataclass
class Kept:
    """The settings of one process: ``first`` those of the environment, ``stored`` the office's."""

    app: Flask
    first: Settings
    good_for: float = GOOD_FOR
    """Seconds; infinite where nothing else writes, as in tests."""
    stored: Stored = field(default_factory=Stored)
    _read_at: float | None = None
    """By the monotonic clock."""

    def take(self, stored: Stored) -> None:
        """Let ``stored`` hold from now on, for every page and letter of this process."""
        known = {name: value for name, value in stored.values.items() if name in FIELDS}
        self.app.extensions["settings"] = self.first.model_copy(update=known)
        self.stored = stored
        self._read_at = time.monotonic()

    def renew(self) -> None:
        """Read it now: after a change of one's own."""
        with dialect.for_reading(db.engine).connect() as connection:
            self.take(_read(connection))

    def renew_if_old(self) -> None:
        """Read it where it may have changed; where the database is away, what was known holds."""
        if self._read_at is not None and time.monotonic() - self._read_at < self.good_for:
            return
        try:
            self.renew()
        except DBAPIError:
            # Whatever needs the database says so itself; a page that does not can be shown.
            self.app.logger.warning("the association's settings could not be read", exc_info=True)
            self._read_at = time.monotonic()


def kept() -> Kept:
    """That of the application under way."""
    found: Kept = current_app.extensions["association"]
    return found


def find_host(host_id: int | None) -> HostFacts | None:
    """The host of this id, if it is one."""
    return None if host_id is None else kept().stored.hosts.get(host_id)


def calendar_domain() -> str:
    """What stands in the UIDs of calendar objects: another one would show each meeting twice.

    So it is that of the environment's sender, whatever sender the office sets later.
    """
    return kept().first.mail_sender.partition("@")[2]


def init_app(app: Flask, settings: Settings) -> None:
    """Keep what the office has set, and look at it before each request."""
    holder = app.extensions["association"] = Kept(app, settings)

    @app.before_request
    def renew() -> None:
        if request.endpoint != "static":
            holder.renew_if_old()


def _read(connection: Connection) -> Stored:
    """What is stored, by two statements."""
    row = connection.execute(_VALUES).first()
    if row is None:
        return Stored()
    hosts = [_facts(one) for one in connection.execute(_HOSTS)]
    return Stored(
        version=row.version,
        values=row.settings,
        logo=Logo(**row.logo) if row.logo else None,
        hosts={one.id: one for one in hosts},
    )


def _facts(row: Any) -> HostFacts:
    return HostFacts(**{one.name: getattr(row, one.name) for one in fields(HostFacts)})
