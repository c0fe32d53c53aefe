"""What a mail server's refusal means: for this letter, for our settings, or only for now.

Codes are SMTP reply codes (RFC 5321, 4.2) and enhanced status codes (RFC 3463).
"""

import re
import smtplib
import ssl
from dataclasses import dataclass

LONGEST_REPLY = 500
PERMANENT = 500
TRANSIENT = 400
TOO_LARGE = 552
_AUTHENTICATION_WANTED = {530, 534, 535, 538}  # RFC 4954: said to any command, never of a letter
_LOGIN_IMPOSSIBLE = (smtplib.SMTPNotSupportedError, smtplib.SMTPException)
_ENHANCED = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})\b")
_WORTHLESS = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
BEFORE_MAIL = ("connect", "ehlo", "starttls", "login")
"""The phases of a conversation in which no letter has been named yet."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The server took the letter; ``reply`` is what it said (with its queue number, often)."""

    reply: str


class NotSent(Exception):
    """The letter was not accepted. ``code`` is short and for words; ``reply`` the server's text."""

    def __init__(self, code: str, reply: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reply = reply


class FinalRefusal(NotSent):
    """The server refuses this letter for good (5xx to RCPT or DATA, or to its size)."""


class SettingsFault(NotSent):
    """Our settings do not fit the server: no letter can go before somebody mends them."""


class Temporary(NotSent):
    """Not now: 4xx, a network error, a broken connection, a time-out.

    ``whole_server`` says that it struck before any letter was named, so others would meet it too.
    """

    def __init__(self, code: str, reply: str = "", *, whole_server: bool = False) -> None:
        super().__init__(code, reply)
        self.whole_server = whole_server


def show_reply(code: int, text: bytes | str) -> str:
    """One line of at most 500 characters: '550 5.1.1 No such user'."""
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return _WORTHLESS.sub(" ", f"{code} {decoded}").strip()[:LONGEST_REPLY]


def classify(error: Exception, phase: str) -> NotSent:
    """Tell what an exception of smtplib, ssl or the network means.

    Args:
        error: what was raised.
        phase: where the conversation was: connect, ehlo, starttls, login, mail, rcpt or data.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (0, b""))
        return _by_code(code, text, phase)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error, phase)
    return _without_reply(error, phase)


def _without_reply(error: Exception, phase: str) -> NotSent:
    whole_server = phase in BEFORE_MAIL
    if _is_timeout(error):
        return Temporary("timeout", whole_server=whole_server)
    fault = _settings_fault(error, phase)
    if fault is not None:
        return fault
    never_there = whole_server and not isinstance(error, smtplib.SMTPServerDisconnected)
    return Temporary("unreachable" if never_there else "connection_lost", whole_server=whole_server)


def _settings_fault(error: Exception, phase: str) -> SettingsFault | None:
    if phase == "starttls" and isinstance(error, smtplib.SMTPNotSupportedError):
        return SettingsFault("no_starttls")
    # Not offered, no method in common, or a password that no method can carry
    if phase == "login" and (type(error) in _LOGIN_IMPOSSIBLE or isinstance(error, UnicodeError)):
        return SettingsFault("no_login")
    in_tls = phase in {"connect", "starttls"} and isinstance(error, ssl.SSLError)
    if in_tls and not isinstance(error, ssl.SSLEOFError):
        return SettingsFault("tls", str(error)[:LONGEST_REPLY])
    if isinstance(error, UnicodeError):  # a host name that cannot be one
        return SettingsFault("no_server")
    return None


def _by_code(code: int, text: bytes | str, phase: str) -> NotSent:
    reply = show_reply(code, text)
    whole_server = phase in BEFORE_MAIL
    if code < PERMANENT:  # also -1: something that was no SMTP reply
        full = code >= TRANSIENT and _subject(reply) == (2, 2)
        return Temporary(
            "mailbox_full" if full else "server_busy", reply, whole_server=whole_server
        )
    if code in _AUTHENTICATION_WANTED or phase == "login":
        return SettingsFault("login_refused", reply)
    if whole_server:
        return SettingsFault("no_starttls" if phase == "starttls" else "server_refuses_us", reply)
    if phase == "mail" and (code == TOO_LARGE or _subject(reply) == (3, 4)):
        return FinalRefusal("too_large", reply)  # MAIL names the size, too (RFC 1870)
    if phase == "mail":
        return SettingsFault("sender_refused", reply)
    return FinalRefusal(_reason(code, reply, phase), reply)


def _subject(reply: str) -> tuple[int, int] | None:
    """The last two numbers of an enhanced status code, or None."""
    found = _ENHANCED.search(reply)
    return (int(found[1]), int(found[2])) if found else None


def _reason(code: int, reply: str, phase: str) -> str:
    """Why a letter is refused for good: the enhanced code says it best, then the plain one."""
    match _subject(reply):
        case (1, _) | (2, 0 | 1):
            return "address_unknown"
        case (2, 2):
            return "mailbox_full"
        case (2, 3) | (3, 4):
            return "too_large"
        case (_, _):
            return "refused"
    if phase == "rcpt" and code in {550, 551, 553}:
        return "address_unknown"
    return "mailbox_full" if phase == "rcpt" and code == TOO_LARGE else "refused"


def _is_timeout(error: BaseException | None) -> bool:
    """Whether a time limit was the cause; smtplib wraps it as a lost connection."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False
