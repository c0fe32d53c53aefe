"""The mail server: one conversation up to the recipient, or with a test letter to the end."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from flask_babel import gettext

from app.base.clock import now
from app.config import LOOPBACK_HOSTS, Settings
from app.mail.check.facts import Finding
from app.mail.replies import classify
from app.mail.setup import make_connection
from app.mail.transport import TimedConnection

IN_ALL = 20.0
STEP = 8.0
TAKEN = (250, 251)
_CERTIFICATES = {10: "tls_expired", 62: "tls_name", 64: "tls_name"}
_UNKNOWN_ISSUER = {18, 19, 20, 21}
_AT_CONNECTING = {socket.gaierror: "name_unknown", ConnectionRefusedError: "port_closed"}
_OF_THE_LETTER = {"address_unknown", "mailbox_full", "too_large", "refused", "server_busy"}


def check_server(settings: Settings, to: str = "") -> tuple[Finding, ...]:
    """Talk to the mail server as sending does.

    Args:
        settings: of the application under way.
        to: gets a test letter; without it no letter is sent, only the recipient asked for.
    """
    if not settings.mail_host[0]:
        return (Finding(code="no_server", state="bad"),)
    quick = settings.model_copy(update={"mail_timeout": min(settings.mail_timeout, STEP)})
    connection = make_connection(quick)
    limit = threading.Timer(IN_ALL, connection.cut)
    limit.daemon = True
    limit.start()
    try:
        return tuple(_talk(connection, settings, to))
    finally:
        limit.cancel()
        connection.close()


def _talk(connection: TimedConnection, settings: Settings, to: str) -> Iterator[Finding]:
    """What works, in order, until something does not."""
    host, port = settings.mail_host
    data = {"host": host, "port": str(port), "sender": settings.mail_sender}
    talk = connection.talk
    recipient = to or settings.mail_reply_to or settings.mail_sender
    try:
        connection.configure_host()
        yield from _reached(settings, data)
        _demand(talk.mail(settings.mail_sender))
        yield Finding(code="sender_ok", state="ok", data=data)
        data = {**data, "to": recipient}
        _demand(talk.rcpt(recipient))
        yield Finding(code="recipient_ok", state="ok", data=data)
        if to:
            _demand(talk.data(_letter(settings, to)))
            yield Finding(code="letter_ok", state="ok", data=data, reply=talk.last_reply)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        fault = classify(error, talk.phase)
        yield Finding(
            code=_code(error, fault.code, talk.phase),
            state="bad",
            data=data,
            reply=fault.reply,
        )


def _reached(settings: Settings, data: dict[str, str]) -> Iterator[Finding]:
    yield Finding(code="server_ok", state="ok", data=data)
    if settings.mail_starttls or settings.mail_tls:
        yield Finding(code="encryption_ok", state="ok", data=data)
    elif settings.mail_server not in LOOPBACK_HOSTS:
        yield Finding(code="encryption_off", state="bad", data=data)
    if settings.mail_username:
        yield Finding(code="login_ok", state="ok", data=data)


def _demand(answer: tuple[int, bytes]) -> None:
    if answer[0] not in TAKEN:
        raise smtplib.SMTPResponseException(answer[0], answer[1])


def _code(error: Exception, code: str, phase: str) -> str:
    """More exactly what is wrong than a worker needs to know."""
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = error.verify_code in _UNKNOWN_ISSUER
        return "tls_unknown" if unknown else _CERTIFICATES.get(error.verify_code, "tls")
    for kind, told in _AT_CONNECTING.items():
        if phase == "connect" and isinstance(error, kind):
            return told
    if code in _OF_THE_LETTER:
        return {"rcpt": "recipient_refused", "data": "letter_refused"}.get(phase, code)
    return code


def _letter(settings: Settings, to: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = gettext("Test of the mail settings")
    message["From"] = Address(settings.association_short_name, addr_spec=settings.mail_sender)
    message["To"] = to
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid("check", settings.mail_sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(gettext("This letter has arrived, so letters from here can go out.") + "\n")
    return bytes(message)
