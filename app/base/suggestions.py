"""Guessing what somebody meant who mistyped a well-known e-mail domain; never applied silently."""

import re

from app.base.characters import has_control, nfkc

_TARGETS = (
    "gmail.com", "yahoo.co.jp", "icloud.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp",
    "i.softbank.jp", "hotmail.com", "hotmail.co.jp", "outlook.com", "outlook.jp", "ymobile.ne.jp",
    "biglobe.ne.jp", "googlemail.com",
)  # fmt: skip
_KNOWN_GOOD = frozenset({
    *_TARGETS,
    "aol.com", "aol.jp", "au.com", "auone-net.jp", "auone.jp", "cloud.com",
    "dion.ne.jp", "email.com", "example.com", "example.jp", "example.net", "example.org",
    "fastmail.com", "gmx.com", "gmx.net", "goo.jp", "hi-ho.ne.jp", "jcom.home.ne.jp",
    "jcom.zaq.ne.jp", "live.com", "live.jp", "mac.com", "mail.com", "mail.goo.ne.jp", "me.com",
    "msn.com", "nifty.com", "ocn.ne.jp", "plala.or.jp", "pm.me", "proton.me", "protonmail.com",
    "rakuten.jp", "rocketmail.com", "so-net.ne.jp", "uqmobile.jp", "yahoo.com", "ybb.ne.jp",
    "ymail.com", "ymail.ne.jp", "zoho.com",
})  # fmt: skip
_MISTAKEN = {
    "gmail": "gmail.com", "gmail.jp": "gmail.com", "gmail.co.jp": "gmail.com",
    "gmail.ne.jp": "gmail.com", "gmail.co": "gmail.com", "gmailcom": "gmail.com",
    "yahoo.ne.jp": "yahoo.co.jp", "yahoo.jp": "yahoo.co.jp", "yahoo.co": "yahoo.co.jp",
    "yahoo": "yahoo.co.jp", "yahoo.cojp": "yahoo.co.jp", "yahoo.com.jp": "yahoo.co.jp",
    "docomo.co.jp": "docomo.ne.jp", "docomo.jp": "docomo.ne.jp", "docomo.com": "docomo.ne.jp",
    "docomo": "docomo.ne.jp",
    "ezweb.co.jp": "ezweb.ne.jp", "ezweb.jp": "ezweb.ne.jp", "ezweb.com": "ezweb.ne.jp",
    "ezweb": "ezweb.ne.jp", "au.ne.jp": "au.com", "au.co.jp": "au.com",
    "softbank.co.jp": "softbank.ne.jp", "softbank.com": "softbank.ne.jp",
    "i.softbank.ne.jp": "i.softbank.jp", "i.softbank.co.jp": "i.softbank.jp",
    "icloud": "icloud.com", "icloud.co": "icloud.com", "icloud.jp": "icloud.com",
    "icloud.co.jp": "icloud.com", "icloud.ne.jp": "icloud.com",
    "hotmail.jp": "hotmail.co.jp", "hotmail.ne.jp": "hotmail.co.jp",
    "outlook.co.jp": "outlook.jp", "outlook.ne.jp": "outlook.jp",
    "nifty.ne.jp": "nifty.com", "nifty.jp": "nifty.com",
}  # fmt: skip
# Only endings that nobody owns: .co, .cm and .om are countries.
_ENDINGS = (
    (re.compile(r"\.(?:con|cmo|ocm|comm|coom|vom|xom|cpm|cim|clm|comn)$"), ".com"),
    (re.compile(r"\.(co|ne|or|go|ac|ed|lg)\.?(?:jo|jpp|jpn|jp|ip|pj|lp)$"), r".\1.jp"),
    (re.compile(r"\.nett$"), ".net"),
)
_LONGEST_DOMAIN = 100
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def suggest_email(value: str) -> str | None:
    """Guess the address that was meant, or None when the one typed looks right.

    Works on what was typed, also when ``parse_email`` refuses it (``hanako@gmail,com``). A domain
    known to be good is never questioned.
    """
    local, _, typed = nfkc(value).strip().rpartition("@")
    typed = typed.casefold()
    if not _looks_whole(local, typed):
        return None
    meant = _meant(typed)
    return None if meant == typed or _DOMAIN.fullmatch(meant) is None else f"{local}@{meant}"


def _looks_whole(local: str, domain: str) -> bool:
    plain = local.isascii() and " " not in local and not has_control(local)
    return bool(local) and plain and domain.isascii() and len(domain) <= _LONGEST_DOMAIN


def _meant(typed: str) -> str:
    domain = re.sub(r"[.,;]+", ".", typed.replace(" ", "")).strip(".")
    for guess in (domain, _mend_ending(domain)):
        if guess in _KNOWN_GOOD:
            return guess
        if guess in _MISTAKEN:
            return _MISTAKEN[guess]
    domain = _mend_ending(domain)
    return next((target for target in _TARGETS if _one_slip(domain, target)), domain)


def _mend_ending(domain: str) -> str:
    for pattern, ending in _ENDINGS:
        domain = pattern.sub(ending, domain)
    return domain


def _one_slip(typed: str, meant: str) -> bool:
    """Tell whether one letter is missing, too many, wrong, or two neighbours are swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    pairs = zip(typed, meant, strict=False)
    start = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(typed), len(meant)))
    rest, want = typed[start:], meant[start:]
    swapped = rest[1::-1] == want[:2] and rest[2:] == want[2:]
    return swapped or rest[1:] == want[1:] or rest[1:] == want or rest == want[1:]
