"""SPF (RFC 7208) as far as a sender needs it: which addresses may send for a domain."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from app.mail.check.names import Names

MOST_LOOKUPS = 10
BEGINS = "v=spf1"
QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class TooManyLookups(Exception):
    """Receivers stop after ten lookups and believe nothing then (RFC 7208, 4.6.4)."""


def records_of(names: Names, domain: str) -> list[str]:
    """The SPF records of a domain; there may be one only."""
    texts = (text.strip() for text in names.texts(domain))
    return [text for text in texts if text.lower() == BEGINS or text.lower().startswith("v=spf1 ")]


@dataclass
class Walk:
    """One evaluation, counting its lookups."""

    names: Names
    lookups: int = 0
    _seen: list[str] = field(default_factory=list)

    def result(self, domain: str, address: str) -> str:
        """What receivers make of mail from ``address``: pass, fail, softfail, neutral or none.

        Raises:
            TooManyLookups: the record asks for more than ten.
            NoDns: DNS does not answer.
        """
        found = records_of(self.names, domain)
        if len(found) != 1:
            return "none"
        redirect = ""
        for term in found[0].split()[1:]:
            name, _equals, value = term.partition("=")
            if name.lower() == "redirect":
                redirect = value
                continue
            qualifier, mechanism = _split(term)
            if self._matches(mechanism, domain, address):
                return QUALIFIERS[qualifier]
        if redirect:
            self._count()
            return self.result(redirect, address)
        return "neutral"

    def includes(self, domain: str, wanted: str) -> bool:
        """Whether a record takes in that of ``wanted``, directly or by others."""
        self._seen.append(domain.lower())
        for text in records_of(self.names, domain):
            for target in _targets(text):
                if target.lower() == wanted:
                    return True
                if target.lower() not in self._seen and "%" not in target:
                    self._count()
                    if self.includes(target, wanted):
                        return True
        return False

    def _matches(self, mechanism: str, domain: str, address: str) -> bool:
        name, _colon, value = mechanism.partition(":")
        match name.lower().partition("/")[0]:
            case "all":
                return True
            case "ip4" | "ip6":
                return _is_in(address, value)
            case "include":
                self._count()
                return self.result(value, address) == "pass"
            case "a" | "mx" as kind:
                self._count()
                return self._is_host(kind, mechanism, domain, address)
        return False  # exists, ptr, macros: not used by anybody for a server of their own

    def _is_host(self, kind: str, mechanism: str, domain: str, address: str) -> bool:
        target, _slash, prefix = mechanism[len(kind) :].lstrip(":").partition("/")
        target = target or domain
        hosts = [target] if kind == "a" else self.names.mail_servers(target)[:MOST_LOOKUPS]
        length = prefix.partition("/")[0]
        return any(
            _is_in(address, f"{found}/{length}" if length and ":" not in found else found)
            for host in hosts
            for found in self.names.addresses(host)
        )

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise TooManyLookups


def with_mechanism(record: str, mechanism: str) -> str:
    """The record with one more mechanism, before the one that ends it."""
    terms = record.split()
    place = next(
        (n for n, term in enumerate(terms) if _split(term)[1].lower() == "all"), len(terms)
    )
    return " ".join([*terms[:place], mechanism, *terms[place:]])


def lets_everybody(record: str) -> bool:
    """Whether the record allows the whole world (+all), which receivers take for none."""
    return any(_split(term) == ("+", "all") for term in record.lower().split())


def _targets(record: str) -> Iterator[str]:
    for term in record.split()[1:]:
        mechanism = _split(term)[1]
        for begin in ("include:", "redirect="):
            if mechanism.lower().startswith(begin):
                yield mechanism[len(begin) :]


def _split(term: str) -> tuple[str, str]:
    return (term[0], term[1:]) if term[:1] in QUALIFIERS else ("+", term)


def _is_in(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return False
