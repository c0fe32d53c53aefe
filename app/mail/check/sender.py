"""The sender's domain: whether receivers will believe that our letters are ours.

Japanese carriers mark or drop mail without SPF, DKIM and DMARC as forged.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.config import LOOPBACK_HOSTS, Settings
from app.mail.check.facts import Finding
from app.mail.check.names import Names, NoDns
from app.mail.check.providers import include_of
from app.mail.check.spf import TooManyLookups, Walk, lets_everybody, records_of, with_mechanism

FEWEST_LABELS = 2
_DMARC = re.compile(r"(?i)v\s*=\s*DMARC1\s*(?:;|$)")
_POLICY = re.compile(r"(?i);\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)")
_KEY = re.compile(r"(?i)(?:^|;)\s*p\s*=\s*([^;]*)")


def check_sender(settings: Settings, names: Names) -> tuple[Finding, ...]:
    """Look at SPF, DKIM and DMARC of the domain that letters come from."""
    domain = settings.mail_sender.rpartition("@")[2]
    looks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("spf", lambda: _spf(settings, names, domain)),
        ("dkim", lambda: _dkim(settings, names, domain)),
        ("dmarc", lambda: _dmarc(settings, names, domain)),
    )
    return tuple(_asked(kind, look, domain) for kind, look in looks)


def _asked(kind: str, look: Callable[[], Finding], domain: str) -> Finding:
    try:
        return look()
    except NoDns as error:
        return Finding(
            code=f"{kind}_no_answer", state="bad", data={"domain": domain}, reply=str(error)
        )


def _spf(settings: Settings, names: Names, domain: str) -> Finding:
    data = {"domain": domain, "host": settings.mail_server}
    found = records_of(names, domain)
    mechanisms = _mechanisms(settings, names)
    if len(found) != 1 or lets_everybody(found[0]):
        several = len(found) > 1
        code = "spf_several" if several else "spf_everybody" if found else "spf_missing"
        return _bad(code, data, domain, _merged(found if several else [], mechanisms))
    try:
        allowed = _is_allowed(settings, names, domain)
    except TooManyLookups:
        return Finding(code="spf_too_long", state="bad", data=data, reply=found[0])
    if allowed is False:
        return _bad("spf_without_us", data, domain, _merged(found, mechanisms))
    if allowed is None:
        return Finding(code="spf_unsure", state="note", data=data, reply=found[0])
    return Finding(code="spf_ok", state="ok", data=data)


def _is_allowed(settings: Settings, names: Names, domain: str) -> bool | None:
    """Whether the record lets our mail server send; None where its address cannot be known."""
    include = include_of(settings.mail_server)
    if include:
        return Walk(names).includes(domain, include)
    addresses = _addresses(settings, names)
    if not addresses:
        return None
    return all(Walk(names).result(domain, one) == "pass" for one in addresses)


def _mechanisms(settings: Settings, names: Names) -> list[str]:
    """What lets our mail server send: its provider's record, else its own addresses."""
    include = include_of(settings.mail_server)
    if include:
        return [f"include:{include}"]
    addresses = _addresses(settings, names)
    if addresses:
        return [f"ip{ip_address(one).version}:{one}" for one in addresses]
    return [f"a:{urlsplit(settings.public_url).hostname}"]


def _addresses(settings: Settings, names: Names) -> list[str]:
    """Where our mail server sends from, as the world sees it; none for one on this machine."""
    host = settings.mail_server
    if host in LOOPBACK_HOSTS:
        return []
    found = [host] if _is_address(host) else names.addresses(host)
    return [one for one in found if not ip_address(one).is_loopback]


def _merged(records: list[str], mechanisms: list[str]) -> str:
    """One record out of several, with the mechanisms that are not in it yet."""
    terms = list(dict.fromkeys(term for record in records for term in record.split()[1:]))
    ends = [term for term in terms if term.lower().lstrip("+-~?") == "all"]
    kept = [term for term in terms if term not in ends]
    merged = " ".join(["v=spf1", *kept, ends[0] if ends else "~all"])
    for mechanism in mechanisms:
        if mechanism not in kept:
            merged = with_mechanism(merged, mechanism)
    return merged


def _dkim(settings: Settings, names: Names, domain: str) -> Finding:
    selector = settings.mail_dkim_selector
    name = f"{selector or 'selector'}._domainkey.{domain}"
    data = {"domain": domain, "selector": selector, "name": name}
    line = f'{name}. IN TXT "v=DKIM1; k=rsa; p=…"'
    if not selector:
        return Finding(code="dkim_no_selector", state="bad", data=data, lines=(line,))
    keys = [match[1] for text in names.texts(name) if (match := _KEY.search(text))]
    if not keys:
        return Finding(code="dkim_missing", state="bad", data=data, lines=(line,))
    if not any(_is_key(key) for key in keys):
        return Finding(code="dkim_broken", state="bad", data=data, lines=(line,))
    return Finding(code="dkim_ok", state="ok", data=data)


def _is_key(text: str) -> bool:
    try:
        return bool(base64.b64decode(re.sub(r"\s", "", text), validate=True))
    except binascii.Error:
        return False


def _dmarc(settings: Settings, names: Names, domain: str) -> Finding:
    office = settings.mail_reply_to or settings.mail_sender
    data = {"domain": domain}
    wanted = f"v=DMARC1; p=none; rua=mailto:{office}"
    for owner in _upwards(domain):
        found = [text for text in names.texts(f"_dmarc.{owner}") if _DMARC.match(text.strip())]
        if len(found) > 1:
            return _bad("dmarc_several", data, f"_dmarc.{owner}", found[0])
        if found and not _POLICY.search(found[0]):
            return _bad("dmarc_broken", data, f"_dmarc.{owner}", wanted)
        if found:
            return Finding(code="dmarc_ok", state="ok", data=data)
    return _bad("dmarc_missing", data, f"_dmarc.{domain}", wanted)


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it: a record of the whole organisation counts for its parts."""
    labels = domain.split(".")
    for place in range(max(1, len(labels) - FEWEST_LABELS + 1)):
        yield ".".join(labels[place:])


def _bad(code: str, data: dict[str, str], name: str, text: str) -> Finding:
    return Finding(code=code, state="bad", data=data, lines=(f'{name}. IN TXT "{text}"',))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
