"""Rate limits that hold across processes and restarts: counters in our own database."""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import request
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, bindparam, case, delete, select

from app.base.clock import now
from app.base.errors import Refusal
from app.db import count_up, db, transaction
from app.db.dialect import upsert
from app.web.models import RateCounter

IPV6_PREFIX = 64


class TooMany(Refusal):
    """More requests than the limit allows; ``retry_after`` in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("too_many")
        self.retry_after = retry_after


class DatabaseStorage(Storage):
    """Fixed windows for ``limits``: one row a key, counted by one upsert."""

    STORAGE_SCHEME = ["tsudoi"]  # noqa: RUF012  # the library's own shape

    @property
    def base_exceptions(self) -> type[Exception]:
        """Errors of the store itself."""
        return Refusal

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count ``amount`` more in the window of ``expiry`` seconds; return the new count."""
        moment = now()
        given = {
            "key": key,
            "hits": amount,
            "expires_at": moment + timedelta(seconds=expiry),
            "moment": moment,
        }
        return count_up(_counting(db.engine), given)

    def get(self, key: str) -> int:
        """The count of the window under way."""
        query = select(RateCounter.hits).where(
            RateCounter.key == key, RateCounter.expires_at > now()
        )
        return db.session.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """When the window under way ends, as seconds since the epoch."""
        ends = db.session.scalar(select(RateCounter.expires_at).where(RateCounter.key == key))
        return (ends or datetime.now(UTC)).timestamp()

    def check(self) -> bool:
        """Whether the store answers."""
        return db.session.scalar(select(1)) == 1

    def reset(self) -> int | None:
        """Forget every counter; return how many there were."""
        with transaction(quick=True) as session:
            return len(session.scalars(delete(RateCounter).returning(RateCounter.key)).all())

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with transaction(quick=True) as session:
            session.execute(delete(RateCounter).where(RateCounter.key == key))


@lru_cache(maxsize=2)
def _counting(engine: Engine) -> Any:
    """Count in the window under way, or begin a new one; built once."""
    kept: Any = RateCounter.__table__
    statement = upsert(engine, kept)
    given = statement.excluded
    over = kept.c.expires_at <= bindparam("moment")
    return statement.on_conflict_do_update(
        index_elements=[kept.c.key],
        set_={
            "hits": case((over, given.hits), else_=kept.c.hits + given.hits),
            "expires_at": case((over, given.expires_at), else_=kept.c.expires_at),
        },
    ).returning(kept.c.hits)


_limiter = FixedWindowRateLimiter(DatabaseStorage())


def _address(given: str) -> IPv4Address | IPv6Address:
    """``given`` as an address; some proxies add the port: 192.0.2.1:5555, [2001:db8::1]:5555."""
    try:
        return ip_address(given)
    except ValueError:
        return ip_address(urlsplit(f"//{given}").hostname or "")


def client_key() -> str:
    """Whom to count: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        address = _address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> (128 - IPV6_PREFIX) << (128 - IPV6_PREFIX)))
    return str(address)


def hit(purpose: str, limit: str, whom: str | None = None) -> None:
    """Count one request for ``purpose`` against ``limit`` ("300 per hour").

    Args:
        purpose: what is limited.
        limit: how often, and in which time.
        whom: whose requests are counted; the visitor's network when None.

    Raises:
        TooMany: the limit is used up.
        Busy: the counter could not be written.
    """
    item, key = _parsed(limit), whom or client_key()
    if not _limiter.hit(item, purpose, key):
        raise _too_many(item, purpose, key)


def refuse_if_used_up(purpose: str, limit: str, whom: str) -> None:
    """Count nothing, but refuse where the limit is used up: for what only failures count against.

    Raises:
        TooMany: the limit is used up.
    """
    item = _parsed(limit)
    if not _limiter.test(item, purpose, whom):
        raise _too_many(item, purpose, whom)


@cache
def _parsed(limit: str) -> RateLimitItem:
    """A limit of the settings, read once."""
    return parse(limit)


def _too_many(item: RateLimitItem, purpose: str, whom: str) -> TooMany:
    reset = _limiter.storage.get_expiry(item.key_for(purpose, whom))
    return TooMany(max(1, int(reset - now().timestamp())))


def forget_expired() -> int:
    """Delete counters whose window has ended; return how many."""
    with transaction(quick=True) as session:
        statement = delete(RateCounter).where(RateCounter.expires_at <= now())
        return len(session.scalars(statement.returning(RateCounter.key)).all())


def forget_expired_tick(_stop: object) -> None:
    """The worker's duty: keep the table of counters small."""
    forget_expired()
