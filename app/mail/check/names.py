"""Asking DNS, with short time limits. Never called in a web request."""

from collections.abc import Sequence
from typing import Any

import dns.exception
import dns.resolver

from app.config import read_resolver

LIFETIME = 4.0


class NoDns(Exception):
    """The question could not be answered: no server, a time-out, or a broken answer."""


class Names:
    """Questions to one DNS server, or to the system's; no answer is an empty list."""

    def __init__(self, server: str = "") -> None:
        """``server``: address, maybe with a port; '' for those of the system."""
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.exception.DNSException as error:
            raise NoDns(str(error)) from error
        if server:
            address, port = read_resolver(server)
            self._resolver.nameservers = [address]
            self._resolver.port = port
        self._resolver.lifetime = LIFETIME

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, the pieces of each put together."""
        return [
            b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")
        ]

    def addresses(self, name: str) -> list[str]:
        """The IPv4 and IPv6 addresses of a name."""
        found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
        return [record.address for record in found]

    def mail_servers(self, name: str) -> list[str]:
        """The names that take mail for a domain."""
        found = [record.exchange.to_text(omit_final_dot=True) for record in self._ask(name, "MX")]
        return [one for one in found if one]

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False, raise_on_no_answer=False))
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NoDns(f"{name} {kind}") from error
