"""E-mail addresses: read generously, stored strictly, old addresses of Japanese carriers kept.

Nothing here asks the network: DNS that is slow must not keep anybody from signing up.
"""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from app.base.characters import has_control, nfkc
from app.base.errors import Invalid
from app.base.suggestions import suggest_email

__all__ = ["BadAddress", "EmailAddress", "email_key", "parse_email", "suggest_email", "takes_files"]

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
_LONGEST_LOCAL = 64
_ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
# Given out by docomo and au before 2009 with dots where RFC 5322 allows none, and still in use.
_OLD_CARRIERS = frozenset({"docomo.ne.jp", "ezweb.ne.jp", "au.com"})
_WITHOUT_FILES = (
    *("docomo.ne.jp", "ezweb.ne.jp", "au.com", "uqmobile.jp", "softbank.ne.jp", "i.softbank.jp"),
    *("vodafone.ne.jp", "disney.ne.jp", "ymobile.ne.jp", "ymobile1.ne.jp", "willcom.com"),
    *("rakuten.jp", "rakumail.jp", "emnet.ne.jp", "lg.jp"),
)
_OLD_LOCAL = re.compile(rf"(?=.*{_ATEXT})(?:{_ATEXT}|\.)+")


@dataclass(frozen=True, kw_only=True)
class EmailAddress:
    """An address to write to: the local part as typed, the domain in small ASCII letters.

    ``may_fail`` marks an old carrier address that some mail servers refuse to send to.
    """

    value: str
    may_fail: bool


class BadAddress(Invalid):
    """A text that is no e-mail address.

    ``code`` is one of ``empty``, ``control``, ``too_long``, ``no_at``, ``quoted``, ``non_ascii``,
    ``local`` (the part before @) or ``domain``.
    """


def parse_email(raw: str) -> EmailAddress:
    """Read an address as typed, full-width letters and ＠ included (RFC 5322 without quoting).

    Raises:
        BadAddress: it cannot be written to, or holds line ends or other control characters.
    """
    if has_control(raw):
        raise BadAddress("control")
    typed = raw.strip()
    if not typed:
        raise BadAddress("empty")
    if len(typed) > LONGEST:
        raise BadAddress("too_long")
    local, at, domain = _narrow(typed).rpartition("@")
    if not at:
        raise BadAddress("no_at")
    _check_local(local)
    if domain.lower() in _OLD_CARRIERS and _DOT_ATOM.fullmatch(local) is None:
        return _old_carrier_address(local, domain.lower())
    if _DOT_ATOM.fullmatch(local) is None:
        raise BadAddress("local")
    return EmailAddress(value=f"{local}@{_domain(local, domain)}", may_fail=False)


def email_key(value: str) -> str:
    """Give the form in which two addresses are compared: no width, no case, no outer spaces."""
    return _narrow(value).strip().casefold()


def takes_files(value: str) -> bool:
    """Whether letters to an address may carry a file: carriers and lg.jp strip or distrust them."""
    domain = value.rpartition("@")[2].lower()
    return not any(domain == one or domain.endswith(f".{one}") for one in _WITHOUT_FILES)


def _narrow(typed: str) -> str:
    """Make full-width characters narrow; the Japanese full stop is a dot to IDNA (RFC 3490)."""
    return nfkc(typed).replace("。", ".")


def _check_local(local: str) -> None:
    if local.startswith('"'):
        raise BadAddress("quoted")
    if not local.isascii():
        raise BadAddress("non_ascii")
    if len(local) > _LONGEST_LOCAL:
        raise BadAddress("too_long")


def _old_carrier_address(local: str, domain: str) -> EmailAddress:
    if _OLD_LOCAL.fullmatch(local) is None:
        raise BadAddress("local")
    return EmailAddress(value=f"{local}@{domain}", may_fail=True)


def _domain(local: str, domain: str) -> str:
    """Check the domain and give it in small ASCII letters, an international one as Punycode."""
    if "." not in domain:
        raise BadAddress("domain")
    try:
        # test_environment lets .test (RFC 6761) through for trials; mail to it goes nowhere.
        checked = validate_email(
            f"{local}@{domain}",
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise BadAddress("domain") from error
    except ValueError as error:  # some domains make the IDNA codec stumble
        raise BadAddress("domain") from error
    return checked.ascii_domain.lower()
